import type { Arm } from '@podspan/azure';
import { ServiceRest } from '@podspan/client';
import { EngineRef, type AnyProgram, type RunListener } from '@podspan/engine';
import type { Kysely } from 'kysely';
import { type ReachOf, traceparentNow } from '@podspan/platform';
import type { ApplySwitch } from './apply/apply-manifests.js';
import { AzureClusterAccess } from './apply/azure-cluster-access.js';
import type { ClusterAccess } from './apply/cluster-api.js';
import { AgicPrograms } from './agic/agic-programs.js';
import { AgicTasks } from './agic/agic-tasks.js';
import type { IngressDatabase } from './database.js';
import { FollowRuns } from './follow-runs.js';
import { GatewaysRepository } from './gateways.repository.js';
import type { Clusters } from './ports/clusters.js';
import type { Prefixes } from './ports/prefixes.js';
import { RestClusters } from './ports/rest-clusters.js';
import { RestPrefixes } from './ports/rest-prefixes.js';
import { AgcPrograms } from './programs/agc-programs.js';
import { AgcTasks } from './programs/agc-tasks.js';
import { FollowWafGrants } from './waf/follow-waf-grants.js';
import { WafGrantsRepository } from './waf/waf-grants.repository.js';

export interface IngressOptions {
  readonly db: Kysely<IngressDatabase>;
  readonly arm: Arm;
  readonly ipamUrl: string;
  readonly provisioningUrl: string;
  /** `Bearer ...` of the service itself, for work in the background. */
  readonly authorization: string;
  /** Whether manifests may be applied to clusters; default no. */
  readonly apply?: boolean;
}

/** What the service is made of besides its edges. The engine takes programs and listeners; then `engines.use` closes the circle. */
export interface IngressParts {
  readonly db: Kysely<IngressDatabase>;
  readonly arm: Arm;
  readonly clusters: Clusters;
  readonly prefixes: Prefixes;
  readonly agc: AgcPrograms;
  readonly agic: AgicPrograms;
  readonly programs: readonly AnyProgram[];
  readonly listeners: readonly RunListener[];
  readonly engines: EngineRef;
  readonly access: ClusterAccess;
  readonly apply: ApplySwitch;
  /** The names of the clusters that a caller sees in provisioning. */
  readonly reachOf: ReachOf;
}

export function ingressParts({ db, arm, ipamUrl, provisioningUrl, authorization, apply = false }: IngressOptions): IngressParts {
  const gateways = new GatewaysRepository(db);
  const asking = { userAgent: 'podspan-ingress', serviceAuthorization: authorization, traceparent: traceparentNow };
  const prefixes = new RestPrefixes(new ServiceRest({ service: 'ipam', baseUrl: ipamUrl, ...asking }));
  const provisioning = new ServiceRest({ service: 'provisioning', baseUrl: provisioningUrl, ...asking });
  const agc = new AgcPrograms(new AgcTasks(arm, prefixes, gateways, authorization));
  const agic = new AgicPrograms(new AgicTasks(arm, prefixes, gateways, authorization));
  return {
    db,
    arm,
    clusters: new RestClusters(provisioning),
    prefixes,
    agc,
    agic,
    programs: [...agc.all, ...agic.all],
    listeners: [new FollowRuns(gateways), new FollowWafGrants(new WafGrantsRepository(db))],
    engines: new EngineRef(),
    access: new AzureClusterAccess(arm),
    apply: { enabled: apply },
    reachOf: (caller) => provisioning.names('/v1/clusters', {}, caller),
  };
}
