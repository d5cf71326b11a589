import { sameJson } from './canonical.js';

/** AGC-63. What is left out takes the defaults of `healthCheckDefaults`. */
export interface HealthCheckIntent {
  readonly intervalSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly healthyThreshold?: number;
  readonly unhealthyThreshold?: number;
  /** The backend's port by default. */
  readonly port?: number;
  readonly useTls?: boolean;
  readonly host?: string;
  readonly path?: string;
  readonly statusCodes?: readonly { readonly start: number; readonly end: number }[];
  /** Asks by the gRPC health protocol, in place of host, path and statusCodes. */
  readonly grpc?: { readonly service?: string; readonly authority?: string };
}

const numbers = { intervalSeconds: 5, timeoutSeconds: 30, healthyThreshold: 1, unhealthyThreshold: 3 } as const;
const http = { host: 'localhost', path: '/', statusCodes: [{ start: 200, end: 399 }] } as const;

/** AGC-63, written out so that a manifest says what happens. Codes: what the default probe accepts. */
export const healthCheckDefaults = { ...numbers, ...http } as const satisfies HealthCheckIntent;

type Written = Required<Pick<HealthCheckIntent, keyof typeof numbers>> & Pick<HealthCheckIntent, 'port' | 'useTls'>;
export type HealthCheck = Written &
  (
    | (Required<Pick<HealthCheckIntent, 'host' | 'path' | 'statusCodes'>> & { readonly grpc?: undefined })
    | { readonly grpc: NonNullable<HealthCheckIntent['grpc']> }
  );

export function completeHealthCheck({ grpc, ...intent }: HealthCheckIntent): HealthCheck {
  return grpc ? { ...numbers, ...intent, grpc } : { ...healthCheckDefaults, ...intent };
}

/** Two rules may name one Service; its probe is one all the same (MAP-16). */
export function sameHealthCheck(a: HealthCheckIntent, b: HealthCheckIntent): boolean {
  return sameJson(completeHealthCheck(a), completeHealthCheck(b));
}
