import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import { Conflict, NotFound } from '@podspan/errors';
import { newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import { tableAt } from '../history/as-of.js';
import { brokenConstraint, type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, nameTaken } from './spaces.repository.js';
import type { MeshBody, MeshView } from './topology-schemas.js';

export interface MeshRow {
  readonly id: string;
  readonly no: number;
  readonly name: string;
  readonly description: string | null;
  readonly members: readonly string[];
  readonly forced_members: readonly string[];
  readonly created_at: Date;
}

const selectMesh = (at?: string): RawBuilder<unknown> =>
  sql`select m.*, array(select cluster from ${tableAt('mesh_member', at)} b where b.mesh_id = m.id order by cluster) as members,
    array(select cluster from ${tableAt('mesh_member', at)} b where b.mesh_id = m.id and b.forced order by cluster) as forced_members from ${tableAt('mesh', at)} m`;

@Injectable()
export class MeshesRepository {
  find(db: Db, key: string): Promise<MeshRow | undefined> {
    return rowOf(db, sql<MeshRow>`${selectMesh()} where m.id = (select id from mesh where ${byKey(key)})`);
  }

  async get(db: Db, key: string): Promise<MeshRow> {
    const mesh = await this.find(db, key);
    if (!mesh) throw new NotFound('mesh', key);
    return mesh;
  }

  page(db: Db, after: string | undefined, limit: number, at?: string): Promise<readonly MeshRow[]> {
    return rowsOf(
      db,
      sql<MeshRow>`${selectMesh(at)} where ${after ?? null}::uuid is null or m.id > ${after ?? null} order by m.id limit ${limit + 1}`,
    );
  }

  /** @throws Conflict `name_taken` */
  async insert(db: Db, { name, description }: MeshBody): Promise<MeshRow> {
    const row = await rowOf(
      db,
      sql<{
        id: string;
      }>`insert into mesh (id, name, description) values (${newId()}, ${name}, ${description ?? null}) on conflict (name) do nothing returning id`,
    );
    if (!row) throw nameTaken('mesh', name);
    return this.get(db, row.id);
  }

  /** The address space a cluster holds its addresses in. */
  spaceOf(db: Db, cluster: string): Promise<{ readonly id: string; readonly name: string } | undefined> {
    return rowOf(
      db,
      sql<{ id: string; name: string }>`select s.id, s.name from planned_cluster c join address_space s on s.id = c.space_id
        where c.status = 'ACTIVE' and c.name = ${cluster}`,
    );
  }

  /** The meshes of those clusters that are members of one. */
  async ofClusters(db: Db, clusters: readonly string[]): Promise<ReadonlyMap<string, MeshRow>> {
    const members = await rowsOf(
      db,
      sql<{ cluster: string; mesh_id: string }>`select cluster, mesh_id from mesh_member where cluster = any(${[...clusters]}::text[])`,
    );
    const meshes = new Map<string, MeshRow>();
    for (const id of new Set(members.map((member) => member.mesh_id))) meshes.set(id, await this.get(db, id));
    return new Map(members.flatMap(({ cluster, mesh_id }) => (meshes.has(mesh_id) ? [[cluster, meshes.get(mesh_id) as MeshRow]] : [])));
  }

  meshOf(db: Db, cluster: string): Promise<{ readonly id: string; readonly name: string } | undefined> {
    return rowOf(
      db,
      sql<{
        id: string;
        name: string;
      }>`select m.id, m.name from mesh_member b join mesh m on m.id = b.mesh_id where b.cluster = ${cluster}`,
    );
  }

  /**
   * Joins the cluster and puts its pod range under the mesh's constraint. False when it was a member already.
   * @throws Conflict `in_another_mesh` (NET-20), `topology_conflict` when its pod range overlaps another member's (NET-22)
   */
  async join(db: Db, mesh: MeshRow, cluster: string): Promise<boolean> {
    const entered = await this.enter(db, mesh, cluster);
    if (entered) await this.constrain(db, cluster, mesh.no);
    return entered;
  }

  /** Membership alone. False when it was a member already. @throws Conflict `in_another_mesh` (NET-20) */
  async enter(db: Db, mesh: MeshRow, cluster: string): Promise<boolean> {
    const current = await this.meshOf(db, cluster);
    if (current?.id === mesh.id) return false;
    if (current) {
      throw new Conflict('in_another_mesh', `${cluster} is a member of mesh ${current.name}; a cluster is in one mesh at most`, {
        facts: { cluster, mesh: current.name, rule: 'NET-20' },
      });
    }
    await sql`insert into mesh_member (cluster, mesh_id) values (${cluster}, ${mesh.id})`.execute(db);
    return true;
  }

  async leave(db: Db, mesh: MeshRow, cluster: string): Promise<boolean> {
    const { numDeletedRows } = await deleted(db, mesh.id, cluster);
    if (numDeletedRows > 0) await this.constrain(db, cluster, null);
    return numDeletedRows > 0;
  }

  /**
   * Which members' pod ranges the constraint of the mesh cannot hold, and all others put under it. Run after a member came by
   * force or went: what it overlapped may be free of it now.
   * @param forced the cluster that comes; it stands outside if its range overlaps another's
   */
  async settleForced(db: Db, mesh: MeshRow, forced?: string): Promise<void> {
    await sql`update mesh_member b set forced = w.forced from (
        select c.cluster, exists (
          select from allocation a join mesh_member d on d.mesh_id = c.mesh_id and d.cluster <> c.cluster
          join allocation o on o.owner_id = d.cluster and o.owner_kind = 'CLUSTER' and o.purpose = 'POD_CIDR' and o.holding and o.held && a.held
          where a.owner_id = c.cluster and a.owner_kind = 'CLUSTER' and a.purpose = 'POD_CIDR' and a.holding
        ) as forced from mesh_member c where c.mesh_id = ${mesh.id} and (c.forced or c.cluster = ${forced ?? null})
      ) w where w.cluster = b.cluster and w.forced <> b.forced`.execute(db);
    await sql`update allocation a set mesh_no = ${mesh.no}, version = version + 1, updated_at = now() from mesh_member b
      where b.mesh_id = ${mesh.id} and not b.forced and a.owner_id = b.cluster and a.owner_kind = 'CLUSTER' and a.purpose = 'POD_CIDR' and a.holding
        and a.mesh_no is distinct from ${mesh.no}`.execute(db);
  }

  /** A member whose range overlaps this one although the constraint of their mesh does not see it, since one of the two was forced. */
  async unseenOverlap(
    db: Db,
    cluster: string,
    range: Cidr,
  ): Promise<{ readonly name: string; readonly held: string; readonly mesh: string } | undefined> {
    return rowOf(
      db,
      sql<{ name: string; held: string; mesh: string }>`select d.cluster as name, o.held::text as held, m.name as mesh
        from mesh_member b join mesh m on m.id = b.mesh_id join mesh_member d on d.mesh_id = b.mesh_id and d.cluster <> b.cluster and (b.forced or d.forced)
        join allocation o on o.owner_id = d.cluster and o.owner_kind = 'CLUSTER' and o.purpose = 'POD_CIDR' and o.holding and o.held && ${String(range)}::cidr
        where b.cluster = ${cluster} order by o.held limit 1`,
    );
  }

  /**
   * Puts the pod range under the constraint of a mesh. Only it is dialled from other clusters; everything else of a cluster
   * stays outside the mesh's rule. @throws Conflict `topology_conflict`
   */
  async constrain(db: Db, cluster: string, meshNo: number | null): Promise<void> {
    try {
      await sql`update allocation set mesh_no = ${meshNo}, version = version + 1, updated_at = now()
        where owner_kind = 'CLUSTER' and owner_id = ${cluster} and purpose = 'POD_CIDR' and holding`.execute(db);
    } catch (error) {
      if (!brokenConstraint(error)?.startsWith('allocation_mesh')) throw error;
      throw new Conflict('topology_conflict', `the pod range of ${cluster} overlaps the pod range of another member of the mesh`, {
        facts: { rule: 'NET-22', cluster },
      });
    }
  }
}

async function deleted(db: Db, meshId: string, cluster: string): Promise<{ numDeletedRows: number }> {
  const rows = await rowsOf(
    db,
    sql<{ cluster: string }>`delete from mesh_member where mesh_id = ${meshId} and cluster = ${cluster} returning cluster`,
  );
  return { numDeletedRows: rows.length };
}

export function meshView(row: MeshRow): MeshView {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    members: [...row.members],
    forcedMembers: [...row.forced_members],
    createdAt: instant(row.created_at),
  };
}
