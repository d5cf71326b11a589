import type { Arm } from '@podspan/azure';
import { ServiceRest } from '@podspan/client';
import { type AnyProgram, EngineRef, type JobHandler, type RunListener } from '@podspan/engine';
import { type ReachOf, traceparentNow } from '@podspan/platform';
import { AssessMigrations } from './assess/assess-migrations.js';
import { ClustersRepository } from './clusters/clusters.repository.js';
import { CreateClusterTasks } from './tasks/create-tasks.js';
import type { Db } from './database.js';
import { DiscoverClusters } from './discover/discover-clusters.js';
import { DispatchRollout } from './dispatch/dispatch-rollout.js';
import { ChangeClusterTasks } from './tasks/change-tasks.js';
import { create } from './domain/actions.js';
import { changePrograms } from './domain/change/change-programs.js';
import { ingressProgram } from './domain/ingress/ingress-program.js';
import { MigrateIngressTasks } from './migrate-ingress/migrate-ingress-tasks.js';
import { PrepareChange } from './start/prepare-change.js';
import { EventsRepository } from './rollouts/events.repository.js';
import { FollowRuns } from './dispatch/follow-runs.js';
import { ItemsRepository } from './rollouts/items.repository.js';
import { ForeseeRemoval } from './plan/foresee-removal.js';
import { PlanChange } from './plan/plan-change.js';
import { PlanRollout } from './plan/plan-rollout.js';
import type { IngressGateways } from './ports/ingress.js';
import type { Ipam } from './ports/ipam.js';
import { RestIngressGateways } from './ports/rest-ingress-gateways.js';
import { RestIpam } from './ports/rest-ipam.js';
import { ReadRollouts } from './rollouts/read-rollouts.js';
import { ReleaseAddresses } from './give-back/release-addresses.js';
import { RolloutsRepository } from './rollouts/rollouts.repository.js';
import { StartRollout } from './start/start-rollout.js';
import { SteerRollout } from './steer/steer-rollout.js';

export interface FleetOptions {
  readonly db: Db;
  readonly arm: Arm;
  readonly ipamUrl: string;
  readonly ingressUrl: string;
  /** `Bearer ...` of the service itself, for work in the background. */
  readonly authorization: string;
  /** Azure's seconds per second: the emulator's speed. Default 1. */
  readonly speed?: number;
  /** In place of the REST adapters. */
  readonly ipam?: Ipam;
  readonly gateways?: IngressGateways;
}

/** What the service is made of besides its edges. The engine takes programs, listeners and jobs; then `engines.use` closes the circle. */
export interface FleetParts {
  readonly programs: readonly AnyProgram[];
  readonly listeners: readonly RunListener[];
  readonly jobs: readonly JobHandler[];
  readonly engines: EngineRef;
  readonly releases: ReleaseAddresses;
  readonly clusters: ClustersRepository;
  readonly startRollout: StartRollout;
  readonly planRollout: PlanRollout;
  readonly steerRollout: SteerRollout;
  readonly readRollouts: ReadRollouts;
  readonly assess: AssessMigrations;
  readonly discover: DiscoverClusters;
  /** The names of the networks that a caller sees in ipam. */
  readonly reachOf: ReachOf;
}

export function fleetParts(options: FleetOptions): FleetParts {
  const { db, arm, authorization, speed = 1 } = options;
  const asking = { userAgent: 'podspan-provisioning', serviceAuthorization: authorization, traceparent: traceparentNow };
  const ipam = options.ipam ?? new RestIpam(new ServiceRest({ service: 'ipam', baseUrl: options.ipamUrl, ...asking }));
  const gateways =
    options.gateways ?? new RestIngressGateways(new ServiceRest({ service: 'ingress', baseUrl: options.ingressUrl, ...asking }));
  const engines = new EngineRef();
  const rollouts = new RolloutsRepository(db);
  const releases = new ReleaseAddresses(db, ipam);
  const changes = new PrepareChange(db, arm, ipam, gateways);
  return {
    programs: [
      ...create.programs(new CreateClusterTasks(db, arm, gateways, speed)),
      ...changePrograms(new ChangeClusterTasks(arm, ipam, gateways, speed)),
      ingressProgram(new MigrateIngressTasks(db, arm, { ipam, gateways }, engines, speed)),
    ],
    listeners: [new FollowRuns(engines)],
    jobs: [new DispatchRollout(db, engines, rollouts, speed), releases],
    engines,
    releases,
    clusters: new ClustersRepository(db),
    startRollout: new StartRollout(db, ipam, engines, rollouts, releases, { arm, changes }),
    planRollout: new PlanRollout(db, ipam, arm, new PlanChange(arm, changes, new ForeseeRemoval(ipam, gateways), speed), speed),
    steerRollout: new SteerRollout(db, rollouts, engines),
    assess: new AssessMigrations(db, arm, ipam),
    discover: new DiscoverClusters(db, arm),
    reachOf: (authorization) => ipam.networkNames(authorization),
    readRollouts: new ReadRollouts(rollouts, new ItemsRepository(db), new EventsRepository(db), engines),
  };
}
