import { isWire, listAt, textAt } from '@podspan/aks';
import type { ArmEffect, ArmStep, Json } from '@podspan/engine';
import type { ForeseenResource, Look } from '../create/foresee.js';
import { disableAgicStep } from '../ingress/ingress-program.js';
import type { ChangeInput, DeleteInput, MigrateIngressInput, OwnedResource, UpgradeInput } from './change-input.js';
import {
  ciliumStep,
  deleteSteps,
  expandStep,
  type Found,
  isOurSubnet,
  isWrittenBy,
  migrateStep,
  nodeImageStep,
  upgradeStep,
} from './change-steps.js';

/** What a change would do to each resource, by the very effects it will use, without writing. `cluster` is the cluster as it was listed. */
export async function foreseeChange(input: ChangeInput, cluster: Json | undefined, look: Look): Promise<readonly ForeseenResource[]> {
  switch (input.action) {
    case 'MIGRATE_TO_OVERLAY':
      return [foreseen(migrateStep, input, cluster)];
    case 'EXPAND_POD_CIDR':
      return [foreseen(expandStep, input, cluster)];
    case 'ENABLE_CILIUM':
      return [foreseen(ciliumStep, input, cluster)];
    case 'UPGRADE':
      return foreseeUpgrade(input, cluster);
    case 'DELETE':
      return foreseeDelete(input, cluster, look);
    case 'MIGRATE_INGRESS':
      return foreseeIngress(input, cluster);
  }
}

function foreseen<I extends ChangeInput>(step: ArmStep<I>, input: I, existing: Json | undefined): ForeseenResource {
  const effect = step.effect({ runId: '', subject: input.cluster.name, input, outputs: {} });
  if (!effect) throw new Error(`step ${step.name} has nothing to do`);
  return { step: step.name, title: step.title, resourceId: effect.resourceId, ...changeOf(effect, existing) };
}

function changeOf(effect: ArmEffect, existing: Json | undefined): Pick<ForeseenResource, 'change' | 'reason'> {
  if (existing === undefined) return { change: 'BLOCKED', reason: 'it does not exist' };
  return { change: effect.compare?.(existing) === 'equal' ? 'NONE' : 'UPDATE' };
}

/** The gateway is the ingress service's to make: it says with its own dry run what that takes. */
function foreseeIngress(input: MigrateIngressInput, cluster: Json | undefined): readonly ForeseenResource[] {
  const gateway: ForeseenResource = {
    step: 'gateway',
    title: 'AGC beside AGIC',
    resourceId: `/v1/ingress-gateways/${input.gateway}`,
    change: 'CREATE',
    reason: 'or none, where it is there already',
  };
  return [gateway, ...(input.agic === 'HELM' ? [] : [foreseen(disableAgicStep, input, cluster)])];
}

function foreseeUpgrade(input: UpgradeInput, cluster: Json | undefined): readonly ForeseenResource[] {
  const pools = new Map(
    listAt(cluster, 'properties.agentPoolProfiles')
      .filter(isWire)
      .map((pool) => [textAt(pool, 'name'), pool as Json]),
  );
  return [
    ...(input.kubernetesVersion === null ? [] : [foreseen(upgradeStep, input, cluster)]),
    ...input.nodeImages.map(({ pool }, index) => foreseen(nodeImageStep(index), input, pools.get(pool))),
  ];
}

async function foreseeDelete(input: DeleteInput, cluster: Json | undefined, look: Look): Promise<readonly ForeseenResource[]> {
  const { apiVersions, identity } = input;
  const owner = await look(identity.resourceId, apiVersions.identity);
  const subnets = await Promise.all(
    subnetsOf(input).map(async (subnet) => [subnet, await look(subnet.resourceId, apiVersions.subnet)] as const),
  );
  const existing = new Map<string, Json | undefined>([
    [input.resourceId, cluster],
    [identity.resourceId, owner],
    ...subnets.map(([{ resourceId }, found]) => [resourceId, found] as const),
  ]);
  const foreign = [
    ...(cluster !== undefined && !isWrittenBy(cluster, input) ? [input.resourceId] : []),
    ...(owner !== undefined && !isWrittenBy(owner, input) ? [identity.resourceId] : []),
    ...subnets.flatMap(([subnet, found]) => (found !== undefined && !isOurSubnet(found, subnet) ? [subnet.resourceId] : [])),
  ];
  const look0: Found = { principalId: textAt(owner, 'properties.principalId') ?? null, foreign };
  const outputs = { look: look0 as unknown as Json };
  const effects = deleteSteps(input.nodeSubnets.length).flatMap((step) => {
    const effect = step.effect({ runId: '', subject: input.cluster.name, input, outputs });
    return effect ? [{ step, effect }] : [];
  });
  return [
    ...effects.map(({ step, effect }): ForeseenResource => {
      // A right is not looked for: it can be there only as long as the identity is.
      const there = !existing.has(effect.resourceId) || existing.get(effect.resourceId) !== undefined;
      return { step: step.name, title: step.title, resourceId: effect.resourceId, change: there ? 'DELETE' : 'NONE' };
    }),
    ...foreign.map((resourceId): ForeseenResource => ({
      step: 'look',
      title: 'left alone',
      resourceId,
      change: 'BLOCKED',
      reason: 'name_taken: somebody else made it, so it stays',
    })),
  ];
}

function subnetsOf({ nodeSubnets, gatewaySubnet, apiServerSubnet }: DeleteInput): readonly OwnedResource[] {
  return [...nodeSubnets, gatewaySubnet, apiServerSubnet].flatMap((subnet) => subnet ?? []);
}
