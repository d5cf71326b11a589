import type { RolloutView } from '../api-views.js';

/** What the failure budget has kept from starting, and how it goes on: nothing does by itself. */
export function whatNext({ name, outcome, counts }: Pick<RolloutView, 'name' | 'outcome' | 'counts'>): string | undefined {
  if (outcome !== 'FAILED' || counts.pending === 0) return undefined;
  const retry = counts.failed > 0 ? `podspan rollout retry ${name} for what failed, ` : '';
  return `${counts.pending} not started: ${retry}podspan rollout resume ${name} to go on`;
}
