import type { Arm } from '@podspan/azure';
import type { Json } from '@podspan/engine';
import type { CallContext } from '@podspan/platform';
import { adoptedCluster } from '../start/adopted-cluster.js';
import { armCallsOf } from './arm-calls.js';
import type { CheckedChange } from '../request/check-change-request.js';
import { addressesView, type ClusterView } from '../clusters/cluster-view.js';
import type { ChangeAction, ChangeInput } from '../domain/change/change-input.js';
import { peakOf } from '../domain/change/check-migrate.js';
import { foreseeChange } from '../domain/change/foresee-change.js';
import type { ForeseenResource } from '../domain/create/foresee.js';
import type { AlongWith, ForeseeRemoval } from './foresee-removal.js';
import { specHashOf } from '../start/hash-of.js';
import { countsOfChanges, etaOfPlan, foresee, plainProblems, waveViews } from './plan-parts.js';
import type { RolloutPlan } from './plan-view.js';
import type { PrepareChange } from '../start/prepare-change.js';
import type { ReadRequest } from '../request/read-request.js';
import type { ResolvedTarget } from '../request/resolve-targets.js';

/** The dry run of a change of clusters that exist. */
export class PlanChange {
  constructor(
    private readonly arm: Arm,
    private readonly changes: PrepareChange,
    private readonly removals: ForeseeRemoval,
    private readonly speed = 1,
  ) {}

  /** @throws InvalidRequest with every problem of every cluster */
  async execute(action: ChangeAction, request: ReadRequest, call: CallContext): Promise<RolloutPlan> {
    const dry = { ...call, dryRun: true };
    const checked = await this.changes.check(action, request, dry);
    const inputs = await this.changes.freeze(checked, '', dry);
    const raw = new Map(checked.targets.map(({ name, raw: listed }) => [name, listed]));
    const along = await this.removals.execute(
      inputs.filter((input) => input.action === 'DELETE'),
      dry,
    );
    const resources = await foresee(this.arm, inputs, (input, look) =>
      foreseeChange(input, raw.get(input.cluster.name) as Json | undefined, look),
    );
    const all = inputs.map((input, index) => [...(along.get(input.cluster.name)?.resources ?? []), ...(resources[index] ?? [])]);
    return planView(checked, inputs, { resources: all, along }, this.speed);
  }
}

interface Foreseen {
  readonly resources: readonly (readonly ForeseenResource[])[];
  readonly along: ReadonlyMap<string, AlongWith>;
}

function planView(checked: CheckedChange, inputs: readonly ChangeInput[], { resources, along }: Foreseen, speed: number): RolloutPlan {
  const { name, action, waves, targets, warnings } = checked;
  const waveOf = new Map(waves.flatMap((wave) => wave.clusters.map((cluster) => [cluster, wave.name] as const)));
  return {
    name,
    action,
    specHash: specHashOf(inputs),
    clusters: inputs.map((input, index) => ({
      name: input.cluster.name,
      wave: waveOf.get(input.cluster.name) ?? '',
      region: input.cluster.region,
      subscriptionId: input.cluster.subscriptionId,
      network: input.cluster.network,
      kubernetesVersion: versionAfter(input),
      addresses: addressesAfter(input, targets[index]),
      peakNodes: targets[index]?.azure ? peakOf(targets[index].azure) : 0,
      podCidrReason: null,
      savings: null,
      warnings: [],
      changes: memberChanges(input),
      ...(input.action === 'DELETE' ? { addressesGivenBack: [...(along.get(input.cluster.name)?.addressesGivenBack ?? [])] } : {}),
      resources: [...(resources[index] ?? [])],
    })),
    resources: countsOfChanges(resources.flat()),
    armCalls: armCallsOf(inputs, resources),
    waves: waveViews(checked, inputs.length),
    eta: etaOfPlan(checked, inputs, resources, speed),
    warnings: plainProblems(warnings),
  };
}

function versionAfter(input: ChangeInput): string {
  return (input.action === 'UPGRADE' ? input.kubernetesVersion : null) ?? input.before.kubernetesVersion;
}

function addressesAfter(input: ChangeInput, target: ResolvedTarget | undefined): ClusterView['addresses'] {
  const now = target?.row?.input ?? (target?.azure ? adoptedCluster(target, target.azure, input.rollout).input : undefined);
  const podCidr = 'podCidr' in input ? input.podCidr : (now?.podCidr ?? '');
  if (!now)
    return {
      nodeSubnets: [],
      podCidr,
      podCidrGrowth: null,
      serviceCidr: '',
      podCidrV6: null,
      serviceCidrV6: null,
      dnsServiceIp: '',
      gatewaySubnet: null,
      apiServerSubnet: null,
    };
  return { ...addressesView(now), podCidr, ...(input.action === 'EXPAND_POD_CIDR' ? { podCidrGrowth: null } : {}) };
}

/** In words of the cluster, what is different afterwards. */
function memberChanges(input: ChangeInput): NonNullable<RolloutPlan['clusters'][number]['changes']> {
  const { before } = input;
  const from = (member: string, was: string | null, to: string) => (was === to ? [] : [{ member, from: was, to }]);
  switch (input.action) {
    case 'MIGRATE_TO_OVERLAY':
      return [...from('networkMode', before.networkMode, 'OVERLAY'), ...from('podCidr', before.podCidr, input.podCidr)];
    case 'EXPAND_POD_CIDR':
      return from('podCidr', before.podCidr, input.podCidr);
    case 'ENABLE_CILIUM':
      return [...from('dataplane', before.dataplane, 'CILIUM'), ...from('networkPolicy', before.networkPolicy, 'CILIUM')];
    case 'UPGRADE':
      return [
        ...(input.kubernetesVersion === null ? [] : from('kubernetesVersion', before.kubernetesVersion, input.kubernetesVersion)),
        ...input.nodeImages.flatMap(({ pool, from: was, to }) => from(`nodePools.${pool}.nodeImage`, was, to)),
      ];
    case 'DELETE':
      return [];
    case 'MIGRATE_INGRESS':
      return from('ingress', input.agic === 'ADDON' ? 'AGIC (add-on)' : 'AGIC (Helm)', `AGC '${input.gateway}'`);
  }
}
