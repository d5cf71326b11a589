import { createServer, type Server } from 'node:net';

/** Loopback ports that nobody listens on now, all different: they are held open together until all are found. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = probes.map((probe) => portOf(probe));
  await Promise.all(probes.map((probe) => new Promise<void>((done) => probe.close(() => done()))));
  return ports;
}

export async function isFree(port: number, host: string): Promise<boolean> {
  try {
    const probe = await listen(port, host);
    await new Promise<void>((done) => probe.close(() => done()));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number, host = '127.0.0.1'): Promise<Server> {
  return new Promise((ready, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(port, host, () => ready(probe));
  });
}

function portOf(probe: Server): number {
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
