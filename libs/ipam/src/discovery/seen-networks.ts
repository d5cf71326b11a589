import { Injectable } from '@nestjs/common';
import { shortHash } from '@podspan/aks';
import { InvalidRequest } from '@podspan/errors';
import { audit, type CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { LinksRepository, linkView } from '../topology/links.repository.js';
import { type NetworkRow, NetworksRepository } from '../topology/networks.repository.js';
import { checkReach, SpacesRepository } from '../topology/spaces.repository.js';
import { SettleDiscovered } from './settle-discovered.js';

export interface SeenNetwork {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly resourceId?: string;
  readonly region?: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
}

export interface Recorded {
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED';
  readonly id: string;
  /** Said of a network that Podspan was told of and that Azure has otherwise. */
  readonly differs?: readonly string[];
}

/**
 * Networks and links as they are in Azure. What Podspan was told of (DECLARED) keeps its word and the difference is drift;
 * what is only seen follows Azure. Nothing is refused for overlapping: it exists.
 */
@Injectable()
export class SeenNetworks {
  constructor(
    private readonly spaces: SpacesRepository,
    private readonly networks: NetworksRepository,
    private readonly links: LinksRepository,
    private readonly settle: SettleDiscovered,
  ) {}

  /** @throws InvalidRequest `address_space_required`; Forbidden */
  async network(db: Db, call: CallContext, seen: SeenNetwork, addressSpace: string | undefined, scope: string): Promise<Recorded> {
    const existing = await this.#find(db, seen);
    const { network, outcome } = existing ? await this.#update(db, call, existing, seen) : await this.#create(db, call, seen, addressSpace);
    await sql`insert into network_sighting (network_id, scope, seen_at) values (${network.id}, ${scope}, now())
      on conflict (network_id) do update set scope = excluded.scope, seen_at = now(), missing_since = null`.execute(db);
    const same = [...network.prefixes].sort().join() === [...seen.prefixes].sort().join();
    return { outcome, id: network.id, ...(same ? {} : { differs: network.prefixes }) };
  }

  /** A link where both ends are known; undefined where one is not. */
  async link(db: Db, call: CallContext, from: string, to: string, scope: string): Promise<Recorded | undefined> {
    const [one, other] = [await this.#byResource(db, from), await this.#byResource(db, to)];
    if (!one || !other || one.id === other.id) return undefined;
    for (const end of [one, other]) checkReach(call.actor, { id: end.space_id, name: end.space_name });
    const existing = await this.links.between(db, one.id, other.id, 'PEERING');
    const link = existing ?? (await this.links.insert(db, one, other, 'PEERING', false));
    if (!existing) {
      await sql`update link set origin = 'SEEN' where id = ${link.id}`.execute(db);
      await audit(db, call, { action: 'link.discovered', kind: 'link', id: link.id, after: linkView(link) });
    }
    await sql`insert into link_sighting (link_id, scope, seen_at) values (${link.id}, ${scope}, now())
      on conflict (link_id) do update set scope = excluded.scope, seen_at = now(), missing_since = null`.execute(db);
    return { outcome: existing ? 'UNCHANGED' : 'CREATED', id: link.id };
  }

  /** What a complete reading of a scope no longer has: links only seen go, everything else is marked as missing. */
  async missing(db: Db, call: CallContext, scope: string): Promise<void> {
    await sql`delete from link l using link_sighting g where g.link_id = l.id and g.scope = ${scope} and g.seen_at < now() and l.origin = 'SEEN'`.execute(
      db,
    );
    await sql`update link_sighting set missing_since = now() where scope = ${scope} and seen_at < now() and missing_since is null`.execute(
      db,
    );
    await sql`update network_sighting set missing_since = now() where scope = ${scope} and seen_at < now() and missing_since is null`.execute(
      db,
    );
    // A network only seen, that nothing hangs on, is gone; one in use stays until somebody decides.
    const gone = await rowsOf(
      db,
      sql<{ id: string }>`select n.id from network n join network_sighting g on g.network_id = n.id
      where g.scope = ${scope} and g.missing_since is not null and n.origin = 'SEEN'
        and not exists (select from link where from_id = n.id or to_id = n.id) and not exists (select from pool where network_id = n.id)
        and not exists (select from planned_cluster where network_id = n.id) and not exists (select from allocation where network_id = n.id)`,
    );
    const ids = gone.map(({ id }) => id);
    await this.settle.withoutNetworks(db, call, ids, async () => {
      await sql`delete from network where id = any(${ids}::uuid[])`.execute(db);
    });
  }

  async #find(db: Db, { resourceId, name, subscriptionId }: SeenNetwork): Promise<NetworkRow | undefined> {
    const byId = resourceId === undefined ? undefined : await this.#byResource(db, resourceId);
    if (byId) return byId;
    const byName = await this.networks.find(db, name);
    if (byName?.kind !== 'VIRTUAL_NETWORK') return undefined;
    // Without an id on either side the name is all there is; a name of another subscription is another network.
    const free = resourceId === undefined || byName.resource_id === null;
    const sameSubscription =
      byName.subscription_id === null ||
      subscriptionId === undefined ||
      byName.subscription_id.toLowerCase() === subscriptionId.toLowerCase();
    return free && sameSubscription ? byName : undefined;
  }

  async #byResource(db: Db, key: string): Promise<NetworkRow | undefined> {
    const row = await rowOf(
      db,
      sql<{ id: string }>`select id from network where lower(resource_id) = ${key.toLowerCase()} order by id limit 1`,
    );
    if (row) return this.networks.get(db, row.id);
    return key.startsWith('/') ? undefined : this.networks.find(db, key);
  }

  async #update(
    db: Db,
    call: CallContext,
    before: NetworkRow,
    seen: SeenNetwork,
  ): Promise<{ network: NetworkRow; outcome: Recorded['outcome'] }> {
    checkReach(call.actor, { id: before.space_id, name: before.space_name });
    const follows = before.origin === 'SEEN';
    const patch = {
      resourceId: before.resource_id ?? seen.resourceId,
      region: before.region ?? seen.region,
      subscriptionId: before.subscription_id ?? seen.subscriptionId,
      prefixes: follows ? [...seen.prefixes] : [...before.prefixes],
    };
    const same =
      patch.resourceId === (before.resource_id ?? undefined) &&
      patch.region === (before.region ?? undefined) &&
      patch.subscriptionId === (before.subscription_id ?? undefined) &&
      patch.prefixes.join() === before.prefixes.join();
    if (same) return { network: before, outcome: 'UNCHANGED' };
    await this.networks.update(db, before, patch);
    await this.settle.networksChanged(db, call, [before.id]);
    await audit(db, call, {
      action: 'network.discovered',
      kind: 'network',
      id: before.id,
      before: { prefixes: before.prefixes },
      after: seen,
    });
    return { network: await this.networks.get(db, before.id), outcome: 'UPDATED' };
  }

  async #create(
    db: Db,
    call: CallContext,
    seen: SeenNetwork,
    addressSpace: string | undefined,
  ): Promise<{ network: NetworkRow; outcome: Recorded['outcome'] }> {
    const space = addressSpace === undefined ? undefined : await this.spaces.find(db, addressSpace);
    if (!space) {
      throw new InvalidRequest([
        {
          path: 'addressSpace',
          code: addressSpace === undefined ? 'address_space_required' : 'unknown_reference',
          message:
            addressSpace === undefined
              ? 'Podspan does not know this network: say in which address space it is'
              : `address space '${addressSpace}' does not exist`,
          ...(addressSpace === undefined ? {} : { value: addressSpace }),
          suggestion: '?addressSpace=',
        },
      ]);
    }
    checkReach(call.actor, space);
    const id = await this.networks.insert(db, space.id, {
      name: await this.#freeName(db, seen),
      addressSpace: space.name,
      kind: 'VIRTUAL_NETWORK',
      prefixes: [...seen.prefixes],
      region: seen.region,
      subscriptionId: seen.subscriptionId,
      resourceId: seen.resourceId,
    });
    await sql`update network set origin = 'SEEN' where id = ${id}`.execute(db);
    await audit(db, call, { action: 'network.discovered', kind: 'network', id, after: seen });
    return { network: await this.networks.get(db, id), outcome: 'CREATED' };
  }

  /** The VNet's own name, with its group where that is taken: names of networks are unique here and in Azure only per group. */
  async #freeName(db: Db, { name, resourceGroup, resourceId }: SeenNetwork): Promise<string> {
    const hash = shortHash(resourceId ?? name);
    const plain =
      name
        .replace(/[^A-Za-z0-9._-]/g, '-')
        .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9_]+$/g, '')
        .slice(0, 100) || `network-${hash}`;
    for (const candidate of [
      plain,
      ...(resourceGroup === undefined ? [] : [`${plain}-${resourceGroup}`.slice(0, 110)]),
      `${plain}-${hash}`,
    ]) {
      if (!(await this.networks.find(db, candidate))) return candidate;
    }
    return `${plain}-${hash}-2`;
  }
}
