import { readdirSync, readFileSync } from 'node:fs';
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
    // Word of a test's end may come after the file's, or not at all; whatever was in the file has ended.
    for (const what of this.#since.keys()) if (what.includes(module.moduleId)) this.#since.delete(what);
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
    const long = [...this.#since].filter(([, since]) => performance.now() - since > LONG_MS);
    if (long.length === 0) return;
    for (const [what, since] of long) process.stdout.write(`running for ${Math.round((performance.now() - since) / 1000)} s: ${what}\n`);
    process.stdout.write(`its processes: ${processesBelow(process.pid).join('; ')}\n`);
  }
}

/** Name, id, state and processor ticks of everything this process started: a worker that spins, sleeps or was stopped looks different. */
function processesBelow(root: number): string[] {
  const all = ids().flatMap((id) => {
    try {
      const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
      const [state = '', parent = '', ...fields] = rest.split(' ');
      return [{ id, parent: Number(parent), text: `${name} ${id} ${state} ${Number(fields[9]) + Number(fields[10])}` }];
    } catch {
      return [];
    }
  });
  const family = new Set([root]);
  for (const { id, parent } of all.toSorted((a, b) => a.id - b.id)) if (family.has(parent)) family.add(id);
  return all.filter(({ id, parent }) => id !== root && family.has(parent)).map(({ text }) => text);
}

/** Nothing where there is no /proc. */
function ids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function nameOf(entity: Hook['entity']): string {
  return entity.type === 'module' ? entity.moduleId : `${entity.module.moduleId} > ${entity.fullName}`;
}
