/** What a team wants of one route: which requests go to which Services. Kubernetes objects are rendered from it. */
export interface RouteIntent {
  readonly name: string;
  /** Host names, `*.` allowed as the first label. None: every host. */
  readonly hostnames: readonly string[];
  /** With it the route is served on 443 with this certificate, without it on 80. */
  readonly tls?: TlsIntent;
  /** Names of the gateway's frontends that serve the route; all of them by default. */
  readonly frontends?: readonly string[];
  readonly rules: readonly RuleIntent[];
}

export interface TlsIntent {
  /** A Secret of type kubernetes.io/tls. */
  readonly secret: string;
  /** The gateway's own namespace by default. */
  readonly namespace?: string;
}

export interface RuleIntent {
  /** None: every path. */
  readonly match?: MatchIntent;
  readonly backends: readonly BackendIntent[];
  /** Without it the pods' readiness probe decides (AGC-68). */
  readonly healthCheck?: HealthCheckIntent;
}

export interface MatchIntent {
  readonly path?: { readonly type: PathType; readonly value: string };
  /** All of them must match exactly. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
}

export type PathType = 'PREFIX' | 'EXACT';

export interface BackendIntent {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  /** Share of the requests, against the sum of the rule's weights; 1 by default, 0 takes none. */
  readonly weight?: number;
}

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
}
