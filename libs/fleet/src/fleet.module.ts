import { type DynamicModule, Module } from '@nestjs/common';
import { AssessMigrations } from './assess/assess-migrations.js';
import { MigrationsController } from './assess/migrations.controller.js';
import { MigrationsResolver } from './assess/migrations.resolver.js';
import { ClustersController } from './clusters.controller.js';
import { ClustersRepository } from './clusters.repository.js';
import { DiscoverClusters } from './discover/discover-clusters.js';
import { ClustersResolver } from './clusters.resolver.js';
import type { FleetParts } from './fleet-parts.js';
import { PlanRollout } from './plan-rollout.js';
import { ReadRollouts } from './read-rollouts.js';
import { RolloutMutationsResolver } from './rollout-mutations.resolver.js';
import { RolloutsController } from './rollouts.controller.js';
import { RolloutsResolver } from './rollouts.resolver.js';
import { StartRollout } from './start-rollout.js';
import { SteeringController } from './steering.controller.js';
import { SteerRollout } from './steer-rollout.js';

@Module({})
export class FleetModule {
  static of({ clusters, startRollout, planRollout, steerRollout, readRollouts, assess, discover }: FleetParts): DynamicModule {
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
        MigrationsResolver,
        RolloutsResolver,
        RolloutMutationsResolver,
        ClustersResolver,
      ],
    };
  }
}
