/** One service that answers a part of the graph at `POST {url}/graphql`, and at the same path over WebSocket. */
export interface Subgraph {
  readonly name: string;
  /** The origin of the service; never shown to a client. */
  readonly url: URL;
}

/** What travels with every call to a subgraph, whoever makes it. */
export interface CallerHeaders {
  readonly authorization?: string;
  readonly 'idempotency-key'?: string;
  readonly 'x-request-id'?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const FORWARDED = ['authorization', 'idempotency-key', 'x-request-id', 'traceparent', 'tracestate'] as const;

/** The headers of a client's request (or its connection parameters) that a subgraph may see. */
export function callerHeaders(headers: Readonly<Record<string, unknown>>): CallerHeaders {
  const known = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = FORWARDED.flatMap((name) => {
    const value = known.find(([candidate]) => candidate === name)?.[1];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(kept);
}

export function graphqlUrl(subgraph: Subgraph): URL {
  return new URL('/graphql', subgraph.url);
}

export function socketUrl(subgraph: Subgraph): URL {
  const url = graphqlUrl(subgraph);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
