import type { EventsRepository } from './events.repository.js';
import { type EventView, eventView } from './views.js';

const batch = 500;

export interface FollowOptions {
  /** How often to look for new events, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Whether to end once the rollout is over and everything was told. Default true. */
  readonly untilDone?: boolean;
}

/**
 * The events of a rollout after a sequence, as they are written, in order and without a gap; a batch may be empty: then nothing
 * happened since. Reading the table again and again needs nothing but PostgreSQL, and a reader that comes back goes on where it was.
 */
export async function* followEvents(
  events: EventsRepository,
  rolloutId: string,
  after: number,
  { everyMs, signal, untilDone = true }: FollowOptions,
): AsyncGenerator<readonly EventView[]> {
  let last = after;
  while (!signal.aborted) {
    // The head first: a rollout that ends while we read its events is seen as ended only on the next round.
    const head = await events.head(rolloutId);
    const rows = await events.after(rolloutId, last, batch);
    last = Number(rows.at(-1)?.sequence ?? last);
    yield rows.map(eventView);
    if (!head || (untilDone && head.done && last >= head.last)) return;
    if (rows.length < batch) await pause(everyMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
