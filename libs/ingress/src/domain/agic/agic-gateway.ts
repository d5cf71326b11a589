import type { DefaultBackendIntent } from '../gateway-intent.js';

/** AGIC-03. */
export const agicSkus = ['STANDARD_V2', 'WAF_V2'] as const;
export type AgicSku = (typeof agicSkus)[number];

/** AGIC-30: hosts and paths that AGIC leaves alone. None of either means all. */
export interface ProhibitedTarget {
  readonly hostname?: string;
  /** Start with / and end with /*. */
  readonly paths?: readonly string[];
}

/** What only an Application Gateway has among what somebody asked for. */
export interface AgicOptions {
  readonly sku: AgicSku;
  /** Instances that run always, and at most (AGIC-10). */
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly prohibitedTargets: readonly ProhibitedTarget[];
  /** AGIC-02, of the Helm release: all namespaces without them. */
  readonly watchNamespaces?: readonly string[];
  /** AGIC-02, of the Helm release: how often AGIC puts the gateway right; never without it. */
  readonly reconcileSeconds?: number;
}

export const publicFrontend = 'public';
export const privateFrontend = 'private';

/** What rendering needs to know of an Application Gateway with AGIC. */
export interface RenderedAgic {
  readonly kind: 'AGIC';
  readonly name: string;
  /** Of AGIC's release, and of objects that stand beside no Service. */
  readonly namespace: string;
  /** ARM id. */
  readonly resourceId: string;
  /** `public` always, `private` where the gateway has a private address. */
  readonly frontends: readonly string[];
  readonly sku: AgicSku;
  readonly defaultBackend?: DefaultBackendIntent;
  readonly prohibitedTargets: readonly ProhibitedTarget[];
  /** AGIC-02: AGIC sees no others. All without them. */
  readonly watchNamespaces?: readonly string[];
  /** AGIC-12: the rule set, CRS 3.1 or older, of a WAF policy in use; its engine has lower limits. */
  readonly oldRuleSet?: string;
}
