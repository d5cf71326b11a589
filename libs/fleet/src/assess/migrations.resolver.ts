import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, graphqlOutcome, parseRequest, Role, WriteResult } from '@podspan/platform';
import { AssessMigrations } from './assess-migrations.js';
import { DiscoverClusters } from '../discover/discover-clusters.js';
import { DiscoverBody } from '../discover/discovery-view.js';
import { AssessBody } from './assessment-view.js';

@Resolver()
export class MigrationsResolver {
  constructor(
    private readonly assess: AssessMigrations,
    private readonly discover: DiscoverClusters,
  ) {}

  @Mutation('discoverClusters')
  discoverClusters(@Args('subscriptionIds') subscriptionIds: unknown, @Caller() call: CallContext): Promise<unknown> {
    const body = subscriptionIds === undefined || subscriptionIds === null ? {} : { subscriptionIds };
    const outcome = Promise.resolve().then(() => this.discover.execute(parseRequest(DiscoverBody, body), call));
    return graphqlOutcome(outcome, 'ClusterDiscovery');
  }

  /** A mutation as far as GraphQL goes, since it takes a document; it writes nothing. */
  @Role('viewer')
  @Mutation('assessMigrations')
  assessMigrations(@Args('input') input: unknown, @Caller() call: CallContext): Promise<unknown> {
    const outcome = Promise.resolve().then(async () =>
      WriteResult.ok((await this.assess.execute(parseRequest(AssessBody, input), call)).view),
    );
    return graphqlOutcome(outcome, 'MigrationAssessment');
  }
}
