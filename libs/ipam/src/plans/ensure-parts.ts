import { Injectable } from '@nestjs/common';
import type { CallContext } from '@podspan/platform';
import type { Trx } from '../postgres/db.js';
import { ChangePools } from '../pools/change-pools.js';
import { CreatePool } from '../pools/create-pool.js';
import type { PoolBody } from '../pools/pool-schemas.js';
import { PoolsRepository, poolView } from '../pools/pools.repository.js';
import { AddLinks } from '../topology/add-links.js';
import { AddNetworks } from '../topology/add-networks.js';
import { ChangeNetworks } from '../topology/change-networks.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { type NetworkRow, NetworksRepository } from '../topology/networks.repository.js';
import { checkReach, SpacesRepository } from '../topology/spaces.repository.js';
import type { LinkBody, NetworkBody } from '../topology/topology-schemas.js';
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
    private readonly addNetworks: AddNetworks,
  ) {}

  async execute(trx: Trx, call: CallContext, body: NetworkBody): Promise<Ensured> {
    const existing = await this.networks.find(trx, body.name);
    if (!existing) {
      await this.changeNetworks.insert(trx, call, body);
      return 'CREATED';
    }
    return this.#compare(trx, call, existing, body);
  }

  /** As each alone, in the order given; the names are all different. @throws as soon as one of them cannot be */
  async all(trx: Trx, call: CallContext, bodies: readonly NetworkBody[]): Promise<readonly Ensured[]> {
    const rows = await this.networks.named(
      trx,
      bodies.map(({ name }) => name),
    );
    const existing = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.name, row] as const]));
    await this.addNetworks.execute(
      trx,
      call,
      bodies.filter(({ name }) => !existing.has(name)),
    );
    const changes: Ensured[] = [];
    for (const body of bodies) {
      const row = existing.get(body.name);
      changes.push(row ? await this.#compare(trx, call, row, body) : 'CREATED');
    }
    return changes;
  }

  async #compare(trx: Trx, call: CallContext, existing: NetworkRow, body: NetworkBody): Promise<Ensured> {
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
      existing.origin === 'DECLARED' &&
      canonicalJson(now) === canonicalJson(then) &&
      existing.kind === body.kind &&
      [existing.space_name, existing.space_id].includes(body.addressSpace);
    if (same) return 'UNCHANGED';
    await this.changeNetworks.update(trx, call, existing, body);
    return 'CHANGED';
  }
}

@Injectable()
export class EnsureLinks {
  constructor(private readonly addLinks: AddLinks) {}

  /** @throws as soon as one of them cannot be */
  async all(trx: Trx, call: CallContext, bodies: readonly LinkBody[]): Promise<readonly Ensured[]> {
    return (await this.addLinks.execute(trx, call, bodies)).map((isNew) => (isNew ? 'CREATED' : 'UNCHANGED'));
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
    // A rule of a quota says as null what it leaves open.
    const said = JSON.parse(JSON.stringify(view), (_, value: unknown) => value ?? undefined) as Readonly<Record<string, unknown>>;
    const same = Object.entries(body).every(([member, value]) => canonicalJson(value) === canonicalJson(said[member]));
    if (same) return 'UNCHANGED';
    await this.pools.lock(trx, [existing.id]);
    await this.changePools.update(trx, call, existing, body);
    return 'CHANGED';
  }
}

/** One for each kind of part. */
@Injectable()
export class EnsureParts {
  constructor(
    readonly names: EnsureNames,
    readonly network: EnsureNetwork,
    readonly pool: EnsurePool,
    readonly links: EnsureLinks,
  ) {}
}
