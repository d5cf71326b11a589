import type { DynamicModule } from '@nestjs/common';
import { coverAnswers } from '@podspan/platform';
import { Kysely } from 'kysely';
import { AllocatePrefixes } from './allocations/allocate-prefixes.js';
import { GrowthRules } from './allocations/growth-rules.js';
import { HeldBlocks } from './allocations/held-blocks.js';
import { AllocationLane } from './allocations/allocation-lane.js';
import { PlainReleasesRepository } from './allocations/plain-releases.repository.js';
import { ReleaseLane } from './allocations/release-lane.js';
import { AllocationsRepository } from './allocations/allocations.repository.js';
import { ChooseBlock } from './allocations/choose-block.js';
import { EndDue } from './allocations/end-due.js';
import { ExpandAllocation } from './allocations/expand-allocation.js';
import { GrowBlock } from './allocations/grow-block.js';
import { CheckQuotas } from './allocations/check-quotas.js';
import { PlainBlocksRepository } from './allocations/plain-blocks.repository.js';
import { PoolShortage } from './allocations/pool-shortage.js';
import { OpenPools } from './allocations/open-pools.js';
import { RangesToAvoid } from './allocations/ranges-to-avoid.js';
import { ReadAllocations } from './allocations/read-allocations.js';
import { ReleaseAllocations } from './allocations/release-allocations.js';
import { RenewAllocation } from './allocations/renew-allocation.js';
import { TakeAllocations } from './allocations/take-allocations.js';
import { TakeBlocks } from './allocations/take-blocks.js';
import { UniqueRanges } from './allocations/unique-ranges.js';
import { ThresholdsResolver, WebhooksResolver } from './graphql/webhooks.resolver.js';
import { ThresholdsController, WebhooksController } from './rest/webhooks.controller.js';
import { ChangeThresholds } from './thresholds/change-thresholds.js';
import { EvaluateThresholds } from './thresholds/evaluate-thresholds.js';
import { ThresholdsRepository } from './thresholds/thresholds.repository.js';
import { BackgroundRound } from './webhooks/background-round.js';
import { ChangeWebhooks } from './webhooks/change-webhooks.js';
import { DeliverWebhooks } from './webhooks/deliver-webhooks.js';
import { IPAM_OPTIONS, type IpamOptions } from './webhooks/ipam-options.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { ExportThings } from './exports/export-things.js';
import { ExportsController } from './rest/exports.controller.js';
import { AdviseMoves } from './advice/advise-moves.js';
import { ForecastPool } from './forecast/forecast-pool.js';
import { PoolFiguresResolver, SpaceFiguresResolver } from './graphql/figures.resolver.js';
import { FiguresController } from './rest/figures.controller.js';
import { ShowUtilization } from './utilization/show-utilization.js';
import { SpaceFigures } from './utilization/space-figures.js';
import { AllocationHistory } from './history/allocation-history.js';
import { ApplyTopology } from './plans/apply-topology.js';
import { CheckReuse } from './plans/check-reuse.js';
import { CreateAddressPlan } from './plans/create-address-plan.js';
import { DecideAddressPlan } from './plans/decide-address-plan.js';
import { EnsureLinks, EnsureParts, EnsureNames, EnsureNetwork, EnsurePool } from './plans/ensure-parts.js';
import { FindPlanPools } from './plans/find-plan-pools.js';
import { PlanAddresses } from './plans/plan-addresses.js';
import { PlannedClustersRepository } from './plans/planned-clusters.repository.js';
import { PlansRepository } from './plans/plans.repository.js';
import { ReadPlanRequest } from './plans/read-plan-request.js';
import { ReadPlans } from './plans/read-plans.js';
import { ReleaseAddressPlan } from './plans/release-address-plan.js';
import { WriteAddressPlan } from './plans/write-address-plan.js';
import { ChangePools } from './pools/change-pools.js';
import { CreatePool } from './pools/create-pool.js';
import { FreeSpaceInBulk } from './pools/free-space-in-bulk.js';
import { FreeSpaceRepository } from './pools/free-space.repository.js';
import { OccupiedByNetworks } from './pools/occupied-by-networks.js';
import { PoolRoom } from './pools/pool-room.js';
import { PoolsRepository } from './pools/pools.repository.js';
import { ReadPools } from './pools/read-pools.js';
import { SearchStarts } from './pools/search-starts.js';
import { ShowSpace } from './pools/show-space.js';
import { AzureAccess, noAzure } from './discovery/azure-access.js';
import { DiscoveriesRepository } from './discovery/discoveries.repository.js';
import { DiscoveredRangesRepository } from './discovery/discovered-ranges.repository.js';
import { Grandfathered } from './discovery/grandfathered.js';
import { ReadDiscovered } from './discovery/read-discovered.js';
import { ReadDrift } from './discovery/read-drift.js';
import { DiscoverOnSchedule } from './discovery/discover-on-schedule.js';
import { RunDiscoveries } from './discovery/run-discoveries.js';
import { StartDiscovery } from './discovery/start-discovery.js';
import { WriteDiscovery } from './discovery/write-discovery.js';
import { SeenNetworks } from './discovery/seen-networks.js';
import { SettleDiscovered } from './discovery/settle-discovered.js';
import { ApplyAllocations } from './imports/apply-allocations.js';
import { ApplyDeclared } from './imports/apply-declared.js';
import { ApplyPlanned } from './imports/apply-planned.js';
import { ApplyRanges } from './imports/apply-ranges.js';
import { EnsureDeclared } from './imports/ensure-declared.js';
import { EnsureMesh } from './imports/ensure-mesh.js';
import { ImportFile } from './imports/import-file.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ReadImports } from './imports/read-imports.js';
import { ImportStage } from './imports/stage.js';
import { TopologyOfStage, WriteStage } from './imports/write-stage.js';
import { AllocationsResolver } from './graphql/allocations.resolver.js';
import { ChecksResolver } from './graphql/checks.resolver.js';
import { DiscoveryResolver, ImportMutations } from './graphql/discovery.resolver.js';
import { AllocationMutations, PlanMutations, PoolMutations } from './graphql/mutations.resolver.js';
import { ClusterAddressPlanResolver, ClustersResolver, PlansResolver } from './graphql/plans.resolver.js';
import { PoolsResolver } from './graphql/pools.resolver.js';
import { MeshMutations, NetworkMutations, SpaceMutations } from './graphql/topology-mutations.resolver.js';
import { TopologyResolver } from './graphql/topology.resolver.js';
import type { Db } from './postgres/db.js';
import { CheckIpam } from './check/check-ipam.js';
import { ChecksController } from './rest/checks.controller.js';
import { AllocationsController } from './rest/allocations.controller.js';
import { DiscoveryController } from './rest/discovery.controller.js';
import { ImportsController } from './rest/imports.controller.js';
import { PlansController } from './rest/plans.controller.js';
import { PoolsController } from './rest/pools.controller.js';
import { SearchController } from './rest/search.controller.js';
import { SpacesController } from './rest/spaces.controller.js';
import { LinksController, MeshesController, NetworksController, TopologyController } from './rest/topology.controller.js';
import { ListAuditEvents } from './search/list-audit-events.js';
import { VeilOthers } from './rights/veil-others.js';
import { SearchRanges } from './search/search-ranges.js';
import { AddLinks } from './topology/add-links.js';
import { AddNetworks } from './topology/add-networks.js';
import { ChangeLinks } from './topology/change-links.js';
import { ChangeMeshes } from './topology/change-meshes.js';
import { ChangeNetworks } from './topology/change-networks.js';
import { CreateAddressSpace, DeleteAddressSpace } from './topology/change-spaces.js';
import { ChangeTopology } from './topology/change-topology.js';
import { ConflictsRepository } from './topology/conflicts.repository.js';
import { EstateRepository } from './topology/estate.repository.js';
import { LinksRepository } from './topology/links.repository.js';
import { MeshesRepository } from './topology/meshes.repository.js';
import { NetworksRepository } from './topology/networks.repository.js';
import { ReadNetworks } from './topology/read-networks.js';
import { ReadTopology } from './topology/read-topology.js';
import { SimulateTopology } from './topology/simulate-topology.js';
import { SpacesRepository } from './topology/spaces.repository.js';

const repositories = [
  ThresholdsRepository,
  WebhooksRepository,
  AllocationHistory,
  AllocationsRepository,
  ConflictsRepository,
  DiscoveredRangesRepository,
  DiscoveriesRepository,
  EstateRepository,
  FreeSpaceInBulk,
  FreeSpaceRepository,
  ImportsRepository,
  ImportStage,
  LinksRepository,
  MeshesRepository,
  NetworksRepository,
  PlainBlocksRepository,
  PlainReleasesRepository,
  PlannedClustersRepository,
  PlansRepository,
  PoolsRepository,
  SearchStarts,
  SpacesRepository,
];

const useCases = [
  ExportThings,
  BackgroundRound,
  ChangeThresholds,
  ChangeWebhooks,
  DeliverWebhooks,
  EvaluateThresholds,
  AdviseMoves,
  ForecastPool,
  ShowUtilization,
  SpaceFigures,
  AllocatePrefixes,
  ApplyAllocations,
  ApplyDeclared,
  ApplyPlanned,
  ApplyRanges,
  AllocationLane,
  ReleaseLane,
  ApplyTopology,
  AddLinks,
  AddNetworks,
  ChangeLinks,
  ChangeMeshes,
  ChangeNetworks,
  ChangePools,
  ChangeTopology,
  CheckIpam,
  CheckReuse,
  CheckQuotas,
  ChooseBlock,
  CreateAddressPlan,
  CreateAddressSpace,
  CreatePool,
  DecideAddressPlan,
  DeleteAddressSpace,
  EndDue,
  EnsureDeclared,
  EnsureMesh,
  EnsureLinks,
  EnsureParts,
  EnsureNames,
  EnsureNetwork,
  EnsurePool,
  ExpandAllocation,
  FindPlanPools,
  Grandfathered,
  GrowBlock,
  ImportFile,
  ListAuditEvents,
  OccupiedByNetworks,
  PlanAddresses,
  PoolRoom,
  PoolShortage,
  RangesToAvoid,
  ReadAllocations,
  DiscoverOnSchedule,
  ReadDiscovered,
  ReadDrift,
  RunDiscoveries,
  StartDiscovery,
  WriteDiscovery,
  ReadImports,
  ReadNetworks,
  ReadPlanRequest,
  ReadPlans,
  ReadPools,
  ReadTopology,
  ReleaseAddressPlan,
  ReleaseAllocations,
  RenewAllocation,
  SearchRanges,
  SeenNetworks,
  SettleDiscovered,
  ShowSpace,
  SimulateTopology,
  TakeAllocations,
  TakeBlocks,
  TopologyOfStage,
  GrowthRules,
  OpenPools,
  UniqueRanges,
  HeldBlocks,
  WriteAddressPlan,
  WriteStage,
];

const controllers = [
  ExportsController,
  ThresholdsController,
  WebhooksController,
  FiguresController,
  AllocationsController,
  ChecksController,
  DiscoveryController,
  ImportsController,
  LinksController,
  MeshesController,
  NetworksController,
  PlansController,
  PoolsController,
  SearchController,
  SpacesController,
  TopologyController,
];

const resolvers = [
  ThresholdsResolver,
  WebhooksResolver,
  PoolFiguresResolver,
  SpaceFiguresResolver,
  AllocationMutations,
  AllocationsResolver,
  ChecksResolver,
  DiscoveryResolver,
  ImportMutations,
  ClusterAddressPlanResolver,
  ClustersResolver,
  MeshMutations,
  NetworkMutations,
  PlanMutations,
  PlansResolver,
  PoolMutations,
  PoolsResolver,
  SpaceMutations,
  TopologyResolver,
];

class IpamModule {}

/** The feature over a migrated database of the `ipam` schema. */
export function ipamModule(db: Db, options: IpamOptions = {}): DynamicModule {
  return {
    module: IpamModule,
    controllers,
    providers: [
      { provide: Kysely, useValue: db },
      { provide: IPAM_OPTIONS, useValue: options },
      { provide: AzureAccess, useValue: options.azure ?? noAzure },
      coverAnswers(VeilOthers),
      VeilOthers,
      ...repositories,
      ...useCases,
      ...resolvers,
    ],
  };
}
