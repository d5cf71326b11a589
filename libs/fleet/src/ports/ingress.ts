import type { OnBehalf } from './ipam.js';
import type { IngressSpec } from '../domain/ingress-spec.js';

export interface IngressGatewayState {
  readonly status: string;
  /** Host names of the frontends once it is ready. */
  readonly frontends: readonly string[];
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface IngressGatewayRequest {
  readonly name: string;
  readonly cluster: string;
  readonly spec: IngressSpec;
  /** Of the item that asks: a failed gateway is tried again once per attempt. */
  readonly attempt: string;
}

export interface AppliedManifests {
  /** OFF: this installation does not write into clusters. NO_ROUTES: whoever wants traffic applies objects of their own. */
  readonly state: 'READY' | 'WAITING' | 'REFUSED' | 'OFF' | 'NO_ROUTES';
  readonly reasons: readonly string[];
}

/** What goes with a gateway of a cluster. */
export interface GatewayRemoval {
  readonly cluster: string;
  readonly gateway: string;
  readonly resources: readonly { readonly title: string; readonly resourceId: string; readonly change: 'DELETE' | 'UPDATE' }[];
  readonly addressesGivenBack: readonly string[];
}

/** The ingress service over its public REST API. */
export abstract class IngressGateways {
  /** Asks for the cluster's gateway. The same request again is the same gateway. @throws DomainError */
  abstract ensure(request: IngressGatewayRequest): Promise<IngressGatewayState>;
  /** What {@link ensure} would meet with, kept by nobody. @throws DomainError with problems of the request */
  abstract rehearse(request: Omit<IngressGatewayRequest, 'attempt'>, caller: OnBehalf): Promise<void>;
  /** Brings the cluster to hold the gateway's manifests, where that is allowed and Podspan holds routes of it. @throws DomainError */
  abstract apply(gateway: string): Promise<AppliedManifests>;
  /** Asks for the AGIC gateways of a cluster to be deleted, and says which are still there. @throws DomainError */
  abstract retireAgic(cluster: string): Promise<readonly string[]>;
  /** What deleting all gateways of these clusters would take away, kept by nobody. @throws DomainError */
  abstract foreseeRemoval(clusters: readonly string[], caller: OnBehalf): Promise<readonly GatewayRemoval[]>;
  /** Asks for all gateways of a cluster to be deleted, and says which are still there and do not wait for the
   * cluster to go themselves. Asking again is harmless. @throws DomainError */
  abstract removeAll(cluster: string): Promise<readonly string[]>;
}
