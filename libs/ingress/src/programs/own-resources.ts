import type { Program, RunView, StepView } from '@podspan/engine';

/** A gateway's own; the others belong to the cluster's controller. */
const agcOwn = /^(subnet|traffic-controller|association|frontend-\d|security-policy)$/;

/** ARM ids of what a creation wrote, or may have written before it died, by step. What it found to be somebody else's is not in it. */
export function ownResources<I>(
  program: Program<I>,
  input: I,
  run: Pick<RunView, 'id' | 'subject' | 'steps' | 'outputs'>,
  own: RegExp = agcOwn,
): Readonly<Record<string, string>> {
  const entries = program.steps.flatMap((step): [string, string][] => {
    const view = run.steps.find(({ name }) => name === step.name);
    if (step.kind !== 'arm' || !own.test(step.name) || !view || !mayHaveWritten(view)) return [];
    const effect = step.effect({ runId: run.id, subject: run.subject, input, outputs: run.outputs });
    return effect ? [[step.name, effect.resourceId]] : [];
  });
  return Object.fromEntries(entries);
}

function mayHaveWritten({ state, failure, operations }: StepView): boolean {
  if (state === 'SUCCEEDED') return true;
  return failure?.code !== 'name_taken' && operations.some(({ method }) => method === 'PUT');
}
