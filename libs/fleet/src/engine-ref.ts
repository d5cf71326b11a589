import type { Engine } from '@podspan/engine';

/** The engine is made from the fleet's programs and jobs, and those call the engine: this closes the circle once, at start. */
export class EngineRef {
  #engine: Engine | undefined;

  use(engine: Engine): void {
    this.#engine = engine;
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('the engine is not attached yet');
    return this.#engine;
  }
}

/** Jobs of the fleet, run through the engine's outbox. */
export const dispatchJob = 'dispatch';
export const releaseJob = 'release-addresses';
