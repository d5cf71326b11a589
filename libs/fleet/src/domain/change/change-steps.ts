import {
  changedCluster,
  type ClusterChange,
  hasNetwork,
  isWire,
  listAt,
  podCidrMembers,
  roleAssignmentId,
  roles,
  textAt,
} from '@podspan/aks';
import type { ArmEffect, ArmStep, Json, StepContext } from '@podspan/engine';
import { compareSubnet } from '../create/create-steps.js';
import type {
  ChangeBase,
  CiliumInput,
  DeleteInput,
  ExpandInput,
  MigrateInput,
  NodeImageTarget,
  OwnedResource,
  UpgradeInput,
} from './change-input.js';

/** The mark of the run that wrote a resource last. */
const runTag = 'tags.podspan-run';

function clusterStep<I extends ChangeBase>(title: string, wanted: (input: I) => Wanted): ArmStep<I> {
  return {
    kind: 'arm',
    name: 'cluster',
    title,
    effect: ({ input }) => {
      const { change, isDone } = wanted(input);
      return {
        method: 'PUT',
        resourceId: input.resourceId,
        apiVersion: input.apiVersions.managedCluster,
        change: (existing) => changedCluster(existing, change(existing)),
        compare: (existing) => (isDone(existing) ? 'equal' : 'update'),
      };
    },
  };
}

interface Wanted {
  readonly change: (existing: Json) => ClusterChange;
  readonly isDone: (existing: Json) => boolean;
}

/** MG-01, MG-02: plugin, mode and pod range in one PUT of the whole cluster; all pools are reimaged at once (MG-30). */
export const migrateStep = clusterStep<MigrateInput>('move to overlay', ({ podCidr }) => ({
  change: (existing) => ({
    networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', ...podCidrMembers(existing, podCidr) },
  }),
  isDone: (existing) => hasNetwork(existing, overlayOf(podCidr)),
}));

export function overlayOf(podCidr: string): Record<string, string> {
  return { networkPlugin: 'azure', networkPluginMode: 'overlay', podCidr };
}

/** OV-100 */
export const expandStep = clusterStep<ExpandInput>('wider pod range', ({ podCidr }) => ({
  change: (existing) => ({ networkProfile: podCidrMembers(existing, podCidr) }),
  isDone: (existing) => hasNetwork(existing, { podCidr }),
}));

export const ciliumNetwork = { networkDataplane: 'cilium', networkPolicy: 'cilium' } as const;

/** MG-40, OV-110: with the data plane comes its policy engine; what was there is replaced (MG-41). */
export const ciliumStep = clusterStep<CiliumInput>('Cilium data plane', () => ({
  change: () => ({ networkProfile: ciliumNetwork }),
  isDone: (existing) => hasNetwork(existing, ciliumNetwork),
}));

/** Control plane and pools in one PUT: AKS upgrades them in this order, a pool at a time, within its surge. */
export const upgradeStep: ArmStep<UpgradeInput> = {
  kind: 'arm',
  name: 'cluster',
  title: 'Kubernetes version',
  effect: ({ input }) => {
    const { kubernetesVersion } = input;
    if (kubernetesVersion === null) return undefined;
    return {
      method: 'PUT',
      resourceId: input.resourceId,
      apiVersion: input.apiVersions.managedCluster,
      change: (existing) =>
        changedCluster(existing, { properties: { kubernetesVersion }, pool: { orchestratorVersion: kubernetesVersion } }),
      compare: (existing) => (runsVersion(existing, kubernetesVersion) ? 'equal' : 'update'),
    };
  },
};

function runsVersion(existing: Json, version: string): boolean {
  const pools = listAt(existing, 'properties.agentPoolProfiles').filter(isWire);
  return (
    textAt(existing, 'properties.kubernetesVersion') === version && pools.every((pool) => textAt(pool, 'orchestratorVersion') === version)
  );
}

/** An action of the pool, repeated only while the pool has another image than the one that was the newest when the plan was frozen. */
export function nodeImageStep(index: number): ArmStep<UpgradeInput> {
  return {
    kind: 'arm',
    name: `node-image-${index}`,
    title: 'node image',
    effect: ({ input }) => {
      const target = input.nodeImages[index];
      if (!target) return undefined;
      return {
        method: 'POST',
        action: 'upgradeNodeImageVersion',
        resourceId: `${input.resourceId}/agentPools/${target.pool}`,
        apiVersion: input.apiVersions.managedCluster,
        compare: (existing) => (hasImage(existing, target) ? 'equal' : 'update'),
      };
    },
  };
}

/** Azure brings a pool to its newest image, which may be newer than the one that was planned: not the old one is what counts. */
export function hasImage(pool: Json, { from, to }: NodeImageTarget): boolean {
  const image = textAt(pool, 'properties.nodeImageVersion') ?? textAt(pool, 'nodeImageVersion');
  return image === to || (image !== undefined && image !== from);
}

type DeleteContext = StepContext<DeleteInput>;

/** What is not ours, or is not there, is left alone: {@link deleteSteps} asks the task `look` for it. */
export interface Found {
  readonly principalId: string | null;
  /** Ids of resources that somebody else made. */
  readonly foreign: readonly string[];
}

/** In reverse of the order in which they were made: the cluster, its rights, its identity, its subnets. Groups and networks stay. */
export function deleteSteps(nodeSubnets: number): readonly ArmStep<DeleteInput>[] {
  const indexes = Array.from({ length: nodeSubnets }, (_, index) => index);
  return [
    removal('cluster', 'managed cluster', ({ input }) => clusterEffect(input)),
    ...indexes.map((index) => roleRemoval(`role-node-subnet-${index}`, 'role on the node subnet', ({ nodeSubnets: all }) => all[index])),
    roleRemoval('role-api-server-subnet', 'role on the API server subnet', ({ apiServerSubnet }) => apiServerSubnet),
    removal('identity', 'cluster identity', ({ input }) => ({
      method: 'DELETE',
      resourceId: input.identity.resourceId,
      apiVersion: input.apiVersions.identity,
      compare: (existing) => (isWrittenBy(existing, input) ? 'equal' : 'foreign'),
    })),
    subnetRemoval('api-server-subnet', 'API server subnet', ({ apiServerSubnet }) => apiServerSubnet),
    subnetRemoval('gateway-subnet', 'gateway subnet', ({ gatewaySubnet }) => gatewaySubnet),
    ...indexes.map((index) => subnetRemoval(`node-subnet-${index}`, 'node subnet', ({ nodeSubnets: all }) => all[index])),
  ];
}

function removal(name: string, title: string, effectOf: (context: DeleteContext) => ArmEffect | undefined): ArmStep<DeleteInput> {
  return {
    kind: 'arm',
    name,
    title,
    effect: (context) => {
      const effect = effectOf(context);
      return effect && foundBy(context)?.foreign.includes(effect.resourceId) ? undefined : effect;
    },
  };
}

function foundBy({ outputs }: DeleteContext): Found | undefined {
  return outputs['look'] as Found | undefined;
}

function clusterEffect(input: DeleteInput): ArmEffect {
  return {
    method: 'DELETE',
    resourceId: input.resourceId,
    apiVersion: input.apiVersions.managedCluster,
    compare: (existing) => (isWrittenBy(existing, input) ? 'equal' : 'foreign'),
  };
}

export function isWrittenBy(existing: Json, { writers }: DeleteInput): boolean {
  const tags = isWire(existing) && isWire(existing['tags']) ? existing['tags'] : {};
  const run = tags[runTag.slice('tags.'.length)];
  return typeof run === 'string' && writers.includes(run);
}

function roleRemoval(name: string, title: string, pick: (input: DeleteInput) => OwnedResource | null | undefined): ArmStep<DeleteInput> {
  return removal(name, title, (context) => {
    const subnet = pick(context.input);
    const principalId = foundBy(context)?.principalId;
    if (!subnet || !principalId) return undefined;
    return {
      method: 'DELETE',
      resourceId: roleAssignmentId(subnet.resourceId, principalId, roles.networkContributor),
      apiVersion: context.input.apiVersions.roleAssignment,
    };
  });
}

function subnetRemoval(name: string, title: string, pick: (input: DeleteInput) => OwnedResource | null | undefined): ArmStep<DeleteInput> {
  return {
    ...removal(name, title, ({ input }) => {
      const subnet = pick(input);
      if (!subnet) return undefined;
      return {
        method: 'DELETE',
        resourceId: subnet.resourceId,
        apiVersion: input.apiVersions.subnet,
        compare: (existing) => (isOurSubnet(existing, subnet) ? 'equal' : 'foreign'),
      };
    }),
    lockKey: ({ input }) => input.vnetId.toLowerCase(),
  };
}

/** Subnets take no tags: ours has our name, our range and our delegation. */
export function isOurSubnet(existing: Json, { cidr = '', cidrV6, delegation }: OwnedResource): boolean {
  return compareSubnet({ cidr, cidrV6 }, delegation, existing) === 'equal';
}
