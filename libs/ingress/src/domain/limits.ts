import { agcLimits } from '@podspan/aks';
import type { Problem } from '@podspan/errors';

/** Maxima of AGC (AGC-10 to AGC-19), and of the Gateway API's schema (AGC-55; bundles 1.2 to 1.5 agree). */
export const limits = {
  gatewaysPerSubscription: { ...agcLimits.perSubscription, of: 'AGC per subscription' },
  associations: { ...agcLimits.associations, of: 'associations per AGC' },
  frontendsPerGateway: { ...agcLimits.frontends, of: 'frontends per AGC' },
  gatewaysPerCluster: { ...agcLimits.perController, of: 'AGC per ALB Controller' },
  listenersPerGateway: { ...agcLimits.listenersPerGateway, of: 'listeners per Gateway' },
  certificates: { ...agcLimits.certificates, of: 'certificate references per AGC' },
  listeners: { ...agcLimits.listeners, of: 'listeners per AGC' },
  routes: { ...agcLimits.routes, of: 'routes per AGC' },
  rules: { ...agcLimits.rules, of: 'rules per AGC' },
  services: { ...agcLimits.services, of: 'services per AGC' },
  endpoints: { ...agcLimits.endpoints, of: 'endpoints per AGC' },
  requestHeaderBytes: { ...agcLimits.requestHeaderBytes, of: 'bytes of the header of a request' },
  certificatesPerHost: { ...agcLimits.certificatesPerHost, of: 'certificates per host' },
  controllersPerCluster: { ...agcLimits.controllersPerCluster, of: 'ALB Controller per cluster' },
  gatewaysPerFrontend: { ...agcLimits.gatewaysPerFrontend, of: 'Gateway per frontend' },
  /** Ours: a removal has a step for each. */
  wafPolicies: { most: 10, rule: 'AGC-66', of: 'WAF policies per gateway' },
  parentRefs: { most: 32, rule: 'AGC-55', of: 'parentRefs per HTTPRoute (frontends x TLS host names)' },
  hostnames: { most: 16, rule: 'AGC-55', of: 'host names per HTTPRoute' },
  rulesPerRoute: { most: 16, rule: 'AGC-55', of: 'rules per HTTPRoute' },
  backendsPerRule: { most: 16, rule: 'AGC-55', of: 'backends per rule' },
  matchesPerRoute: { most: 128, rule: 'AGC-55', of: 'matches per HTTPRoute (a method is one)' },
  headersPerMatch: { most: 16, rule: 'AGC-55', of: 'headers per match' },
  queryPerMatch: { most: 16, rule: 'AGC-55', of: 'query parameters per match' },
  headersPerChange: { most: 16, rule: 'AGC-55', of: 'headers to set, to add or to remove' },
} as const;

export type Limit = keyof typeof limits;

/** `agc_limit_exceeded`, naming the limit, or nothing. */
export function exceeded(limit: Limit, count: number, path: string): readonly Problem[] {
  const { most: max, rule, of } = limits[limit];
  if (count <= max) return [];
  const message = `${count} is more than the limit of ${max} ${of}`;
  return [
    { path, code: 'agc_limit_exceeded', message, value: count, conflictsWith: { limit, max }, suggestion: `at most ${max} ${of}`, rule },
  ];
}
