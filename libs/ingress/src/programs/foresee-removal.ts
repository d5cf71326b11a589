import { textAt } from '@podspan/aks';
import type { Json, Program, RunView } from '@podspan/engine';

/** What a removal does to one resource of Azure. UPDATE: an add-on of the cluster is switched off. */
export interface ForeseenRemoval {
  readonly step: string;
  readonly title: string;
  readonly resourceId: string;
  readonly change: 'DELETE' | 'UPDATE';
}

/**
 * Everything a removal takes away in Azure, in its order and by the very effects it uses, without asking Azure. What is gone by then
 * is passed over.
 */
export function foreseeRemoval<I extends { readonly gateway: string }>(
  program: Program<I>,
  input: I,
  created: Pick<RunView, 'outputs'> | undefined,
): readonly ForeseenRemoval[] {
  const outputs = asRead(created);
  return program.steps.flatMap((step): ForeseenRemoval[] => {
    if (step.kind !== 'arm') return [];
    const effect = step.effect({ runId: '', subject: input.gateway, input, outputs });
    if (!effect) return [];
    return [
      { step: step.name, title: step.title, resourceId: effect.resourceId, change: effect.method === 'DELETE' ? 'DELETE' : 'UPDATE' },
    ];
  });
}

/** As the tasks of a removal read the cluster, taken from what the creation read. */
function asRead(created: Pick<RunView, 'outputs'> | undefined): Readonly<Record<string, Json>> {
  const nodeResourceGroup = textAt(created?.outputs['cluster'], 'nodeResourceGroup');
  return { controller: nodeResourceGroup === undefined ? {} : { nodeResourceGroup }, cluster: { present: true } };
}
