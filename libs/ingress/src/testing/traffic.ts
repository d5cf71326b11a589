/** A request as far as routing goes. */
export interface TrafficRequest {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a request ends: `none` is any answer that no backend gave. */
export type TrafficAnswer = { readonly to: string; readonly narrowed?: boolean; readonly inside?: boolean };

export const nowhere: TrafficAnswer = { to: 'none' };

export function backendAnswer(namespace: string, service: string, port: number | string, host: string, path: string): TrafficAnswer {
  // Whether a replaced path keeps a slash at its end, the two specifications do not say alike.
  return { to: `backend ${namespace}/${service}:${port} ${host}${path === '/' ? path : path.replace(/\/$/, '')}` };
}

export interface Share {
  readonly weight: number;
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
}

/** Where a request may end, each with its part of a thousand; one backend alone is answered as ever. */
export function shareAnswer(shares: readonly Share[], host: string, path: string): TrafficAnswer {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const parts = shares
    .filter(({ weight }) => weight > 0)
    .map(
      ({ weight, namespace, service, port }) =>
        [Math.round((weight * 1000) / total), backendAnswer(namespace, service, port, host, path).to] as const,
    );
  const [only] = parts;
  if (!only) return nowhere;
  return {
    to:
      parts.length === 1
        ? only[1]
        : parts
            .map(([part, to]) => `${part} of 1000 ${to}`)
            .sort()
            .join(' or '),
  };
}

export function redirectAnswer(code: number, scheme: string, host: string, path: string): TrafficAnswer {
  return { to: `redirect ${code} ${scheme}://${host}${path}` };
}

/** 3 for the exact name, 1 plus for a wildcard by its length, 0 for any host, undefined for no match. */
export function hostRank(pattern: string | undefined, host: string): number | undefined {
  if (pattern === undefined) return 0;
  if (pattern === host) return 1_000;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 ? pattern.length : undefined;
}
