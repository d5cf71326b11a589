import type { Problem } from '@podspan/errors';
import { cutoverBlockers, cutoverWarnings } from './check-cutover.js';
import type { CutoverFacts, SubnetHeld } from './cutover-facts.js';
import { cutoverSteps, type CutoverStep } from './cutover-steps.js';
import { dnsSwitches, type DnsSwitch } from './dns-switches.js';

export interface PlannedSubnet {
  readonly of: 'AGIC' | 'AGC';
  readonly id: string | null;
  readonly cidr: string | null;
  /** Who holds the range in ipam, in words. */
  readonly held: string;
}

/** What has to happen so that a cluster's traffic goes through AGC, in order, with the way back at every point. */
export interface CutoverPlan {
  readonly cluster: string;
  readonly gateway: string;
  /** Whether nothing stands in the way. */
  readonly ready: boolean;
  readonly blockers: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly subnets: readonly PlannedSubnet[];
  readonly dns: readonly DnsSwitch[];
  readonly steps: readonly CutoverStep[];
}

/** A pure function of what was read: the same facts, the same plan. */
export function cutoverPlan(facts: CutoverFacts): CutoverPlan {
  const blockers = cutoverBlockers(facts);
  return {
    cluster: facts.cluster.name,
    gateway: facts.agc.gateway,
    ready: blockers.length === 0,
    blockers,
    warnings: cutoverWarnings(facts),
    subnets: [subnetOf('AGIC', facts.agic.subnet, undefined), subnetOf('AGC', facts.agc.subnet, facts.agc.pool)],
    dns: dnsSwitches(facts),
    steps: cutoverSteps(facts),
  };
}

function subnetOf(of: PlannedSubnet['of'], subnet: SubnetHeld | undefined, pool: string | undefined): PlannedSubnet {
  const { id = null, cidr = null, allocation } = subnet ?? {};
  if (allocation) return { of, id, cidr: cidr ?? null, held: `held by ${allocation.owner} in pool ${allocation.pool}` };
  if (pool !== undefined) return { of, id, cidr: cidr ?? null, held: `to be taken from pool ${pool}` };
  return { of, id, cidr: cidr ?? null, held: subnet ? 'held by nobody in ipam' : 'not known' };
}
