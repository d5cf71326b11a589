import type { Engine } from './contracts.js';

/** The engine is made from a feature's programs and jobs, and those call the engine: this closes the circle once, at start. */
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
