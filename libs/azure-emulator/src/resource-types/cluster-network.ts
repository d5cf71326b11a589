import { ArmError, type ArmErrorFacts } from '../arm-error.js';
import { rangeOf, type IpRange } from '../ip-range.js';
import { numberAt, textAt, textsAt, type JsonObject } from '../json.js';

export type PodMode = 'overlay' | 'nodeSubnet' | 'kubenet' | 'none';

/** A pool as the checks see it. */
export interface Pool {
  readonly name: string;
  readonly properties: JsonObject;
}

/** A synchronous refusal of the AKS provider, without the `error` envelope. */
export const refuse = (code: string, message: string, target: string, facts: ArmErrorFacts = {}): ArmError =>
  new ArmError(400, code, message, { flat: true, target, ...facts });

/** As `refuse`, where no public source names Azure's code. */
export const refuseParameter = (message: string, target: string): ArmError =>
  refuse('InvalidParameter', message, target, { emulated: true });

/** No plugin means overlay; `azure` without a mode means the old node subnet mode. */
export function podModeOf(properties: JsonObject): PodMode {
  const plugin = textAt(properties, 'networkProfile', 'networkPlugin');
  const mode = textAt(properties, 'networkProfile', 'networkPluginMode');
  if (plugin === undefined || (plugin === 'azure' && mode === 'overlay')) return 'overlay';
  if (plugin === 'azure') return 'nodeSubnet';
  return plugin === 'kubenet' ? 'kubenet' : 'none';
}

export const isOverlay = (properties: JsonObject): boolean => podModeOf(properties) === 'overlay';

const listOf = (properties: JsonObject, one: string, many: string, fallback: string | undefined): string[] => {
  const list = textsAt(properties, 'networkProfile', many);
  const single = textAt(properties, 'networkProfile', one) ?? fallback;
  if (list.length > 0) return list;
  return single === undefined ? [] : [single];
};

export function podCidrsOf(properties: JsonObject): string[] {
  const mode = podModeOf(properties);
  return listOf(properties, 'podCidr', 'podCidrs', mode === 'overlay' || mode === 'kubenet' ? '10.244.0.0/16' : undefined);
}

export const serviceCidrsOf = (properties: JsonObject): string[] => listOf(properties, 'serviceCidr', 'serviceCidrs', '10.0.0.0/16');

export const dnsServiceIpOf = (properties: JsonObject): string => textAt(properties, 'networkProfile', 'dnsServiceIP') ?? '10.0.0.10';

export function blocksOf(texts: readonly string[], target: string): IpRange[] {
  return texts.map((text) => {
    const block = rangeOf(text);
    if (!block) throw refuseParameter(`The value '${text}' of parameter ${target} is not a valid CIDR block.`, target);
    return block;
  });
}

export const nodesOf = ({ properties }: Pool): number => numberAt(properties, 'count') ?? 1;

/** Nodes a pool may grow to by itself: AKS counts `maxCount` of an autoscaled pool. */
export const mostNodesOf = (pool: Pool): number =>
  pool.properties['enableAutoScaling'] === true ? Math.max(nodesOf(pool), numberAt(pool.properties, 'maxCount') ?? 0) : nodesOf(pool);

/** Extra nodes during an upgrade: percentages round up; one or 10 % when nothing is said. */
export function surgeOf(pool: Pool): number {
  const nodes = mostNodesOf(pool);
  const said = textAt(pool.properties, 'upgradeSettings', 'maxSurge') ?? '10%';
  const asked = said.endsWith('%') ? Math.ceil((nodes * Number.parseFloat(said)) / 100) : Number.parseInt(said, 10);
  return Math.min(nodes, textAt(pool.properties, 'upgradeSettings', 'maxSurge') === undefined ? Math.max(1, asked) : asked);
}

export const peakOf = (pool: Pool): number => mostNodesOf(pool) + surgeOf(pool);

/** Subnet addresses one node takes: pods have their own only where they live in the subnet. */
export function addressesPerNode(mode: PodMode, pool: Pool): number {
  if (mode !== 'nodeSubnet') return 1;
  return textAt(pool.properties, 'podSubnetID') === undefined ? 1 + (numberAt(pool.properties, 'maxPods') ?? 30) : 1;
}
