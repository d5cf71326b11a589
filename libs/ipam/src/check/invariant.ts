import { type RawBuilder, sql } from 'kysely';

/** One row of a look: which promise is broken, by what, and how. */
export interface Breach {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
}

/** One statement that looks after one or more invariants. It answers a row for each breach and nothing where all is well. */
export interface Look {
  /** Name and sentence of each. */
  readonly invariants: Readonly<Record<string, string>>;
  readonly breaches: RawBuilder<Breach>;
}

/** A breach counted, with the first few of its kind. */
export interface CountedBreach extends Breach {
  readonly total: string;
}

export const MOST_EXAMPLES = 20;

/** The database counts and cuts, so that a million breaches cost no memory here. */
export function counted(breaches: RawBuilder<Breach>): RawBuilder<CountedBreach> {
  return sql<CountedBreach>`select invariant, subject, message, total from (
      select b.*, count(*) over (partition by invariant) as total, row_number() over (partition by invariant order by subject, message) as place
      from (${breaches}) b
    ) counted where place <= ${MOST_EXAMPLES} order by invariant, place`;
}
