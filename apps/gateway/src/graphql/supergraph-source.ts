import { composeSupergraph } from './compose-supergraph.js';
import type { Subgraph } from './subgraph.js';

export interface SupergraphSourceOptions {
  readonly subgraphs: readonly Subgraph[];
  readonly read: (subgraph: Subgraph) => Promise<string>;
  /** Called with the first supergraph and with each that differs from the one before. */
  readonly onChange: (supergraph: string) => void;
  readonly onProblem: (message: string) => void;
  /** Between two looks once everything is composed. */
  readonly pollMs: number;
  /** The first pause while a subgraph is missing; doubles up to `pollMs`. */
  readonly retryMs: number;
}

/**
 * Keeps the supergraph current. The last SDL of a subgraph that has gone stays in use: its fields then answer
 * subgraph_unavailable instead of vanishing from the schema.
 */
export class SupergraphSource {
  readonly #options: SupergraphSourceOptions;
  readonly #sdl = new Map<string, string>();
  #supergraph: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs: number;
  #closed = false;

  constructor(options: SupergraphSourceOptions) {
    this.#options = options;
    this.#pauseMs = options.retryMs;
  }

  /** The names of the subgraphs that have never given a schema. */
  missing(): readonly string[] {
    return this.#options.subgraphs.map(({ name }) => name).filter((name) => !this.#sdl.has(name));
  }

  /** Looks at every subgraph once, then schedules the next look. Never rejects. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const answers = await Promise.allSettled(this.#options.subgraphs.map((subgraph) => this.#options.read(subgraph)));
    if (this.#closed) return;
    this.#options.subgraphs.forEach(({ name }, index) => {
      const answer = answers[index];
      if (answer?.status === 'fulfilled') this.#sdl.set(name, answer.value);
    });
    if (this.missing().length === 0) this.#compose();
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #compose(): void {
    try {
      const supergraph = composeSupergraph(this.#options.subgraphs.map(({ name, url }) => ({ name, url, sdl: this.#sdl.get(name) ?? '' })));
      if (supergraph === this.#supergraph) return;
      this.#supergraph = supergraph;
      this.#options.onChange(supergraph);
    } catch (error) {
      this.#options.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  #schedule(): void {
    const { pollMs, retryMs } = this.#options;
    const settled = this.#supergraph !== undefined;
    const pause = settled ? pollMs : this.#pauseMs;
    this.#pauseMs = settled ? retryMs : Math.min(this.#pauseMs * 2, pollMs);
    this.#timer = setTimeout(() => void this.look(), pause);
    this.#timer.unref();
  }
}
