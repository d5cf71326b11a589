import type { SourceRef } from './report.js';
import type { StatusRange } from './agic-settings.js';

/**
 * What is served, free of the controller it came from and of the API it goes to: for each scheme and set of host names the
 * rules, the most specific match winning.
 */
export interface ServedHosts {
  readonly scheme: 'HTTP' | 'HTTPS';
  /** None: every host. */
  readonly hostnames: readonly string[];
  readonly certificates: readonly ObjectName[];
  /** Name of a predefined TLS policy of the frontend. */
  readonly tlsPolicy?: string | undefined;
  readonly rules: readonly ServedRule[];
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export interface ServedRule {
  readonly matches: readonly ServedMatch[];
  readonly target: Target;
  readonly sources: readonly SourceRef[];
}

export interface ServedMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
  readonly headers?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

export type Target = Forward | Redirect | Nothing;

export interface Forward {
  readonly kind: 'forward';
  readonly backends: readonly ServedBackend[];
  readonly hostname?: string | undefined;
  /** Replaces the matched prefix, or the whole path of an exact match. */
  readonly pathPrefix?: string | undefined;
  /** Replaces the whole path, whatever matched. */
  readonly fullPath?: string | undefined;
  readonly requestHeaders?: HeaderChanges | undefined;
  readonly responseHeaders?: HeaderChanges | undefined;
  readonly policy: RoutePolicySettings;
}

export interface ServedBackend {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** Only where traffic is split. */
  readonly weight?: number | undefined;
}

export interface HeaderChanges {
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove: readonly string[];
}

export interface Redirect {
  readonly kind: 'redirect';
  readonly scheme?: 'http' | 'https' | undefined;
  readonly hostname?: string | undefined;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
  readonly code: number;
}

/** Answers, but leads nowhere: an empty pool on Application Gateway, a rule without backends on AGC. */
export interface Nothing {
  readonly kind: 'nothing';
}

/** What AGC attaches to a whole route; rules that differ in it stand in different routes. */
export interface RoutePolicySettings {
  readonly timeoutSeconds?: number | undefined;
  readonly affinity?: { readonly cookieName?: string | undefined; readonly seconds?: number | undefined } | undefined;
  readonly wafPolicy?: string | undefined;
}

/** What AGC attaches to a Service. */
export interface ServicePolicies {
  readonly service: ObjectName;
  readonly probe?: ServiceProbe | undefined;
  /** Ports that are reached over TLS. */
  readonly tls?: ServiceTls | undefined;
}

export interface ServiceProbe {
  readonly host: string;
  readonly path: string;
  readonly port?: number | undefined;
  readonly useTls: boolean;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly unhealthyThreshold: number;
  readonly statusCodes: readonly StatusRange[];
}

export interface ServiceTls {
  readonly ports: readonly number[];
  readonly sni?: string | undefined;
  /** A Secret with ca.crt in the namespace of the Service; without it the certificate is not verified. */
  readonly caSecret?: string | undefined;
}

export const everything: ServedMatch = { type: 'PathPrefix', value: '/' };
