import { sameJson } from './canonical.js';
import type { HealthCheckIntent } from './route-intent.js';

/** AGC-63, written out so that a manifest says what happens. Codes: what the default probe accepts. */
export const healthCheckDefaults = {
  intervalSeconds: 5,
  timeoutSeconds: 30,
  healthyThreshold: 1,
  unhealthyThreshold: 3,
  host: 'localhost',
  path: '/',
  statusCodes: [{ start: 200, end: 399 }],
} as const satisfies HealthCheckIntent;

export type HealthCheck = Required<Omit<HealthCheckIntent, 'port' | 'useTls'>> & Pick<HealthCheckIntent, 'port' | 'useTls'>;

export function completeHealthCheck(intent: HealthCheckIntent): HealthCheck {
  return { ...healthCheckDefaults, ...intent };
}

/** Two rules may name one Service; its probe is one all the same (MAP-16). */
export function sameHealthCheck(a: HealthCheckIntent, b: HealthCheckIntent): boolean {
  return sameJson(completeHealthCheck(a), completeHealthCheck(b));
}
