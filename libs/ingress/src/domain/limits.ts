import type { Problem } from '@podspan/errors';

/** Maxima of AGC and of the Gateway API schema: domain rules AGC-10..19 and AGC-55 (limits page 2025-08, Gateway API 1.2 to 1.5). */
export const limits = {
  gatewaysPerSubscription: { max: 1_000, rule: 'AGC-10', of: 'AGC per subscription' },
  frontendsPerGateway: { max: 5, rule: 'AGC-12', of: 'frontends per AGC' },
  gatewaysPerCluster: { max: 5, rule: 'AGC-13', of: 'AGC per ALB Controller' },
  listenersPerGateway: { max: 64, rule: 'AGC-14', of: 'listeners per Gateway' },
  certificates: { max: 100, rule: 'AGC-15', of: 'certificate references per AGC' },
  listeners: { max: 200, rule: 'AGC-15', of: 'listeners per AGC' },
  routes: { max: 200, rule: 'AGC-15', of: 'routes per AGC' },
  rules: { max: 200, rule: 'AGC-15', of: 'rules per AGC' },
  services: { max: 100, rule: 'AGC-15', of: 'services per AGC' },
  certificatesPerHost: { max: 2, rule: 'AGC-17', of: 'certificates per host' },
  parentRefs: { max: 32, rule: 'AGC-55', of: 'parentRefs per HTTPRoute (frontends x TLS host names)' },
  hostnames: { max: 16, rule: 'AGC-55', of: 'host names per HTTPRoute' },
  rulesPerRoute: { max: 16, rule: 'AGC-55', of: 'rules per HTTPRoute' },
  backendsPerRule: { max: 16, rule: 'AGC-55', of: 'backends per rule' },
  headersPerMatch: { max: 16, rule: 'AGC-55', of: 'headers per match' },
} as const;

export type Limit = keyof typeof limits;

/** `agc_limit_exceeded`, naming the limit, or nothing. */
export function exceeded(limit: Limit, count: number, path: string): readonly Problem[] {
  const { max, rule, of } = limits[limit];
  if (count <= max) return [];
  const message = `${count} is more than the limit of ${max} ${of}`;
  return [{ path, code: 'agc_limit_exceeded', message, value: count, conflictsWith: { limit, max }, suggestion: `at most ${max} ${of}`, rule }];
}
