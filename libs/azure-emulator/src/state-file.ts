import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Operation } from './operations.js';
import type { Resource } from './resource-store.js';
import type { World } from './world.js';

const version = 1;
const Saved = z.object({
  version: z.literal(version),
  now: z.number(),
  counts: z.array(z.tuple([z.string(), z.number()])),
  principals: z.array(z.tuple([z.string(), z.number()])),
  resources: z.array(z.custom<Resource>((value) => typeof value === 'object' && value !== null && 'key' in value)),
  operations: z.array(z.custom<Operation>((value) => typeof value === 'object' && value !== null && 'endsAt' in value)),
});

const writeEveryMs = 250;
/** While operations run, time itself is worth writing down: every so many virtual seconds. */
const tickSeconds = 15;

/** Keeps the world in a JSON file: written at most four times a second, whole, by rename, so that it is never half. */
export class StateFile {
  #written = -1;
  #writtenAt = 0;
  #problem: unknown;
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly world: World,
  ) {
    this.#timer = setInterval(() => this.save(), writeEveryMs);
    this.#timer.unref();
  }

  /** Reads the file if there is one; virtual time goes on from where it stopped. */
  static async open(path: string, world: World): Promise<StateFile> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) restore(world, read(path, text));
    return new StateFile(path, world);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.save();
    if (this.#problem !== undefined) throw new Error(`${this.path} could not be written`, { cause: this.#problem });
  }

  private save(): Promise<void> {
    const { store, operations, clock } = this.world;
    const ticks = operations.busy && clock.now() - this.#writtenAt > tickSeconds * 1000;
    if (store.revision === this.#written && !ticks) return this.#writing;
    this.#written = store.revision;
    this.#writtenAt = clock.now();
    const text = JSON.stringify(snapshot(this.world));
    this.#writing = this.#writing.then(() => this.write(text));
    return this.#writing;
  }

  /** A disk that is full for a moment must not end the process: the next turn tries again. */
  private async write(text: string): Promise<void> {
    try {
      await writeFile(`${this.path}.new`, text, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error;
      this.#written = -1;
    }
  }
}

function read(path: string, text: string): z.infer<typeof Saved> {
  try {
    return Saved.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is not a state file of this emulator; move it away to start anew`, { cause });
  }
}

function snapshot(world: World): z.infer<typeof Saved> {
  return {
    version,
    now: world.clock.now(),
    counts: [...world.counts],
    principals: [...world.principals],
    resources: world.store.all(),
    operations: world.operations.all(),
  };
}

function restore(world: World, saved: z.infer<typeof Saved>): void {
  world.clock.change({ startAt: saved.now });
  for (const [key, count] of saved.counts) world.counts.set(key, count);
  for (const [principal, since] of saved.principals) world.principals.set(principal, since);
  for (const resource of saved.resources) {
    world.store.put(resource);
    world.store.hold(resource, world.typeOf(resource).uses?.(resource) ?? []);
  }
  for (const operation of saved.operations) world.operations.add(operation);
}
