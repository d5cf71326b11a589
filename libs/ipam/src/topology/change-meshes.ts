import { Inject, Injectable } from '@nestjs/common';
import { Forbidden, NotFound } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db, Trx } from '../postgres/db.js';
import { ChangeTopology } from './change-topology.js';
import { MeshesRepository, meshView } from './meshes.repository.js';
import { checkReach } from './spaces.repository.js';
import type { MeshBody, MeshView } from './topology-schemas.js';

@Injectable()
export class ChangeMeshes {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly meshes: MeshesRepository,
    private readonly changeTopology: ChangeTopology,
  ) {}

  /** @throws Conflict `name_taken` */
  create(call: CallContext, body: MeshBody): Promise<WriteResult<MeshView>> {
    return runWrite(this.db, call, async (trx) => {
      const view = meshView(await this.meshes.insert(trx, body));
      await audit(trx, call, { action: 'mesh.created', kind: 'mesh', id: view.id, after: view });
      return WriteResult.created(view, { location: `/v1/meshes/${view.name}` });
    });
  }

  /**
   * @param force an admin's: records the member although its pod range overlaps another's, and opens the conflicts
   * @throws Conflict `topology_conflict` with every clash and its path; `in_another_mesh`; Forbidden when force is not an admin's
   */
  join(call: CallContext, key: string, cluster: string, force: boolean): Promise<WriteResult<MeshView>> {
    return runWrite(this.db, call, async (trx) => {
      const mesh = await this.meshes.get(trx, key);
      await checkMemberReach(this.meshes, trx, call, cluster);
      const joined = await this.changeTopology.execute(trx, call, force, () => this.meshes.enter(trx, mesh, cluster));
      // After the comparison, which names every clash; the constraint knows only the first.
      if (joined && force) await this.meshes.settleForced(trx, mesh, cluster);
      else if (joined) await this.meshes.constrain(trx, cluster, mesh.no);
      const view = meshView(await this.meshes.get(trx, mesh.id));
      if (joined)
        await audit(trx, call, {
          action: view.forcedMembers.includes(cluster) ? 'mesh.forced' : 'mesh.joined',
          kind: 'mesh',
          id: mesh.id,
          before: withoutMember(view, cluster),
          after: view,
        });
      return WriteResult.ok(view);
    });
  }

  /**
   * @param force an admin's: records that the cluster left although its range, unique from then on, is shared (OV-55)
   * @throws NotFound unless it is a member; Conflict `topology_conflict` with every clash; Forbidden when force is not an admin's
   */
  leave(call: CallContext, key: string, cluster: string, force: boolean): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const mesh = await this.meshes.get(trx, key);
      await checkMemberReach(this.meshes, trx, call, cluster);
      const left = await this.changeTopology.execute(trx, call, force, () => this.meshes.leave(trx, mesh, cluster));
      if (!left) throw new NotFound('mesh member', cluster);
      await this.meshes.settleForced(trx, mesh);
      const after = meshView(await this.meshes.get(trx, mesh.id));
      await audit(trx, call, {
        action: 'mesh.left',
        kind: 'mesh',
        id: mesh.id,
        before: { ...after, members: [...after.members, cluster].sort() },
        after,
      });
      return WriteResult.noContent();
    });
  }
}

/** A mesh belongs to no address space; its members do, once they hold addresses. @throws Forbidden */
export async function checkMemberReach(meshes: MeshesRepository, trx: Trx, { actor }: CallContext, cluster: string): Promise<void> {
  const space = await meshes.spaceOf(trx, cluster);
  if (space) checkReach(actor, space);
  else if (actor.spaces !== '*')
    throw new Forbidden(`${actor.subject} has no rights over the cluster ${cluster}, which holds no addresses`);
}

function withoutMember(view: MeshView, cluster: string): MeshView {
  const others = (names: readonly string[]): string[] => names.filter((name) => name !== cluster);
  return { ...view, members: others(view.members), forcedMembers: others(view.forcedMembers) };
}
