import type { RolloutEvent } from '@podspan/client';
import type { FailureView, RolloutView } from '../api-views.js';

export interface WaveProgress {
  readonly name: string;
  readonly total: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Canceled or skipped. */
  readonly ended: number;
  readonly state: 'PENDING' | 'RUNNING' | 'DONE';
}

export interface ItemProgress {
  readonly wave: string;
  readonly state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ENDED';
  readonly step?: string;
  readonly waitingFor?: string;
  readonly since: string;
  readonly failure?: FailureView;
}

/** Where a rollout stands, by its events alone: whoever reads the same events sees the same. */
export interface RolloutProgress {
  readonly name: string;
  readonly lifecycle: string;
  readonly outcome: string | null;
  readonly waitingFor: string | null;
  readonly waves: readonly WaveProgress[];
  readonly items: ReadonlyMap<string, ItemProgress>;
}

/** Before the first event. */
export function beginning(rollout: RolloutView): RolloutProgress {
  const waves = rollout.waves.map(({ name, counts }): WaveProgress => ({
    name,
    total: counts.total,
    running: 0,
    succeeded: 0,
    failed: 0,
    ended: 0,
    state: 'PENDING',
  }));
  return { name: rollout.name, lifecycle: 'PENDING', outcome: null, waitingFor: null, waves, items: new Map() };
}

/** After one more event. Events it does not know change nothing. */
export function advance(progress: RolloutProgress, event: RolloutEvent): RolloutProgress {
  const data = recordOf(event.data);
  switch (event.type) {
    case 'rollout.lifecycle':
      return { ...progress, lifecycle: text(data['lifecycle']) ?? progress.lifecycle, waitingFor: text(data['waitingFor']) ?? null };
    case 'rollout.done':
      return { ...progress, lifecycle: 'DONE', outcome: text(data['outcome']) ?? null, waitingFor: null };
    case 'rollout.retried':
    case 'rollout.resumed':
      return progress.outcome === null ? progress : { ...progress, lifecycle: 'RUNNING', outcome: null };
    case 'wave.opened':
      return withWave(progress, event.wave, 'RUNNING');
    case 'wave.settled':
      return withWave(progress, event.wave, 'DONE');
    default:
      return event.cluster === null || !event.type.startsWith('item.') ? progress : withItem(progress, event.cluster, event, data);
  }
}

function withWave(progress: RolloutProgress, name: string | null, state: WaveProgress['state']): RolloutProgress {
  return { ...progress, waves: progress.waves.map((wave) => (wave.name === name ? { ...wave, state } : wave)) };
}

function withItem(
  progress: RolloutProgress,
  cluster: string,
  event: RolloutEvent,
  data: Readonly<Record<string, unknown>>,
): RolloutProgress {
  const before = progress.items.get(cluster);
  const after = itemAfter(before, event, data);
  const items = new Map(progress.items);
  if (after === undefined) items.delete(cluster);
  else items.set(cluster, after);
  return { ...progress, items, waves: countedAgain(progress.waves, before, after) };
}

function itemAfter(
  before: ItemProgress | undefined,
  { type, wave, at }: RolloutEvent,
  data: Readonly<Record<string, unknown>>,
): ItemProgress | undefined {
  const own = { wave: wave ?? before?.wave ?? '', since: before?.since ?? at };
  switch (type) {
    case 'item.started':
      return { ...own, since: at, state: 'RUNNING' };
    case 'item.step': {
      if (before !== undefined && before.state !== 'RUNNING') return before;
      const [step, waitingFor] = [text(data['title']) ?? text(data['step']), text(data['waitingFor'])];
      return { ...own, state: 'RUNNING', ...(step === undefined ? {} : { step }), ...(waitingFor === undefined ? {} : { waitingFor }) };
    }
    case 'item.succeeded':
      return { ...own, state: 'SUCCEEDED' };
    case 'item.failed': {
      const failure = failureOf(data['failure']);
      return { ...own, state: 'FAILED', ...(failure === undefined ? {} : { failure }) };
    }
    case 'item.canceled':
    case 'item.skipped':
      return { ...own, state: 'ENDED' };
    case 'item.retried':
      return undefined;
    default:
      return before;
  }
}

const COUNTED = { RUNNING: 'running', SUCCEEDED: 'succeeded', FAILED: 'failed', ENDED: 'ended' } as const;

function countedAgain(
  waves: readonly WaveProgress[],
  before: ItemProgress | undefined,
  after: ItemProgress | undefined,
): readonly WaveProgress[] {
  if (before?.state === after?.state && before?.wave === after?.wave) return waves;
  return waves.map((wave) => {
    const less = before !== undefined && before.wave === wave.name ? { [COUNTED[before.state]]: wave[COUNTED[before.state]] - 1 } : {};
    const lessened = { ...wave, ...less };
    const more = after !== undefined && after.wave === wave.name ? { [COUNTED[after.state]]: lessened[COUNTED[after.state]] + 1 } : {};
    return { ...lessened, ...more };
  });
}

function failureOf(value: unknown): FailureView | undefined {
  const record = recordOf(value);
  const [code, message, mustAct] = [text(record['code']), text(record['message']), text(record['mustAct'])];
  if (code === undefined || message === undefined) return undefined;
  return { code, message, ...(mustAct === undefined ? {} : { mustAct }) };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
