import type { Problem } from '@podspan/errors';
import { agcUsage, usageLimits, type AgcUsage, type CountedGateway, type UsageLimit } from './agc-usage.js';
import { exceeded } from './limits.js';
import type { RouteIntent } from './route-intent.js';

/** The member of a route that makes the count grow. */
const pathOf: Readonly<Record<UsageLimit, string>> = {
  associations: '',
  frontendsPerGateway: 'frontends',
  routes: '',
  rules: 'rules',
  services: 'rules',
  endpoints: 'rules',
  listenersPerGateway: 'hostnames',
  listeners: 'hostnames',
  certificates: 'tls',
  certificatesPerHost: 'tls.secret',
  requestHeaderBytes: 'rules',
};

/** What all routes of one AGC add up to, counted before anything is applied: AGC-11, AGC-12, AGC-14 to AGC-17. */
export function checkAgcLimits(gateway: CountedGateway, routes: readonly RouteIntent[]): readonly Problem[] {
  return exceededBy(agcUsage(gateway, routes));
}

export function exceededBy(usage: AgcUsage): readonly Problem[] {
  return usageLimits.flatMap((limit) => exceeded(limit, usage[limit], pathOf[limit]));
}
