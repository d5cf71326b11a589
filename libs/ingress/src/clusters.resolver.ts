import { Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { GatewaysOfClusters } from './gateways-of-clusters.js';
import type { GatewayView } from './schemas.js';

interface ClusterReference {
  readonly name: string;
}

/** What this service adds to the clusters of provisioning. */
@Resolver('Cluster')
export class ClustersResolver {
  constructor(private readonly gatewaysOfClusters: GatewaysOfClusters) {}

  @ResolveReference()
  async reference({ name }: ClusterReference): Promise<ClusterReference> {
    return { name };
  }

  @ResolveField('ingressGateways')
  ingressGateways(@Parent() { name }: ClusterReference): Promise<readonly GatewayView[]> {
    return this.gatewaysOfClusters.of(name);
  }
}
