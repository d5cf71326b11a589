import { type IngressGatewayRequest, IngressGateways, type IngressGatewayState } from '../ports/ingress.js';

/** An ingress service that is ready at the second question. */
export class FakeGateways extends IngressGateways {
  readonly asked: IngressGatewayRequest[] = [];
  readonly removed: string[] = [];

  async removeAll(cluster: string): Promise<readonly string[]> {
    const again = this.removed.includes(cluster) || !this.asked.some((request) => request.cluster === cluster);
    this.removed.push(cluster);
    return again ? [] : [cluster];
  }

  async ensure(request: IngressGatewayRequest): Promise<IngressGatewayState> {
    this.asked.push(request);
    const again = this.asked.filter(({ cluster }) => cluster === request.cluster).length > 1;
    return again ? { status: 'READY', frontends: [`${request.cluster}.fz01.alb.azure.com`] } : { status: 'CREATING', frontends: [] };
  }
}
