import { listAt, textAt } from '@podspan/aks';
import type { ArmEffect, ArmStep, Json } from '@podspan/engine';
import { Cidr } from '@podspan/cidr';
import type { CreateInput } from './create-input.js';
import { createArmSteps } from './create-steps.js';
import { groupIdOf } from './names.js';

export type Change = 'CREATE' | 'UPDATE' | 'DELETE' | 'NONE' | 'BLOCKED';

export interface ForeseenResource {
  readonly step: string;
  readonly title: string;
  readonly resourceId: string;
  readonly change: Change;
  /** Why it is blocked. */
  readonly reason?: string;
}

/** Reads a resource as it is, or `undefined`. */
export type Look = (resourceId: string, apiVersion: string) => Promise<Json | undefined>;

/**
 * What the program would do to each resource, by the very effects it will use, without writing. Below a resource group, a VNet or
 * an identity that does not exist nothing can exist, so nothing is asked.
 */
export async function foreseeCreate(input: CreateInput, look: Look): Promise<readonly ForeseenResource[]> {
  const absent = new Set<string>();
  const outputs: Record<string, Json> = {};
  const foreseen: ForeseenResource[] = [];
  for (const step of createArmSteps(input.nodeSubnets.length)) {
    if (step.name.startsWith('role-') && outputs['identity'] === undefined) {
      foreseen.push(...unknownRole(step, input));
      continue;
    }
    const effect = step.effect({ runId: '', subject: input.cluster.name, input, outputs });
    if (!effect) continue;
    const existing = isBelow(effect.resourceId, absent) ? undefined : await look(effect.resourceId, effect.apiVersion);
    if (existing === undefined) absent.add(effect.resourceId.toLowerCase());
    else outputs[step.name] = existing;
    foreseen.push({ step: step.name, title: step.title, resourceId: effect.resourceId, ...changeOf(step.name, effect, existing, input) });
  }
  return foreseen;
}

function isBelow(resourceId: string, absent: ReadonlySet<string>): boolean {
  const id = resourceId.toLowerCase();
  const group = groupIdOf(id);
  return (group !== undefined && group !== id && absent.has(group)) || [...absent].some((parent) => id.startsWith(`${parent}/`));
}

/** The GUID of an assignment needs the identity's principal: as long as there is none, it is new. */
function unknownRole(step: ArmStep<CreateInput>, input: CreateInput): ForeseenResource[] {
  const pretended = { properties: { principalId: '00000000-0000-0000-0000-000000000000' } };
  const effect = step.effect({ runId: '', subject: input.cluster.name, input, outputs: { identity: pretended } });
  return effect
    ? [{ step: step.name, title: step.title, resourceId: effect.resourceId.replace(/\/[^/]+$/, '/(new)'), change: 'CREATE' }]
    : [];
}

function changeOf(
  step: string,
  effect: ArmEffect,
  existing: Json | undefined,
  input: CreateInput,
): Pick<ForeseenResource, 'change' | 'reason'> {
  if (existing === undefined) return { change: 'CREATE' };
  if (step === 'network') return networkChange(existing, input);
  const relation = effect.compare?.(existing) ?? (effect.shared ? 'equal' : 'foreign');
  if (relation === 'foreign') return { change: 'BLOCKED', reason: 'name_taken: it exists and is not of this rollout' };
  return { change: relation === 'equal' ? 'NONE' : 'UPDATE' };
}

/** An existing VNet is used as it is, so the subnets must lie inside it, and it must be where the cluster is (OV-115). */
function networkChange(existing: Json, input: CreateInput): Pick<ForeseenResource, 'change' | 'reason'> {
  const location = textAt(existing, 'location');
  if (location !== undefined && location.toLowerCase().replaceAll(' ', '') !== input.cluster.region.toLowerCase()) {
    return { change: 'BLOCKED', reason: `OV-115: the network is in ${location}, the cluster in ${input.cluster.region}` };
  }
  const ranges = listAt(existing, 'properties.addressSpace.addressPrefixes').map((prefix) => Cidr.parse(String(prefix)));
  const node = input.nodeSubnets.flatMap(({ cidr, cidrV6 }) => (cidrV6 === undefined ? [cidr] : [cidr, cidrV6]));
  const subnets = [...node, ...[input.gatewaySubnet, input.apiServerSubnet].flatMap((subnet) => (subnet ? [subnet.cidr] : []))];
  const outside = subnets.filter((cidr) => !ranges.some((range) => range.contains(Cidr.parse(cidr))));
  return outside.length === 0
    ? { change: 'NONE' }
    : { change: 'BLOCKED', reason: `NetcfgSubnetRangeOutsideVnet: ${outside.join(', ')} outside ${ranges.join(', ')}` };
}
