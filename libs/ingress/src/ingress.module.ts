import { Module, type DynamicModule } from '@nestjs/common';
import { Arm } from '@podspan/azure';
import { EngineRef } from '@podspan/engine';
import { Kysely } from 'kysely';
import { ApplyController } from './apply/apply.controller.js';
import { ApplyManifests, ApplySwitch } from './apply/apply-manifests.js';
import { ApplyResolver } from './apply/apply.resolver.js';
import { ClusterAccess } from './apply/cluster-api.js';
import { AgicPrograms } from './agic/agic-programs.js';
import { FindAgicPlace } from './agic/find-agic-place.js';
import { PlanAgic } from './agic/plan-agic.js';
import { AzureFacts } from './azure-facts.js';
import { ClustersResolver } from './clusters.resolver.js';
import { CreateGateway } from './create-gateway.js';
import { ReadAgic } from './cutover/agic-of-cluster.js';
import { ReadClusterInAzure } from './cutover/cluster-in-azure.js';
import { CutoversController } from './cutover/cutovers.controller.js';
import { CutoversResolver } from './cutover/cutovers.resolver.js';
import { PlanCutover } from './cutover/plan-cutover.js';
import { DeleteGateway } from './delete-gateway.js';
import { DeleteRoute } from './delete-route.js';
import { GatewayMutationsResolver, GatewaysResolver } from './gateways.resolver.js';
import { GatewaysController } from './gateways.controller.js';
import { GatewaysOfClusters } from './gateways-of-clusters.js';
import { GatewaysRepository } from './gateways.repository.js';
import { GatherFacts } from './gather-facts.js';
import type { IngressParts } from './ingress-parts.js';
import { PlanGateways } from './plans/plan-gateways.js';
import { PlansController } from './plans/plans.controller.js';
import { PlansResolver } from './plans/plans.resolver.js';
import { Clusters } from './ports/clusters.js';
import { Prefixes } from './ports/prefixes.js';
import { PlanAgc } from './plan-agc.js';
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
import { GrantWaf } from './waf/grant-waf.js';
import { ReadRouteWaf } from './waf/read-route-waf.js';
import { WafGrantsRepository } from './waf/waf-grants.repository.js';
import { WriteManifests } from './write-manifests.js';

const useCases = [
  GatewaysRepository,
  RoutesRepository,
  AzureFacts,
  GatherFacts,
  PlanAgc,
  FindAgicPlace,
  PlanAgic,
  CreateGateway,
  DeleteGateway,
  RetryGateway,
  PutRoute,
  DeleteRoute,
  ReadGateways,
  ReadRoutes,
  WriteManifests,
  ApplyManifests,
  ApplyResolver,
  ReadAgic,
  ReadClusterInAzure,
  PlanCutover,
  CutoversResolver,
  GatewaysOfClusters,
  GatewaysResolver,
  GatewayMutationsResolver,
  ClustersResolver,
  YamlBodies,
  TranslateIngress,
  TranslationsResolver,
  PlanGateways,
  WafGrantsRepository,
  GrantWaf,
  ReadRouteWaf,
  PlansResolver,
];

@Module({})
export class IngressModule {
  static of({ db, arm, clusters, prefixes, agc, agic, engines, access, apply }: IngressParts): DynamicModule {
    return {
      module: IngressModule,
      controllers: [GatewaysController, RoutesController, ApplyController, CutoversController, TranslationsController, PlansController],
      providers: [
        { provide: Kysely, useValue: db },
        { provide: Arm, useValue: arm },
        { provide: Clusters, useValue: clusters },
        { provide: Prefixes, useValue: prefixes },
        { provide: AgcPrograms, useValue: agc },
        { provide: AgicPrograms, useValue: agic },
        { provide: EngineRef, useValue: engines },
        { provide: ClusterAccess, useValue: access },
        { provide: ApplySwitch, useValue: apply },
        ...useCases,
      ],
    };
  }
}
