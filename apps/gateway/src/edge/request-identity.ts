import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '@podspan/platform';

const REQUEST_ID = /^[\w.:-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's X-Request-Id where it is sensible, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
}

/** The caller's W3C trace where there is one, else the beginning of one: every service behind logs the same trace id. */
export function traceparentOf(headers: IncomingHttpHeaders): string {
  const given = headers['traceparent'];
  if (typeof given === 'string' && TRACEPARENT.test(given)) return given;
  // Asking the system for random bytes twice costs more than signing the caller in: an id is unique, and its second half random.
  const id = newId().replaceAll('-', '');
  return `00-${id}-${id.slice(16)}-01`;
}
