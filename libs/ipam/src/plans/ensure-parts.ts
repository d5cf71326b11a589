import { Injectable } from '@nestjs/common';
import type { CallContext } from '@podspan/platform';
import type { Trx } from '../postgres/db.js';
import { ChangePools } from '../pools/change-pools.js';
import { CreatePool } from '../pools/create-pool.js';
import type { PoolBody } from '../pools/pool-schemas.js';
import { PoolsRepository, poolView } from '../pools/pools.repository.js';
import { ChangeNetworks } from '../topology/change-networks.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { checkReach, SpacesRepository } from '../topology/spaces.repository.js';
import type { NetworkBody } from '../topology/topology-schemas.js';
import { canonicalJson } from './canonical.js';

export type Ensured = 'CREATED' | 'CHANGED' | 'UNCHANGED';

interface Named {
  readonly name: string;
  readonly description?: string | undefined;
}

/** Parts that are nothing but their name. */
@Injectable()
export class EnsureNames {
  constructor(
    private readonly spaces: SpacesRepository,
    private readonly meshes: MeshesRepository,
  ) {}

  async addressSpace(trx: Trx, { actor }: CallContext, body: Named): Promise<Ensured> {
    const found = await this.spaces.find(trx, body.name);
    checkReach(actor, found ?? { id: body.name, name: body.name });
    if (found) return 'UNCHANGED';
    await this.spaces.insert(trx, body);
    return 'CREATED';
  }

  async mesh(trx: Trx, body: Named): Promise<Ensured> {
    if (await this.meshes.find(trx, body.name)) return 'UNCHANGED';
    await this.meshes.insert(trx, body);
    return 'CREATED';
  }
}

@Injectable()
export class EnsureNetwork {
  constructor(
    private readonly networks: NetworksRepository,
    private readonly changeNetworks: ChangeNetworks,
  ) {}

  async execute(trx: Trx, call: CallContext, body: NetworkBody): Promise<Ensured> {
    const existing = await this.networks.find(trx, body.name);
    if (!existing) {
      await this.changeNetworks.insert(trx, call, body);
      return 'CREATED';
    }
    const now = {
      prefixes: existing.prefixes,
      region: existing.region ?? undefined,
      subscriptionId: existing.subscription_id ?? undefined,
      resourceId: existing.resource_id ?? undefined,
    };
    const then = {
      prefixes: body.prefixes,
      region: body.region ?? now.region,
      subscriptionId: body.subscriptionId ?? now.subscriptionId,
      resourceId: body.resourceId ?? now.resourceId,
    };
    const same =
      canonicalJson(now) === canonicalJson(then) &&
      existing.kind === body.kind &&
      [existing.space_name, existing.space_id].includes(body.addressSpace);
    if (same) return 'UNCHANGED';
    await this.changeNetworks.update(trx, call, existing, body);
    return 'CHANGED';
  }
}

@Injectable()
export class EnsurePool {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly createPool: CreatePool,
    private readonly changePools: ChangePools,
  ) {}

  /** Only members that are named are compared; the others stay as they are. */
  async execute(trx: Trx, call: CallContext, body: PoolBody): Promise<Ensured> {
    const existing = await this.pools.find(trx, body.name);
    if (!existing) {
      await this.createPool.insert(trx, call, body);
      return 'CREATED';
    }
    const view = poolView(existing);
    const same = Object.entries(body).every(([member, value]) => canonicalJson(value) === canonicalJson(view[member as keyof typeof view]));
    if (same) return 'UNCHANGED';
    await this.pools.lock(trx, [existing.id]);
    await this.changePools.update(trx, call, existing, body);
    return 'CHANGED';
  }
}
