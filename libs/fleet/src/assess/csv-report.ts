import { stringify } from 'csv-stringify/sync';
import type { AssessedCluster, AssessmentView } from './assessment-view.js';

const columns: readonly (readonly [string, (cluster: AssessedCluster) => string | number])[] = [
  ['name', ({ name }) => name],
  ['subscriptionId', ({ subscriptionId }) => subscriptionId],
  ['resourceGroup', ({ resourceGroup }) => resourceGroup],
  ['region', ({ region }) => region],
  ['networkMode', ({ networkMode }) => networkMode],
  ['kubernetesVersion', ({ kubernetesVersion }) => kubernetesVersion],
  ['verdict', ({ verdict }) => verdict],
  ['failed', ({ problems }) => problems.map(({ rule, code }) => `${rule ?? ''} ${code}`.trim()).join('; ')],
  ['whatToDo', ({ problems }) => problems.map(({ suggestion, message }) => suggestion ?? message).join('; ')],
  ['podCidr', ({ target }) => target?.podCidr ?? ''],
  ['nodes', ({ sizes }) => sizes.nodes],
  ['peakNodes', ({ sizes }) => sizes.peakNodes],
  ['addressesHeld', ({ addresses }) => addresses.held],
  ['addressesNeeded', ({ addresses }) => addresses.needed],
  ['addressesGivenBack', ({ addresses }) => addresses.givenBack],
  ['ingress', ({ ingress }) => ingress],
  ['moves', ({ moves }) => moves.map(({ title, rule }, index) => `${index + 1}. ${title} [${rule}]`).join('; ')],
  ['supportEnds', ({ ends }) => ends[0]?.date ?? ''],
  ['warnings', ({ warnings }) => warnings.map(({ message, rule }) => `${message} [${rule}]`).join('; ')],
  ['resourceId', ({ resourceId }) => resourceId],
];

/** One line a cluster (RFC 4180). What a spreadsheet would take for a formula is written as text. */
export function csvReport({ clusters }: AssessmentView): string {
  const rows = clusters.map((cluster) => columns.map(([, valueOf]) => valueOf(cluster)));
  // The library itself quotes no line feed that is not the end of a line.
  return stringify([columns.map(([name]) => name), ...rows], {
    escape_formulas: true,
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
  });
}
