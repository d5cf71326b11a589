import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, rowsOf } from '../postgres/db.js';
import type { AllocationView } from './allocation-schemas.js';

export interface PlainRelease {
  readonly id: string;
  readonly actor: string;
  /** Ids and names of the address spaces the caller reaches; undefined: all. */
  readonly spaces: readonly string[] | undefined;
  /** The ETags the caller accepts; undefined: any. */
  readonly etags: readonly string[] | undefined;
  readonly idempotency: { readonly key: string; readonly route: string; readonly bodyHash: string } | undefined;
  readonly requestId: string;
}

/** BUSY: its pool was, among several. OTHER: not plain. Neither was touched. */
export type ReleaseOutcome =
  | { readonly outcome: 'OK'; readonly pool: string; readonly version: number; readonly view: AllocationView }
  | { readonly outcome: 'BUSY'; readonly pool: string }
  | { readonly outcome: 'OTHER' };

/** One call that releases many blocks; a transaction of its own. */
@Injectable()
export class PlainReleasesRepository {
  /** In the order of the requests, none of which share an allocation or an idempotency key. */
  release(db: Db, requests: readonly PlainRelease[]): Promise<readonly ReleaseOutcome[]> {
    const of = <V>(value: (request: PlainRelease) => V): V[] => requests.map(value);
    const json = (list: readonly string[] | undefined): string | null => (list === undefined ? null : JSON.stringify(list));
    return rowsOf(
      db,
      sql<ReleaseOutcome>`/* keep:release_blocks */ select outcome, pool, version, view from release_blocks(
        ${of(({ id }) => id)}, ${of(({ actor }) => actor)}, ${of(({ spaces }) => json(spaces))}, ${of(({ etags }) => json(etags))},
        ${of(({ idempotency }) => idempotency?.key ?? null)}, ${of(({ idempotency }) => idempotency?.route ?? null)},
        ${of(({ idempotency }) => idempotency?.bodyHash ?? null)}, ${of(({ requestId }) => requestId)})`,
    );
  }
}
