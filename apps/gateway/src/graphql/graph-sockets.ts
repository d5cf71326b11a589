import { CloseCode, type ServerOptions } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { callerHeaders } from './subgraph.js';

export interface GraphSocketOptions {
  readonly authenticate: (authorization: string | undefined) => Promise<unknown>;
  readonly isReady: () => boolean;
  readonly operations: () => GraphOperations;
}

type Extra = { request?: IncomingMessage };
type Operations = ServerOptions<Record<string, unknown>, Extra>;

/** How one operation of a socket is run. */
export type GraphOperations = { readonly [Key in 'execute' | 'subscribe' | 'onSubscribe']: NonNullable<Operations[Key]> };

export interface GraphSockets {
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 256 * 1024;

/** Subscriptions (and any other operation) over graphql-transport-ws at /graphql. Other upgrades are turned away. */
export function acceptGraphSockets(server: Server, options: GraphSocketOptions): GraphSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const protocol = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: 5_000,
      async onConnect(context) {
        if (!options.isReady()) {
          context.extra.socket.close(CloseCode.InternalServerError, 'not ready');
          return false;
        }
        const headers = callerHeaders({ ...context.extra.request.headers, ...context.connectionParams });
        // false closes the socket with 4403 Forbidden, as the protocol asks.
        return options.authenticate(headers.authorization).then(
          () => true,
          () => false,
        );
      },
      // Asked for at each operation: the runtime comes after the socket server.
      execute: (args) => options.operations().execute(args),
      subscribe: (args) => options.operations().subscribe(args),
      onSubscribe: (context, id, payload) => options.operations().onSubscribe(context, id, payload),
    },
    sockets,
  );
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (new URL(request.url ?? '/', 'http://gateway').pathname !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  };
  server.on('upgrade', onUpgrade);
  return {
    async close() {
      server.off('upgrade', onUpgrade);
      const closing = protocol.dispose();
      // Told already; a client that does not answer must not keep the process.
      for (const socket of sockets.clients) socket.terminate();
      await closing;
    },
  };
}
