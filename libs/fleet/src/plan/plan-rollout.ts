import type { Arm } from '@podspan/azure';
import { InvalidRequest, type Problem } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { armCallsOf } from './arm-calls.js';
import { checkRequest, networksOf, problemsOfIpam, joined, type CheckedRequest } from '../request/check-request.js';
import { assumedNetworks } from '../request/assumed-networks.js';
import { addressesView } from '../clusters/cluster-view.js';
import type { Db } from '../database.js';
import type { ClusterAddresses } from '../domain/addresses.js';
import { type OfferedByPlace, versionWarnings } from '../domain/check-versions.js';
import { currentApiVersions } from '../start/current-api-versions.js';
import type { CreateInput } from '../domain/create/create-input.js';
import { foreseeCreate, type ForeseenResource } from '../domain/create/foresee.js';
import { specHashOf } from '../start/hash-of.js';
import type { PlanChange } from './plan-change.js';
import { countsOfChanges, etaOfPlan, foresee, plainProblems, waveViews } from './plan-parts.js';
import { lookAround } from '../request/look-around.js';
import { freezeClusters, refuseUnfitNetworks } from '../start/freeze-clusters.js';
import type { AddressPlanRequest, Ipam } from '../ports/ipam.js';
import type { RolloutPlan } from './plan-view.js';
import { readRequest } from '../request/read-request.js';

/** What ipam says of the IPv6 half of node subnets: a rollout gives each its /64. */
const answeredHere = 'node_subnet_v6_not_planned';

/** Names in one warning. */
const namedAtMost = 10;

/** The dry run: the whole plan of a rollout, with nothing kept anywhere. Asks ipam for a dry plan and Azure for what exists. */
export class PlanRollout {
  constructor(
    private readonly db: Db,
    private readonly ipam: Ipam,
    private readonly arm: Arm,
    private readonly changes: PlanChange,
    /** Azure's seconds per second. */
    private readonly speed = 1,
  ) {}

  /** @throws InvalidRequest with every problem, ours and ipam's */
  async execute(body: unknown, call: CallContext): Promise<RolloutPlan> {
    const request = readRequest(body);
    const { action } = request;
    if (action !== undefined && action !== 'CREATE') return this.changes.execute(action, request, call);
    const around = await lookAround(this.arm, this.ipam, request, call);
    const { checked, problems } = await checkRequest(this.db, request, around);
    if (!checked) {
      throw new InvalidRequest(joined(problems, await problemsOfIpam(this.ipam, request, call)));
    }
    const asked: AddressPlanRequest = {
      name: `dry-run-${checked.name}`,
      clusters: checked.clusters,
      pools: checked.pools,
      ...(checked.topology === undefined ? {} : { topology: checked.topology }),
    };
    const { clusters } = await this.ipam.planDry(asked, call);
    const inputs = await this.#freeze(checked, clusters, { offered: around.versions, call });
    const foreseen = await foresee(this.arm, inputs, foreseeCreate);
    return { ...planView(checked, clusters, inputs, foreseen), eta: etaOfPlan(checked, inputs, foreseen, this.speed) };
  }

  /** Networks of an assumed topology do not exist yet: their facts are read from it. */
  async #freeze(
    checked: CheckedRequest,
    addresses: readonly ClusterAddresses[],
    { offered, call }: { readonly offered: OfferedByPlace; readonly call: CallContext },
  ): Promise<readonly CreateInput[]> {
    const known = await networksOf(this.ipam, checked.clusters, call);
    const networks = new Map([...assumedNetworks(checked.topology), ...known]);
    refuseUnfitNetworks(checked.clusters, networks);
    return freezeClusters(checked.clusters, addresses, networks, {
      rollout: { id: '', name: checked.name },
      apiVersions: currentApiVersions,
      offered,
    });
  }
}

function planView(
  checked: CheckedRequest,
  addresses: readonly ClusterAddresses[],
  inputs: readonly CreateInput[],
  foreseen: readonly (readonly ForeseenResource[])[],
): Omit<RolloutPlan, 'eta'> {
  const waveOf = new Map(checked.waves.flatMap(({ name, clusters }) => clusters.map((cluster) => [cluster, name] as const)));
  const facts = new Map(addresses.map((entry) => [entry.name, entry]));
  return {
    name: checked.name,
    action: 'CREATE',
    specHash: specHashOf(inputs),
    clusters: inputs.map((input, index) => ({
      name: input.cluster.name,
      wave: waveOf.get(input.cluster.name) ?? '',
      region: input.cluster.region,
      subscriptionId: input.cluster.subscriptionId,
      network: input.cluster.network,
      kubernetesVersion: input.cluster.kubernetesVersion,
      addresses: addressesView(input),
      peakNodes: facts.get(input.cluster.name)?.peakNodes ?? 0,
      podCidrReason: reasonOf(facts.get(input.cluster.name)),
      savings: facts.get(input.cluster.name)?.savings ?? null,
      warnings: plainProblems([
        ...(facts.get(input.cluster.name)?.warnings ?? []).filter(({ code }) => code !== answeredHere),
        // Of the version asked for: what it was resolved to is offered.
        ...versionWarnings(checked.clusters[index] ?? input.cluster, `clusters[${index}]`),
      ]),
      resources: [...(foreseen[index] ?? [])],
    })),
    resources: countsOfChanges(foreseen.flat()),
    armCalls: armCallsOf(inputs, foreseen),
    waves: waveViews(checked, inputs.length),
    warnings: plainProblems([...checked.warnings, ...unpeeredNetworks(foreseen)]),
  };
}

/** A link in ipam says that networks reach each other, and nothing about how: a rollout makes the VNet and no peering (ADR 14). */
function unpeeredNetworks(foreseen: readonly (readonly ForeseenResource[])[]): readonly Problem[] {
  const made = foreseen.flat().filter(({ step, change }) => step === 'network' && change === 'CREATE');
  const names = [...new Set(made.map(({ resourceId }) => resourceId.slice(resourceId.lastIndexOf('/') + 1)))];
  if (names.length === 0) return [];
  return [
    {
      path: 'clusters',
      code: 'networks_without_peerings',
      message: `VNets are created without peerings: ${names.slice(0, namedAtMost).join(', ')}${names.length > namedAtMost ? ` and ${names.length - namedAtMost} more` : ''}`,
      value: names.length,
      suggestion: 'peer them before workloads need what is beyond',
    },
  ];
}

function reasonOf(addresses: ClusterAddresses | undefined): RolloutPlan['clusters'][number]['podCidrReason'] {
  const reason = addresses?.podCidrReason;
  return reason ? { message: reason.message, refused: [...reason.refused] } : null;
}
