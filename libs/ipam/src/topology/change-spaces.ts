import { Inject, Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@podspan/errors';
import { audit, type CallContext, reaches, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { checkReach, SpacesRepository, spaceView } from './spaces.repository.js';
import type { AddressSpaceBody, AddressSpaceView } from './topology-schemas.js';

@Injectable()
export class CreateAddressSpace {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spaces: SpacesRepository,
  ) {}

  /** @throws Conflict `name_taken`; Forbidden for a space out of the actor's reach */
  execute(call: CallContext, body: AddressSpaceBody): Promise<WriteResult<AddressSpaceView>> {
    if (!reaches(call.actor, body.name))
      throw new Forbidden(`${call.actor.subject} has no rights in address space ${body.name}`, { addressSpace: body.name });
    return runWrite(this.db, call, async (trx) => {
      const view = spaceView(await this.spaces.insert(trx, body));
      await audit(trx, call, { action: 'address_space.created', kind: 'address_space', id: view.id, after: view });
      return WriteResult.created(view, { location: `/v1/address-spaces/${view.name}` });
    });
  }
}

@Injectable()
export class DeleteAddressSpace {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spaces: SpacesRepository,
  ) {}

  /** @throws Conflict `in_use` with the counts of pools and networks */
  execute(call: CallContext, key: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const space = await this.spaces.get(trx, key);
      checkReach(call.actor, space);
      await this.spaces.lock(trx, space.id);
      const uses = await this.spaces.uses(trx, space.id);
      if (uses.pools + uses.networks > 0) throw inUse('address space', space.name, uses);
      await this.spaces.delete(trx, space.id);
      await audit(trx, call, { action: 'address_space.deleted', kind: 'address_space', id: space.id, before: spaceView(space) });
      return WriteResult.noContent();
    });
  }
}

/** 409 `in_use` with what uses it, counted. */
export function inUse(what: string, name: string, counts: Readonly<Record<string, number>>): Conflict {
  const used = Object.entries(counts).filter(([, count]) => count > 0);
  return new Conflict('in_use', `${what} ${name} is in use: ${used.map(([kind, count]) => `${count} ${kind}`).join(', ')}`, {
    facts: { ...counts, counts },
  });
}
