import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A fixed door to a server that comes back on another port after it died. While there is none, connections end at once. */
export interface TcpProxy {
  readonly port: number;
  /** Where connections go from now on; undefined: nowhere. */
  target: number | undefined;
  close(): Promise<void>;
}

export async function tcpProxy(): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    open.add(near);
    near.on('error', () => near.destroy()).on('close', () => open.delete(near));
    if (proxy.target === undefined) return near.destroy();
    const far = connect(proxy.target, '127.0.0.1');
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target: undefined,
    close: () =>
      new Promise((closed) => {
        for (const socket of open) socket.destroy();
        server.close(() => closed());
      }),
  };
  return proxy;
}
