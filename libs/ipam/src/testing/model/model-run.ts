import type { IpamBench } from '../ipam-bench.js';
import type { Held, NaiveEstate, NaivePool } from './naive-estate.js';
import type { Step, StepOf } from './steps.js';

/** How one kind of step is taken. */
export type Taker<D extends Step['do']> = (run: ModelRun, step: StepOf<D>) => Promise<void>;
export type Takers<D extends Step['do']> = { readonly [K in D]: Taker<K> };

/** One sequence of steps against the service, and the model that says what each must answer. */
export class ModelRun {
  readonly plans: string[] = [];
  readonly links: string[] = [];
  names = 0;

  constructor(
    readonly bench: IpamBench,
    readonly estate: NaiveEstate,
  ) {}

  pool(which: number): NaivePool {
    return this.estate.pools[which % this.estate.pools.length]!;
  }

  held(which: number): { readonly pool: NaivePool; readonly held: Held } | undefined {
    return this.estate.ever[which % Math.max(1, this.estate.ever.length)];
  }
}
