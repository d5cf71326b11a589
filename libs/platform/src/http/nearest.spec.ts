import { expect, it } from 'vitest';
import { nearest } from './nearest.js';

it.each([
  ['dryrun', ['dryRun', 'force'], 'dryRun'],
  ['dry_run', ['dryRun', 'force'], 'dryRun'],
  ['TEAMS', ['TENANT', 'TEAM', 'USER'], 'TEAM'],
  ['limt', ['cursor', 'limit'], 'limit'],
  ['colour', ['dryRun', 'force'], undefined],
  ['x', [], undefined],
])('%s among %j is %s', (given, names, meant) => {
  expect(nearest(given, names)).toBe(meant);
});
