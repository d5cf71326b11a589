import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Addresses in the kernel's hex form: 127.0.0.1, ::1 and IPv4's 127.0.0.1 seen through IPv6. */
const LOOPBACK = ['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F'];
const LISTEN = '0A';

export interface ListeningSocket {
  readonly port: number;
  readonly loopback: boolean;
}

/** The TCP sockets on which this process listens; undefined where the system has no /proc. */
export function listeningSockets(): readonly ListeningSocket[] | undefined {
  if (!existsSync('/proc/self/net/tcp')) return undefined;
  const own = new Set(readdirSync('/proc/self/fd').flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(fd))?.[1] ?? []));
  return ['tcp', 'tcp6']
    .flatMap((family) => linesOf(`/proc/self/net/${family}`))
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === LISTEN && own.has(inode) ? [{ port: Number.parseInt(port, 16), loopback: LOOPBACK.includes(address) }] : [];
    });
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(1) : [];
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
