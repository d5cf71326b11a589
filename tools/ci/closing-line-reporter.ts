import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What became of one file of tests; `failed` counts the file itself when it could not be loaded or a hook of it failed. */
export interface ModuleCount {
  readonly file: string;
  passed: number;
  failed: number;
  skipped: number;
}

/** Names every test that was skipped or had to be repeated, and ends a run with one plain line, `N passed, N failed`. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = modules.map(countOf);
    const sum = (key: 'passed' | 'failed' | 'skipped'): number => counts.reduce((total, count) => total + count[key], 0);
    process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}\n`);
    const file = process.env['TEST_COUNTS_FILE'];
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}

function countOf(module: TestModule): ModuleCount {
  const count = { file: module.moduleId, passed: 0, failed: module.errors().length > 0 ? 1 : 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    count[state === 'pending' ? 'failed' : state]++;
    if (state === 'skipped') process.stdout.write(`skipped: ${module.moduleId} > ${test.fullName}\n`);
    if (test.diagnostic()?.flaky) process.stdout.write(`passed only when repeated: ${module.moduleId} > ${test.fullName}\n`);
  }
  return count;
}
