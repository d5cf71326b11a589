import { problemUnion, SdlBuilder } from '@podspan/platform';
import { AssessBody, AssessmentView } from './assess/assessment-view.js';
import { DiscoveryView } from './discover/discovery-view.js';
import { ClusterView } from './clusters/cluster-view.js';
import { RolloutBody } from './domain/rollout-request.js';
import { RolloutPlan } from './plan/plan-view.js';
import { EventView, ItemDetails, ItemView, RolloutView } from './rollouts/views.js';

const types = new SdlBuilder()
  .type('Rollout', RolloutView, {
    directives: '@key(fields: "name")',
    fields: 'items(first: Int = 50, after: String): RolloutItemConnection!\nitem(cluster: String!): RolloutItemDetails',
  })
  .type('RolloutItem', ItemView)
  .type('RolloutItemDetails', ItemDetails)
  .type('RolloutEvent', EventView)
  .type('RolloutPlan', RolloutPlan)
  .type('Cluster', ClusterView, {
    directives: '@key(fields: "name")',
    omit: ['addressPlan'],
    fields: 'addressPlanName: String!\nrollouts: [Rollout!]!',
  })
  .type('MigrationAssessment', AssessmentView)
  .type('ClusterDiscovery', DiscoveryView)
  .input('StartRolloutInput', RolloutBody)
  .input('MigrationAssessmentInput', AssessBody);

const outcomes = [
  'StartRollout',
  'PauseRollout',
  'ResumeRollout',
  'CancelRollout',
  'RetryRollout',
  'SkipRollout',
  'ApproveRollout',
  'RejectRollout',
];

/** The subgraph. `addressPlan` of a cluster is ipam's field, so the name of the plan is another one here. */
export const fleetSdl = `
${types.toString()}

type RolloutEdge { node: Rollout! cursor: String }
type RolloutConnection { nodes: [Rollout!]! edges: [RolloutEdge!]! pageInfo: PageInfo! }
type RolloutItemEdge { node: RolloutItem! cursor: String }
type RolloutItemConnection { nodes: [RolloutItem!]! edges: [RolloutItemEdge!]! pageInfo: PageInfo! }
type ClusterEdge { node: Cluster! cursor: String }
type ClusterConnection { nodes: [Cluster!]! edges: [ClusterEdge!]! pageInfo: PageInfo! }

${outcomes.map((name) => `union ${name}Result = Rollout | ${problemUnion}`).join('\n')}
union PlanRolloutResult = RolloutPlan | ${problemUnion}
union DiscoverClustersResult = ClusterDiscovery | ${problemUnion}
union AssessMigrationsResult = MigrationAssessment | ${problemUnion}

enum CancelMode { ABORT FINISH }

enum RolloutGate { SWITCH_DNS DISABLE_AGIC }

type Query {
  rollouts(first: Int = 50, after: String, lifecycle: RolloutLifecycle): RolloutConnection!
  "By name or by id"
  rollout(name: String!): Rollout
  clusters(first: Int = 50, after: String, region: String, network: String): ClusterConnection!
  "By name or by id"
  cluster(name: String!): Cluster
}

type Mutation {
  startRollout(input: StartRolloutInput!): StartRolloutResult!
  "The dry run: the whole plan, nothing kept"
  planRollout(input: StartRolloutInput!): PlanRolloutResult!
  "Looks at what Azure has, writes down what is new, and compares the rest"
  discoverClusters(subscriptionIds: [String!]): DiscoverClustersResult!
  "Which clusters can move to overlay, and what is in the way. Writes nothing"
  assessMigrations(input: MigrationAssessmentInput!): AssessMigrationsResult!
  pauseRollout(rollout: String!): PauseRolloutResult!
  "Goes on after a pause, or accepts the failures that stopped the rollout"
  resumeRollout(rollout: String!): ResumeRolloutResult!
  cancelRollout(rollout: String!, mode: CancelMode): CancelRolloutResult!
  "Failed items once more, with the same frozen plan"
  retryRollout(rollout: String!, clusters: [String!]): RetryRolloutResult!
  "Leaves out clusters, or a wave, that have not started"
  skipRollout(rollout: String!, clusters: [String!], wave: String): SkipRolloutResult!
  "A wave, or with MIGRATE_INGRESS a point inside the items"
  approveRollout(rollout: String!, wave: String, comment: String, gate: RolloutGate, clusters: [String!]): ApproveRolloutResult!
  rejectRollout(rollout: String!, wave: String, comment: String, gate: RolloutGate, clusters: [String!]): RejectRolloutResult!
}

type Subscription {
  "Every event after a sequence, without a gap, until the rollout is over"
  rolloutEvents(rollout: String!, afterSequence: Int = 0): RolloutEvent!
}
`;
