import type { Arm } from '@podspan/azure';
import type { EngineTransaction, RunListener } from './contracts.js';
import type { EngineMeter } from './meter.js';
import type { EngineLog, EngineTuning, Programs } from './options.js';
import type { Experience } from './policy/experience.js';
import type { Buckets } from './store/buckets.js';

/** What every part of the engine works with. */
export interface Parts {
  readonly db: EngineTransaction;
  /** Channel on which a committed outbox row is announced. */
  readonly channel: string;
  readonly arm: Arm;
  readonly programs: Programs;
  readonly listeners: readonly RunListener[];
  readonly log: EngineLog;
  readonly meter: EngineMeter;
  readonly tuning: EngineTuning;
  readonly buckets: Buckets;
  readonly experience: Experience;
  /** Names this process as the holder of a lease. */
  readonly owner: string;
  /** Has this process visit a run after so many milliseconds. A hint, like every alarm. */
  readonly visit: (runId: string, milliseconds: number) => void;
  /** True once the process leaves: finish what is in hand, begin nothing. */
  readonly isStopping: () => boolean;
}
