import { NotFound } from '@podspan/errors';
import { currentReach, decodeCursor, type PageQuery } from '@podspan/platform';
import { sql } from 'kysely';
import type { ClusterRow, Db } from '../database.js';
import type { ClusterState } from '../domain/states.js';
import { byKey } from '../rollouts/rollouts.repository.js';

export interface ClusterFilter extends PageQuery {
  readonly region?: string | undefined;
  readonly network?: string | undefined;
  readonly state?: ClusterState | undefined;
}

export class ClustersRepository {
  constructor(private readonly db: Db) {}

  async list({ limit, cursor, region, network, state }: ClusterFilter): Promise<readonly ClusterRow[]> {
    const after = decodeCursor(cursor, ['text'])?.[0];
    const { rows } = await sql<ClusterRow>`
      select * from cluster
      where ${after === undefined ? sql`true` : sql`name > ${after}`}
        and ${region === undefined ? sql`true` : sql`region = ${region}`}
        and ${network === undefined ? sql`true` : sql`network = ${network}`}
        and ${state === undefined ? sql`true` : sql`state = ${state}`}
        and ${clustersWithinReach()}
      order by name limit ${limit + 1}
    `.execute(this.db);
    return rows;
  }

  /** @throws NotFound */
  async find(key: string): Promise<ClusterRow> {
    const { rows } = await sql<ClusterRow>`select * from cluster where ${byKey(key)} and ${clustersWithinReach()}`.execute(this.db);
    const [row] = rows;
    if (!row) throw new NotFound('cluster', key);
    return row;
  }

  async byNames(names: readonly string[]): Promise<readonly ClusterRow[]> {
    const { rows } = await sql<ClusterRow>`select * from cluster where name = any(${names}) and ${clustersWithinReach()}`.execute(this.db);
    return rows;
  }
}

/** Clusters in networks that the caller sees. */
export function clustersWithinReach(): ReturnType<typeof sql<boolean>> {
  const reach = currentReach();
  return reach === undefined ? sql<boolean>`true` : sql<boolean>`network = any(${[...reach]}::text[])`;
}
