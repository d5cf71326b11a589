import { Args, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { connectionOf, pageFrom } from '@podspan/platform';
import { type ClusterView, clusterView } from './cluster-view.js';
import { ClustersRepository } from './clusters.repository.js';
import { ReadRollouts } from '../rollouts/read-rollouts.js';
import { limitOf, orNull } from '../rollouts/rollouts.resolver.js';
import type { RolloutView } from '../rollouts/views.js';

@Resolver('Cluster')
export class ClustersResolver {
  constructor(
    private readonly repository: ClustersRepository,
    private readonly readRollouts: ReadRollouts,
  ) {}

  @Query('clusters')
  async clusters(
    @Args('first') first: number,
    @Args('after') after?: string,
    @Args('region') region?: string,
    @Args('network') network?: string,
  ): Promise<ReturnType<typeof connectionOf<ClusterView>>> {
    const limit = limitOf(first);
    const rows = await this.repository.list({
      limit,
      cursor: after ?? undefined,
      region: region ?? undefined,
      network: network ?? undefined,
    });
    return connectionOf(pageFrom(rows, limit, ({ name }) => [name], clusterView));
  }

  @Query('cluster')
  cluster(@Args('name') name: string): Promise<ClusterView | null> {
    return orNull(this.repository.find(name).then(clusterView));
  }

  @ResolveReference()
  reference({ name }: { readonly name: string }): Promise<ClusterView | null> {
    return this.cluster(name);
  }

  @ResolveField('addressPlanName')
  addressPlanName(@Parent() { addressPlan }: ClusterView): string {
    return addressPlan;
  }

  /** The newest first. */
  @ResolveField('rollouts')
  async rollouts(@Parent() { name }: ClusterView): Promise<readonly RolloutView[]> {
    return (await this.readRollouts.list({ limit: 50, cluster: name })).items;
  }
}
