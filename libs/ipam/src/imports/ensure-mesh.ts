import { Injectable } from '@nestjs/common';
import { type CallContext, parseRequest } from '@podspan/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Trx } from '../postgres/db.js';
import { EnsureNames, type Ensured } from '../plans/ensure-parts.js';
import { checkMemberReach } from '../topology/change-meshes.js';
import { type MeshRow, MeshesRepository } from '../topology/meshes.repository.js';
import { MeshBody, Reference } from '../topology/topology-schemas.js';

const Members = z.object({ members: z.array(Reference).default([]), forcedMembers: z.array(Reference).default([]) });

/** A mesh of a file, with its members. Members that it does not name stay. */
@Injectable()
export class EnsureMesh {
  constructor(
    private readonly names: EnsureNames,
    private readonly meshes: MeshesRepository,
  ) {}

  /**
   * @param force an admin's: members may overlap, and those that were forced stand outside the rule of the mesh again
   * @throws Conflict `in_another_mesh`, `topology_conflict`
   */
  async execute(trx: Trx, call: CallContext, values: Readonly<Record<string, unknown>>, force: boolean): Promise<Ensured> {
    const { name, description } = values;
    const body = parseRequest(MeshBody, { name, description });
    const { members, forcedMembers } = parseRequest(Members, { members: values['members'], forcedMembers: values['forcedMembers'] });
    const made = await this.names.mesh(trx, body);
    const mesh = await this.meshes.get(trx, body.name);
    const missing = members.filter((cluster) => !mesh.members.includes(cluster));
    for (const cluster of missing) {
      await checkMemberReach(this.meshes, trx, call, cluster);
      if (force) await this.#force(trx, mesh, cluster, forcedMembers);
      else await this.meshes.join(trx, mesh, cluster);
    }
    return made === 'UNCHANGED' && missing.length > 0 ? 'CHANGED' : made;
  }

  async #force(trx: Trx, mesh: MeshRow, cluster: string, forcedMembers: readonly string[]): Promise<void> {
    await this.meshes.enter(trx, mesh, cluster);
    await this.meshes.settleForced(trx, mesh, cluster);
    // Its range may come later in the file, or in another one.
    if (forcedMembers.includes(cluster)) await sql`update mesh_member set forced = true where cluster = ${cluster}`.execute(trx);
  }
}
