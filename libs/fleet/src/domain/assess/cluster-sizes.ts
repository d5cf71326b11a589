import { listAt, poolPeak, textAt, type Wire } from '@podspan/aks';

/** A node pool with its numbers. */
export interface SizedPool {
  readonly name: string;
  readonly nodes: number;
  /** With the autoscaler at its most and the surge of an upgrade (OV-23). */
  readonly peak: number;
  readonly maxPods: number;
}

/** What Azure sets where nothing was asked for. */
const defaultMaxPods = { KUBENET: 110, OVERLAY: 250, OTHER: 30 } as const;

/** Reads the pools of a cluster on the wire. A stopped or empty pool counts with what it may become. */
export function readSizes(wire: Wire): readonly SizedPool[] {
  const plugin = textAt(wire, 'properties.networkProfile.networkPlugin');
  const overlay = textAt(wire, 'properties.networkProfile.networkPluginMode') === 'overlay';
  const usual = overlay ? defaultMaxPods.OVERLAY : plugin === 'kubenet' ? defaultMaxPods.KUBENET : defaultMaxPods.OTHER;
  return listAt(wire, 'properties.agentPoolProfiles').map((pool) => {
    const number = (key: string): number | undefined => numberAt(pool, key);
    const nodes = number('count') ?? 0;
    const autoscaled = isTrue(pool, 'enableAutoScaling') ? number('maxCount') : undefined;
    const maxSurge = textAt(pool, 'upgradeSettings.maxSurge');
    return {
      name: textAt(pool, 'name') ?? '',
      nodes,
      peak: poolPeak({ count: Math.max(nodes, autoscaled ?? 0), ...(maxSurge === undefined ? {} : { maxSurge }) }),
      maxPods: number('maxPods') ?? usual,
    };
  });
}

/** Never less than one: a cluster that is stopped comes back. */
export function peakNodesOf(pools: readonly SizedPool[]): number {
  return Math.max(
    1,
    pools.reduce((sum, { peak }) => sum + peak, 0),
  );
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = (value as Wire | undefined)?.[key];
  // Some exports write numbers as text.
  const number = typeof found === 'string' && /^\d{1,9}$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function isTrue(value: unknown, key: string): boolean {
  const found = (value as Wire | undefined)?.[key];
  return found === true || found === 'true' || found === 'True';
}
