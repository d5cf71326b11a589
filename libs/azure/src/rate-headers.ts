import type { RateHeaders } from './arm.js';
import { readEnvelope } from './domain/error-envelope.js';
import { locationIn, providerOf, verbOf } from './domain/rate-limits.js';
import { isFields } from './domain/resource.js';
import { type WaitBounds, waitOf } from './domain/retry-after.js';
import type { Exchange } from './sdk/call.js';

const REMAINING = 'x-ms-ratelimit-remaining-';

/** What one answer says about the limits it was counted against. */
export function rateHeadersOf(exchange: Exchange, region: string | undefined, now: number, bounds: WaitBounds): RateHeaders {
  const path = exchange.path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
  const subscriptionId = path[0] === 'subscriptions' ? path[1] : undefined;
  const place = locationIn(path) ?? region ?? locationOf(exchange.body);
  const wait = waitOf(exchange.headers, now, bounds);
  const code = exchange.status >= 400 ? readEnvelope(exchange.body)?.code : undefined;
  return {
    provider: providerOf(path),
    verb: verbOf(exchange.method),
    method: exchange.method,
    path: exchange.path,
    remaining: remainingIn(exchange.headers),
    status: exchange.status,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(place === undefined ? {} : { region: place.toLowerCase() }),
    ...(code === undefined ? {} : { code }),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

/** The plain counters. `remaining-resource` is a list of `policy;count` pairs: each becomes `resource:policy`. */
function remainingIn(headers: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  const counters = Object.entries(headers).filter(([name]) => name.startsWith(REMAINING));
  const pairs = counters.flatMap(([name, value]) =>
    name === `${REMAINING}resource`
      ? value.split(',').map((pair) => [`resource:${pair.split(';')[0]?.trim()}`, Number(pair.split(';')[1])] as const)
      : [[name.slice(REMAINING.length), Number(value)] as const],
  );
  return Object.fromEntries(pairs.filter(([, count]) => Number.isFinite(count)));
}

function locationOf(body: unknown): string | undefined {
  return isFields(body) && typeof body['location'] === 'string' ? body['location'] : undefined;
}
