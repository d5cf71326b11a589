import type { AgicOptions } from './agic/agic-gateway.js';
import type { HealthCheckIntent } from './health-check.js';
import type { ManifestApi } from './manifest-api.js';
import type { BackendIntent } from './route-intent.js';
import type { GatewayApiVersion } from './schemas/bundles.js';

export type GatewayKind = 'AGC' | 'AGIC';
/** Who makes the Azure resources: Podspan (BYO), the controller in the cluster, or the AKS add-on. */
export type Deployment = 'BYO' | 'MANAGED' | 'ADDON';
export type GatewayState = 'CREATING' | 'READY' | 'FAILED' | 'DELETING';

/** What somebody asked for, normalised: two requests that mean the same are equal here. */
export interface GatewayIntent {
  readonly name: string;
  readonly cluster: string;
  readonly kind: GatewayKind;
  readonly deployment: Deployment;
  /** In the order given; the first one is the main one. */
  readonly frontends: readonly string[];
  /** Kubernetes namespace of the Gateway and its routes. */
  readonly namespace: string;
  /** Pool of the /24, for a cluster whose address plan holds no gateway subnet. */
  readonly pool?: string;
  /** The block to take from `pool`, any free /24 without it; without a pool only the plan's own block. */
  readonly subnetCidr?: string;
  /** A delegated subnet that exists already. */
  readonly subnetId?: string;
  /** Version of the ALB Controller the cluster runs. */
  readonly controllerVersion?: string;
  readonly defaultBackend?: DefaultBackendIntent;
  /** ARM id of the WAF policy of all its routes (AGC-66). */
  readonly wafPolicyId?: string;
  /** What its routes are written in; the Gateway API by default. */
  readonly api?: 'INGRESS';
  /** Of kind AGIC, with its defaults filled in. */
  readonly applicationGateway?: AgicOptions;
}

/** AGC-41: a trafficController in ARM. AGC-40: an object of the cluster that the ALB Controller makes one from. */
export type LoadBalancer = { readonly albId: string } | { readonly subnetId: string };

/** Where requests go that no route matches. */
export interface DefaultBackendIntent extends Omit<BackendIntent, 'weight'> {
  readonly healthCheck?: HealthCheckIntent;
}

/** What rendering needs to know of a gateway. Decided before the first call to Azure, so it never changes under way. */
export interface RenderedGateway {
  readonly name: string;
  readonly namespace: string;
  readonly subscriptionId: string;
  readonly loadBalancer: LoadBalancer;
  readonly frontends: readonly string[];
  readonly defaultBackend?: DefaultBackendIntent;
  readonly wafPolicyId?: string;
  readonly api: ManifestApi;
  /** Version of the ALB Controller the objects are for: what it cannot do is refused (AGC-54). */
  readonly controllerVersion: string;
  /** The CRDs in the cluster; the objects validate against them. */
  readonly gatewayApi: GatewayApiVersion;
}
