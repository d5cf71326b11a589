import { Inject, Injectable } from '@nestjs/common';
import { acceptedEtags, type CallContext, isId, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { etagOf } from '../pools/pools.repository.js';
import { SearchStarts } from '../pools/search-starts.js';
import type { AllocationView } from './allocation-schemas.js';
import { type PlainRelease, PlainReleasesRepository, type ReleaseOutcome } from './plain-releases.repository.js';
import { releasesOf, type ReleaseTicket } from './release-batch.js';
import { SharedCalls } from './shared-calls.js';

/**
 * The way of most releases: a live block of an exclusive pool that nothing lies over. What is not plain is answered undefined,
 * untouched, and takes the general way, which also tells what is wrong.
 */
@Injectable()
export class ReleaseLane {
  readonly #calls = new SharedCalls<ReleaseTicket, ReleaseOutcome>({
    of: 'releases',
    pick: releasesOf,
    run: (tickets) =>
      this.releases.release(
        this.db,
        tickets.map(({ request }) => request),
      ),
    settle: (ticket, outcome) => this.#settle(ticket, outcome),
  });

  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly releases: PlainReleasesRepository,
    private readonly starts: SearchStarts,
  ) {}

  /** @throws DomainError 429 `too_many_requests` when too many wait already */
  async release(call: CallContext, id: string): Promise<WriteResult<AllocationView> | undefined> {
    if (call.dryRun || !isId(id)) return undefined;
    this.#calls.refuseIfFull();
    return new Promise((resolve, reject) => {
      this.#calls.add({ request: requestOf(call, id), pool: undefined, resolve, reject });
    });
  }

  #settle(ticket: ReleaseTicket, result: ReleaseOutcome | undefined): void {
    if (result?.outcome === 'BUSY' && ticket.pool === undefined) return this.#calls.add({ ...ticket, pool: result.pool });
    if (result?.outcome !== 'OK') return ticket.resolve(undefined);
    this.starts.gaveBack(result.pool);
    return ticket.resolve(WriteResult.ok(result.view, { etag: etagOf(result) }));
  }
}

function requestOf(call: CallContext, id: string): PlainRelease {
  const { actor, idempotencyKey: key, route, requestId } = call;
  return {
    id: id.toLowerCase(),
    actor: actor.subject,
    spaces: actor.spaces === '*' ? undefined : actor.spaces,
    etags: acceptedEtags(call),
    // The hash is made when it is read.
    idempotency: key === undefined ? undefined : { key, route, bodyHash: call.bodyHash },
    requestId,
  };
}
