import { GraphQLError, print, type DocumentNode } from 'graphql';
import { request, type Dispatcher } from 'undici';
import { subscribeToSubgraph, type SubgraphOperation } from './subgraph-socket.js';
import { subgraphUnavailable } from './subgraph-unavailable.js';
import { callerHeaders, graphqlUrl, type CallerHeaders, type Subgraph } from './subgraph.js';

/** The part of the runtime's execution request that a transport needs. */
export interface SubgraphRequest {
  readonly document: DocumentNode;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly operationType?: string;
  readonly context?: { readonly headers?: Readonly<Record<string, unknown>> };
  readonly signal?: AbortSignal;
}

export interface SubgraphResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
  extensions?: Record<string, unknown>;
}

export interface TransportOptions {
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly onFailure: (subgraph: Subgraph, error: unknown) => void;
}

/** Runs one operation on one subgraph: queries and mutations over HTTP, subscriptions over a WebSocket. Never rejects. */
export function subgraphExecutor(subgraph: Subgraph, options: TransportOptions) {
  return (subgraphRequest: SubgraphRequest): Promise<SubgraphResult> | AsyncIterableIterator<SubgraphResult> => {
    const operation = operationOf(subgraphRequest);
    const headers = callerHeaders(subgraphRequest.context?.headers ?? {});
    if (subgraphRequest.operationType === 'subscription') {
      return subscribeToSubgraph(subgraph, operation, headers) as AsyncIterableIterator<SubgraphResult>;
    }
    return post(subgraph, operation, headers, subgraphRequest.signal, options).catch((error: unknown) => {
      options.onFailure(subgraph, error);
      return { data: null, errors: [subgraphUnavailable(subgraph, error)] };
    });
  };
}

function operationOf({ document, variables, operationName }: SubgraphRequest): SubgraphOperation {
  return {
    query: print(document),
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  };
}

async function post(
  subgraph: Subgraph,
  operation: SubgraphOperation,
  headers: CallerHeaders,
  signal: AbortSignal | undefined,
  { dispatcher, timeoutMs }: TransportOptions,
): Promise<SubgraphResult> {
  const response = await request(graphqlUrl(subgraph), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(operation),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    dispatcher,
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = asRecord(JSON.parse(await response.body.text()));
  if (answer !== undefined && ('data' in answer || Array.isArray(answer['errors']))) return answer;
  if (response.statusCode >= 400 && response.statusCode < 500) return { data: null, errors: [refusal(subgraph, answer)] };
  throw new Error(`${subgraph.name} answered HTTP ${response.statusCode} without a GraphQL result`);
}

/** A problem document in place of a GraphQL answer, as a guard gives it: passed on with its code. */
function refusal(subgraph: Subgraph, problem: Record<string, unknown> | undefined): GraphQLError {
  const detail = problem?.['detail'] ?? problem?.['title'];
  const code = problem?.['code'];
  return new GraphQLError(typeof detail === 'string' ? detail : `the ${subgraph.name} service refused the request`, {
    extensions: { code: typeof code === 'string' ? code : 'bad_request', service: subgraph.name },
  });
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
