import type { IncomingHttpHeaders } from 'node:http';

/** Headers that speak about one hop and end there (RFC 9110 7.6.1). */
const HOP_BY_HOP = [
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
const OURS = [
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

export interface Origin {
  readonly address: string;
  readonly host: string | undefined;
  readonly protocol: string;
}

/** The headers a service gets: the client's without those of the hop, and the gateway's own word on the origin. */
export function upstreamHeaders(headers: IncomingHttpHeaders, origin: Origin): Record<string, string | string[]> {
  return {
    ...without(headers, [...HOP_BY_HOP, ...OURS]),
    'x-forwarded-for': origin.address,
    'x-forwarded-proto': origin.protocol,
    ...(origin.host === undefined ? {} : { 'x-forwarded-host': origin.host }),
  };
}

/** The headers a client gets: the service's without those of the hop and without what names the service's software. */
export function downstreamHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return without(headers, [...HOP_BY_HOP, 'server', 'x-powered-by']);
}

function without(headers: IncomingHttpHeaders, dropped: readonly string[]): Record<string, string | string[]> {
  const named = (headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.includes(name) || named.includes(name) ? [] : [[name, value]],
    ),
  );
}
