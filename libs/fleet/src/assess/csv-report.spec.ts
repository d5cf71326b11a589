import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import type { AssessmentView } from './assessment-view.js';
import { csvReport } from './csv-report.js';

it('a report is one record a cluster, whatever stands in its names', () => {
  const cluster = {
    name: '=1+1',
    subscriptionId: 's',
    resourceGroup: 'two\nlines',
    region: 'a, "b"',
    networkMode: 'KUBENET',
    kubernetesVersion: '1.34',
    verdict: 'READY',
    problems: [],
    sizes: { nodes: 3, peakNodes: 4 },
    addresses: { held: 1, needed: 2, givenBack: -1 },
    ingress: 'NONE',
    moves: [],
    ends: [],
    warnings: [],
    resourceId: '',
  };
  const records: string[][] = parse(csvReport({ clusters: [cluster, cluster] } as unknown as AssessmentView), { record_delimiter: '\r\n' });
  expect(records).toHaveLength(3);
  expect(records[1]?.slice(0, 4)).toEqual(["'=1+1", 's', 'two\nlines', 'a, "b"']);
  expect(csvReport({ clusters: [cluster] } as unknown as AssessmentView)).toContain('"two\nlines"');
});
