import type { CommandContext } from './command-context.js';
import { checkFleet } from './check-fleet.js';
import { loadFleet } from './load-fleet.js';
import type { CheckedFleet } from './check-fleet.js';
import type { ReadFleet } from '../fleet-file/read-fleet-file.js';
import { changeReport, planReport } from '../output/plan-report.js';
import { problemLines } from '../output/problem-lines.js';

/** `podspan plan`: everything `apply` would do, and nothing of it done. */
export async function plan({ io, client, print }: CommandContext, file: string): Promise<void> {
  const fleet = await loadFleet(file, io);
  const checked = await checkFleet(client, fleet);
  print.result({ ...checked, warnings: warningsOf(fleet, checked) }, () => checkedReport(fleet, checked));
}

/** The plan for people, with the warnings on their lines. */
export function checkedReport(fleet: ReadFleet, checked: CheckedFleet): string {
  const warnings = problemLines(warningsOf(fleet, checked));
  const body = bodyOf(checked);
  return warnings === '' ? body : `${body}\n\nWarnings\n${warnings}`;
}

function bodyOf({ plan: rollout, changes, existing }: CheckedFleet): string {
  if (existing !== undefined) return `The rollout ${existing} has made these clusters already: podspan rollout show ${existing}`;
  return rollout === undefined ? changeReport(changes) : planReport(rollout);
}

function warningsOf(fleet: ReadFleet, { plan: rollout }: CheckedFleet) {
  return rollout === undefined ? [] : fleet.locate([...rollout.warnings, ...rollout.clusters.flatMap(({ warnings }) => warnings)]);
}
