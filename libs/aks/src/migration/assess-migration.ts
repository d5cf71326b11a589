import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { checkPodCidrSize, checkPodCidrSpace } from '../ranges/check-pod-cidr.js';
import type { OccupiedRange } from '../ranges/occupied-range.js';
import type { MigrationSource } from './migration-source.js';
import { clusterPreconditions, ingressPreconditions, poolPreconditions } from './preconditions.js';

export type MigrationVerdict = 'READY' | 'BLOCKED' | 'UNSUPPORTED';

export interface MigrationTarget {
  readonly podCidr: Cidr;
  readonly peakNodes: number;
  readonly occupied: readonly OccupiedRange[];
}

/** Whether a cluster can move to overlay, and every precondition it fails (MG-01 to MG-19). */
export function assessMigration(
  source: MigrationSource,
  target?: MigrationTarget,
): { readonly verdict: MigrationVerdict; readonly problems: readonly Problem[] } {
  const mode = checkSourceMode(source);
  const blocked = [...clusterPreconditions(source), ...poolPreconditions(source), ...ingressPreconditions(source), ...checkTarget(target)];
  const verdict = mode.length > 0 ? 'UNSUPPORTED' : blocked.length > 0 ? 'BLOCKED' : 'READY';
  return { verdict, problems: [...mode, ...blocked] };
}

const unsupportedModes: Partial<Record<MigrationSource['mode'], string>> = {
  POD_SUBNET_DYNAMIC: 'MG-03',
  POD_SUBNET_STATIC: 'MG-04',
  NONE: 'MG-05',
  OVERLAY: 'MG-06',
};

/** MG-01 to MG-06: only node subnet and kubenet can move. */
function checkSourceMode({ mode }: MigrationSource): readonly Problem[] {
  const rule = unsupportedModes[mode];
  if (rule === undefined) return [];
  const overlay = mode === 'OVERLAY';
  const message = overlay
    ? 'the cluster already runs overlay, which cannot be left'
    : `a cluster of network mode ${mode} cannot move to overlay`;
  const facts = { value: mode, conflictsWith: ['NODE_SUBNET', 'KUBENET'] };
  const code = overlay ? 'migration_irreversible' : 'migration_source_unsupported';
  return [
    problem({
      path: 'networkMode',
      code,
      rule,
      message,
      ...facts,
      suggestion: overlay ? undefined : 'rebuild the cluster in overlay mode',
    }),
  ];
}

/** MG-16, MG-17: the target range passes every range rule and holds the peak. */
function checkTarget(target: MigrationTarget | undefined): readonly Problem[] {
  if (!target) return [];
  const { podCidr, peakNodes, occupied } = target;
  const size = checkPodCidrSize(podCidr, peakNodes).map((found) => ({ ...found, rule: 'MG-17' }));
  return [...size, ...checkPodCidrSpace({ podCidr, occupied })];
}
