import type { Reporter, TestCase, TestModule } from 'vitest/node';

type Hook = Parameters<NonNullable<Reporter['onHookStart']>>[0];

const LOOK_MS = 30_000;
/** Longer than any test and any hook may take, repeats aside. */
const LONG_MS = 90_000;

/** Names the files, tests and hooks that have been running for too long, so that a run that hangs says where. */
export default class StuckReporter implements Reporter {
  readonly #since = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  onTestModuleStart(module: TestModule): void {
    this.#since.set(module.moduleId, performance.now());
  }

  onTestModuleEnd(module: TestModule): void {
    this.#since.delete(module.moduleId);
  }

  onTestCaseReady(test: TestCase): void {
    this.#since.set(nameOf(test), performance.now());
  }

  onTestCaseResult(test: TestCase): void {
    this.#since.delete(nameOf(test));
  }

  onHookStart({ name, entity }: Hook): void {
    this.#since.set(`${name} of ${nameOf(entity)}`, performance.now());
  }

  onHookEnd({ name, entity }: Hook): void {
    this.#since.delete(`${name} of ${nameOf(entity)}`);
  }

  #look(): void {
    for (const [what, since] of this.#since) {
      const ms = performance.now() - since;
      if (ms > LONG_MS) process.stdout.write(`running for ${Math.round(ms / 1000)} s: ${what}\n`);
    }
  }
}

function nameOf(entity: Hook['entity']): string {
  return entity.type === 'module' ? entity.moduleId : `${entity.module.moduleId} > ${entity.fullName}`;
}
