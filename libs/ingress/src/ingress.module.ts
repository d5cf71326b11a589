import { Module, type DynamicModule } from '@nestjs/common';
import { Arm } from '@podspan/azure';
import { EngineRef } from '@podspan/engine';
import { Kysely } from 'kysely';
import { ClustersResolver } from './clusters.resolver.js';
import { CreateGateway } from './create-gateway.js';
import { DeleteGateway } from './delete-gateway.js';
import { DeleteRoute } from './delete-route.js';
import { GatewayMutationsResolver, GatewaysResolver } from './gateways.resolver.js';
import { GatewaysController } from './gateways.controller.js';
import { GatewaysOfClusters } from './gateways-of-clusters.js';
import { GatewaysRepository } from './gateways.repository.js';
import { GatherFacts } from './gather-facts.js';
import type { IngressParts } from './ingress-parts.js';
import { Clusters } from './ports/clusters.js';
import { Prefixes } from './ports/prefixes.js';
import { AgcPrograms } from './programs/agc-programs.js';
import { PutRoute } from './put-route.js';
import { ReadGateways } from './read-gateways.js';
import { ReadRoutes } from './read-routes.js';
import { RetryGateway } from './retry-gateway.js';
import { RoutesController } from './routes.controller.js';
import { RoutesRepository } from './routes.repository.js';
import { TranslateIngress } from './translation/translate-ingress.js';
import { TranslationsController } from './translation/translations.controller.js';
import { TranslationsResolver } from './translation/translations.resolver.js';
import { YamlBodies } from './translation/yaml-bodies.js';
import { WriteManifests } from './write-manifests.js';

const useCases = [
  GatewaysRepository,
  RoutesRepository,
  GatherFacts,
  CreateGateway,
  DeleteGateway,
  RetryGateway,
  PutRoute,
  DeleteRoute,
  ReadGateways,
  ReadRoutes,
  WriteManifests,
  GatewaysOfClusters,
  GatewaysResolver,
  GatewayMutationsResolver,
  ClustersResolver,
  YamlBodies,
  TranslateIngress,
  TranslationsResolver,
];

@Module({})
export class IngressModule {
  static of({ db, arm, clusters, prefixes, agc, engines }: IngressParts): DynamicModule {
    return {
      module: IngressModule,
      controllers: [GatewaysController, RoutesController, TranslationsController],
      providers: [
        { provide: Kysely, useValue: db },
        { provide: Arm, useValue: arm },
        { provide: Clusters, useValue: clusters },
        { provide: Prefixes, useValue: prefixes },
        { provide: AgcPrograms, useValue: agc },
        { provide: EngineRef, useValue: engines },
        ...useCases,
      ],
    };
  }
}
