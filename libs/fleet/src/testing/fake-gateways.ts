import {
  type AppliedManifests,
  type GatewayRemoval,
  type IngressGatewayRequest,
  IngressGateways,
  type IngressGatewayState,
} from '../ports/ingress.js';

/** An ingress service that is ready at the second question. */
export class FakeGateways extends IngressGateways {
  readonly asked: IngressGatewayRequest[] = [];
  readonly removed: string[] = [];

  async removeAll(cluster: string): Promise<readonly string[]> {
    const again = this.removed.includes(cluster) || !this.asked.some((request) => request.cluster === cluster);
    this.removed.push(cluster);
    return again ? [] : [cluster];
  }

  /** What the next rehearsals are refused with. */
  refuseWith: Error | undefined;
  /** Of a cluster's own AGIC gateways: gone at the second question. */
  readonly agic = new Map<string, string[]>();
  readonly applied: string[] = [];
  applies: AppliedManifests['state'] = 'NO_ROUTES';

  async rehearse(): Promise<void> {
    if (this.refuseWith) throw this.refuseWith;
  }

  async apply(gateway: string): Promise<AppliedManifests> {
    this.applied.push(gateway);
    return { state: this.applies, reasons: this.applies === 'REFUSED' ? ['HTTPRoute/web: BackendNotFound'] : [] };
  }

  async foreseeRemoval(clusters: readonly string[]): Promise<readonly GatewayRemoval[]> {
    const names = new Set(this.asked.map(({ cluster }) => cluster).filter((cluster) => clusters.includes(cluster)));
    return [...names].map((cluster) => ({
      cluster,
      gateway: cluster,
      resources: [{ title: 'Application Gateway for Containers', resourceId: `/trafficControllers/${cluster}`, change: 'DELETE' }],
      addressesGivenBack: [],
    }));
  }

  async retireAgic(cluster: string): Promise<readonly string[]> {
    const left = this.agic.get(cluster) ?? [];
    this.agic.delete(cluster);
    return left;
  }

  async ensure(request: IngressGatewayRequest): Promise<IngressGatewayState> {
    this.asked.push(request);
    const again = this.asked.filter(({ cluster }) => cluster === request.cluster).length > 1;
    return again ? { status: 'READY', frontends: [`${request.cluster}.fz01.alb.azure.com`] } : { status: 'CREATING', frontends: [] };
  }
}
