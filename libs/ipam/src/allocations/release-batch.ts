import type { WriteResult } from '@podspan/platform';
import type { AllocationView } from './allocation-schemas.js';
import type { PlainRelease } from './plain-releases.repository.js';
import type { Waiting } from './shared-calls.js';

/** One caller waiting for a release. */
export interface ReleaseTicket extends Waiting<WriteResult<AllocationView>> {
  readonly request: PlainRelease;
  /** The block's pool, once a call over several found somebody at work in it. */
  readonly pool: string | undefined;
}

/**
 * The first of those that wait, in their order. Two releases of one block, or with one idempotency key, never share a call: the
 * second is to find what the first did. One whose pool was busy goes with others of its pool only, so that nobody else waits for
 * that pool's lock.
 */
export function releasesOf(waiting: readonly ReleaseTicket[], most: number): { tickets: readonly ReleaseTicket[]; rest: ReleaseTicket[] } {
  const tickets: ReleaseTicket[] = [];
  const rest: ReleaseTicket[] = [];
  const taken = new Set<string>();
  for (const ticket of waiting) {
    const names = namesOf(ticket);
    const fits = tickets.length < most && ticket.pool === waiting[0]?.pool && !names.some((name) => taken.has(name));
    if (!fits) {
      rest.push(ticket);
      continue;
    }
    for (const name of names) taken.add(name);
    tickets.push(ticket);
  }
  return { tickets, rest };
}

function namesOf({ request: { id, actor, idempotency } }: ReleaseTicket): readonly string[] {
  return idempotency === undefined ? [id] : [id, `${actor} ${idempotency.key}`];
}
