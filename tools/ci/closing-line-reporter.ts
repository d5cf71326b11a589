import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, `N passed, N failed`, and names every test that was skipped or had to be repeated. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state]++;
        if (state === 'skipped') process.stdout.write(`skipped: ${module.moduleId} > ${test.fullName}\n`);
        if (test.diagnostic()?.flaky) process.stdout.write(`passed only when repeated: ${module.moduleId} > ${test.fullName}\n`);
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    const line = `${count.passed} passed, ${count.failed + count.pending} failed${skipped}`;
    process.stdout.write(`${line}\n`);
    const file = process.env['CLOSING_LINE_FILE'];
    if (file) writeFileSync(file, line);
  }
}
