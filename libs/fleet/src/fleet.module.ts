import { type DynamicModule, Module } from '@nestjs/common';
import { AssessMigrations } from './assess/assess-migrations.js';
import { MigrationsController } from './assess/migrations.controller.js';
import { MigrationsResolver } from './assess/migrations.resolver.js';
import { ClustersController } from './clusters/clusters.controller.js';
import { ClustersRepository } from './clusters/clusters.repository.js';
import { DiscoverClusters } from './discover/discover-clusters.js';
import { ClustersResolver } from './clusters/clusters.resolver.js';
import type { FleetParts } from './fleet-parts.js';
import { PlanRollout } from './plan/plan-rollout.js';
import { ReadRollouts } from './rollouts/read-rollouts.js';
import { RolloutMutationsResolver } from './rollouts/rollout-mutations.resolver.js';
import { RolloutsController } from './rollouts/rollouts.controller.js';
import { REACH_OF, RolloutsResolver } from './rollouts/rollouts.resolver.js';
import { StartRollout } from './start/start-rollout.js';
import { SteeringController } from './steer/steering.controller.js';
import { SteerRollout } from './steer/steer-rollout.js';

@Module({})
export class FleetModule {
  static of({ clusters, startRollout, planRollout, steerRollout, readRollouts, assess, discover, reachOf }: FleetParts): DynamicModule {
    return {
      module: FleetModule,
      controllers: [RolloutsController, SteeringController, ClustersController, MigrationsController],
      providers: [
        { provide: ClustersRepository, useValue: clusters },
        { provide: StartRollout, useValue: startRollout },
        { provide: PlanRollout, useValue: planRollout },
        { provide: SteerRollout, useValue: steerRollout },
        { provide: ReadRollouts, useValue: readRollouts },
        { provide: AssessMigrations, useValue: assess },
        { provide: DiscoverClusters, useValue: discover },
        { provide: REACH_OF, useValue: reachOf },
        MigrationsResolver,
        RolloutsResolver,
        RolloutMutationsResolver,
        ClustersResolver,
      ],
    };
  }
}
