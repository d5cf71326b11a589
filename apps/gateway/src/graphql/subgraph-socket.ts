import { createClient, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { socketUrl, type CallerHeaders, type Subgraph } from './subgraph.js';
import { subgraphUnavailable } from './subgraph-unavailable.js';

export interface SubgraphOperation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

type Result = ExecutionResult;

/**
 * One subscription to a subgraph over graphql-transport-ws. It has a connection of its own: the caller's token goes into
 * the connection's parameters, so two callers never share one. Nothing is retried; a lost subgraph ends the stream with
 * subgraph_unavailable and the client resumes from the last sequence it saw.
 */
export function subscribeToSubgraph(
  subgraph: Subgraph,
  operation: SubgraphOperation,
  headers: CallerHeaders,
): AsyncIterableIterator<Result> {
  const client = createClient({
    url: socketUrl(subgraph).href,
    webSocketImpl: socketWith(headers),
    connectionParams: { ...headers },
    retryAttempts: 0,
    keepAlive: 20_000,
    onNonLazyError: () => undefined,
  });
  const events = client.iterate(operation);
  let done = false;
  const finish = async (): Promise<IteratorReturnResult<undefined>> => {
    done = true;
    await client.dispose();
    return { done: true, value: undefined };
  };
  // By hand and not a generator: return() of a generator would wait for the next event, which may never come.
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (done) return { done: true, value: undefined };
      try {
        const event = await events.next();
        if (event.done === true) return await finish();
        return { done: false, value: event.value as Result };
      } catch (error) {
        await finish();
        return { done: false, value: { data: null, errors: [subgraphUnavailable(subgraph, error)] } };
      }
    },
    async return() {
      await events.return?.();
      return finish();
    },
    async throw(error) {
      await finish();
      throw error;
    },
  };
}

/** The headers travel on the upgrade request too, for a service that checks credentials before the socket opens. */
function socketWith(headers: CallerHeaders): new (address: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers } });
    }
  };
}
