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

/** The ingress service over its public REST API. */
export abstract class IngressGateways {
  /** Asks for the cluster's gateway. The same request again is the same gateway. @throws DomainError */
  abstract ensure(request: IngressGatewayRequest): Promise<IngressGatewayState>;
  /** Asks for all gateways of a cluster to be deleted, and says which are still there. Asking again is harmless. @throws DomainError */
  abstract removeAll(cluster: string): Promise<readonly string[]>;
}
