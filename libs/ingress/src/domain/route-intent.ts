import type { HealthCheckIntent } from './health-check.js';

/** What a team wants of one route: which requests go to which Services. Kubernetes objects are rendered from it. */
export interface RouteIntent {
  readonly name: string;
  /** HTTP by default. A GRPC route matches services and methods in place of paths. */
  readonly protocol?: 'GRPC';
  /** Host names, `*.` allowed as the first label. None: every host. */
  readonly hostnames: readonly string[];
  /** With it the route is served on 443 with this certificate, without it on 80. */
  readonly tls?: TlsIntent;
  /** Names of the gateway's frontends that serve the route; all of them by default. */
  readonly frontends?: readonly string[];
  readonly rules: readonly RuleIntent[];
  readonly applicationGateway?: ApplicationGatewayRoute;
}

/** What only an Application Gateway with AGIC does; other targets refuse it. */
export interface ApplicationGatewayRoute {
  /** AGIC-44: a certificate that lives on the gateway, in place of `tls`. */
  readonly certificate?: string;
  /** AGIC-46. */
  readonly sslProfile?: string;
  /** AGIC-52: in place of 80 or 443. */
  readonly frontendPort?: number;
  /** AGIC-64: one listener for all host names of the route, in place of one each. */
  readonly sharedListener?: boolean;
  /** AGIC-65: of the route's listener, 1 first. */
  readonly priority?: number;
}

/** What only an Application Gateway with AGIC does for one rule; other targets refuse it. */
export interface ApplicationGatewayRule {
  /** AGIC-47, AGIC-48. */
  readonly connectionDrainingSeconds?: number;
  /** AGIC-50: of the cookie of a managed affinity, by backend setting. */
  readonly distinctCookieName?: boolean;
  /** AGIC-45: names on the gateway. */
  readonly trustedRootCertificates?: readonly string[];
  /** AGIC-62: the name on the gateway. */
  readonly rewriteRuleSet?: string;
}

export interface TlsIntent {
  /** A Secret of type kubernetes.io/tls. */
  readonly secret: string;
  /** The gateway's own namespace by default. */
  readonly namespace?: string;
  /** Predefined TLS policy of the listeners (AGC-62); `2023-06` where nobody names one. */
  readonly policy?: string;
}

/** A rule forwards to its backends, or redirects and has none. */
export interface RuleIntent {
  /** None: every path. */
  readonly match?: MatchIntent;
  readonly backends: readonly BackendIntent[];
  readonly rewrite?: RewriteIntent;
  readonly redirect?: RedirectIntent;
  readonly headers?: HeadersIntent;
  readonly timeout?: TimeoutIntent;
  readonly affinity?: AffinityIntent;
  /** Without it the pods' readiness probe decides (AGC-68). */
  readonly healthCheck?: HealthCheckIntent;
  readonly backendTls?: BackendTlsIntent;
  readonly waf?: WafIntent;
  readonly applicationGateway?: ApplicationGatewayRule;
}

/** All that is named must match; of `methods` any one. */
export interface MatchIntent {
  readonly path?: { readonly type: PathType; readonly value: string };
  readonly headers?: readonly ValueMatch[];
  readonly query?: readonly ValueMatch[];
  readonly methods?: readonly HttpMethod[];
  readonly grpc?: GrpcMatch;
}

export const pathTypes = ['PREFIX', 'EXACT', 'REGULAR_EXPRESSION'] as const;
export type PathType = (typeof pathTypes)[number];
export const valueTypes = ['EXACT', 'REGULAR_EXPRESSION'] as const;
export type ValueType = (typeof valueTypes)[number];
export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;
export type HttpMethod = (typeof httpMethods)[number];

export interface ValueMatch {
  readonly name: string;
  readonly value: string;
  /** EXACT by default. */
  readonly type?: ValueType;
}

/** At least one of service and method. */
export interface GrpcMatch {
  readonly service?: string;
  readonly method?: string;
  /** EXACT by default. */
  readonly type?: ValueType;
}

export interface BackendIntent {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  /** Share of the requests, against the sum of the rule's weights; 1 by default, 0 takes none. */
  readonly weight?: number;
}

/** What the backend sees. At most one of the paths. */
export interface RewriteIntent {
  readonly host?: string;
  /** In place of the prefix that matched. */
  readonly pathPrefix?: string;
  /** In place of the whole path. */
  readonly fullPath?: string;
}

/** What is left out stays as the request has it. At most one of the paths. */
export interface RedirectIntent {
  readonly scheme?: 'HTTP' | 'HTTPS';
  readonly host?: string;
  readonly port?: number;
  readonly pathPrefix?: string;
  readonly fullPath?: string;
  /** 302 by default. */
  readonly status?: number;
}

export interface HeadersIntent {
  readonly request?: HeaderChanges;
  readonly response?: HeaderChanges;
}

export interface HeaderChanges {
  readonly set?: readonly HeaderValue[];
  readonly add?: readonly HeaderValue[];
  readonly remove?: readonly string[];
}

export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** AGC-53: 60 s by default; 0 waits without end. */
export interface TimeoutIntent {
  readonly requestSeconds: number;
}

/** AGC-69: an application's own cookie needs name and duration, the managed one (AGCAffinity, a day) takes neither. */
export interface AffinityIntent {
  readonly type: 'MANAGED_COOKIE' | 'APPLICATION_COOKIE';
  readonly cookieName?: string;
  readonly cookieSeconds?: number;
}

/** AGC-61: the backends are reached over TLS. Secrets are in the namespace of the Service. */
export interface BackendTlsIntent {
  readonly sni?: string;
  /** A Secret with ca.crt; without it the certificate is not verified. */
  readonly caSecret?: string;
  /** Verified in the certificate; needs caSecret. */
  readonly subjectAltName?: string;
  /** A Secret of type kubernetes.io/tls that is shown to the backend. */
  readonly clientSecret?: string;
}

/** AGC-66. */
export interface WafIntent {
  /** ARM id of a WAF policy in the subscription and region of the gateway. */
  readonly policyId: string;
}
