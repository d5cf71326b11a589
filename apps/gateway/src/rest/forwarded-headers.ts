import type { IncomingHttpHeaders } from 'node:http';

/** Headers that speak about one hop and end there (RFC 9110 7.6.1). */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What only the gateway may say about where a request comes from, and what it sets anew for the next hop. */
const OURS: readonly string[] = [
  'host',
  'content-length',
  'expect',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-real-ip',
  'via',
];

const NOT_UPSTREAM: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...OURS]);
const NOT_DOWNSTREAM: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'server', 'x-powered-by']);

export interface Origin {
  readonly address: string;
  readonly host: string | undefined;
  readonly protocol: string;
}

/** The headers a service gets: the client's without those of the hop, and the gateway's own word on the origin. */
export function upstreamHeaders(headers: IncomingHttpHeaders, origin: Origin): Record<string, string | string[]> {
  return {
    ...without(headers, NOT_UPSTREAM),
    'x-forwarded-for': origin.address,
    'x-forwarded-proto': origin.protocol,
    ...(origin.host === undefined ? {} : { 'x-forwarded-host': origin.host }),
  };
}

/** The headers a client gets: the service's without those of the hop and without what names the service's software. */
export function downstreamHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return without(headers, NOT_DOWNSTREAM);
}

function without(headers: IncomingHttpHeaders, dropped: ReadonlySet<string>): Record<string, string | string[]> {
  const named = namedBy(headers.connection);
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !dropped.has(name) && !named.includes(name)) kept[name] = value;
  return kept;
}

/** The headers that a Connection header declares to be of this hop. */
function namedBy(connection: string | undefined): readonly string[] {
  if (connection === undefined || connection === 'keep-alive') return [];
  return connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}
