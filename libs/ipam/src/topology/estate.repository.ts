import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { sql } from 'kysely';
import type { ClusterRanges, Estate } from '../domain/conflicts.js';
import { type KubenetRange, NetworkGraph, type NetworkLink, type NetworkNode } from '../domain/network-graph.js';
import type { PodCidrScope, ReuseSubject } from '../domain/reuse.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { LinksRepository } from './links.repository.js';
import { type NetworkRow, NetworksRepository } from './networks.repository.js';

/** A cluster that holds addresses, as the rules see it. */
export type PlannedCluster = ReuseSubject & ClusterRanges & { readonly addressSpaceId: string; readonly podHeld: Cidr };

interface ClusterRow {
  readonly name: string;
  readonly network: string;
  readonly space_id: string;
  readonly scope: PodCidrScope;
  readonly mesh: string | null;
  readonly pod_cidr: string;
  readonly pod_growth: string | null;
  readonly service_cidr: string;
  readonly gateway_subnet: string | null;
}

const selectCluster = sql`
  select c.name, n.name as network, c.space_id, c.scope, m.name as mesh, c.pod_cidr, c.pod_growth, c.service_cidr, c.gateway_subnet
  from planned_cluster c join network n on n.id = c.network_id
  left join mesh_member b on b.cluster = c.name left join mesh m on m.id = b.mesh_id`;

/** Everything the topology rules look at, read in the caller's transaction. */
@Injectable()
export class EstateRepository {
  constructor(
    private readonly networks: NetworksRepository,
    private readonly links: LinksRepository,
  ) {}

  /** Nobody changes the topology, and nobody takes addresses by it, until this transaction ends. */
  async lockForChange(db: Db): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext('podspan.ipam.topology'))`.execute(db);
  }

  /** The topology stays as it is until this transaction ends; others may read it too. */
  async lockForUse(db: Db): Promise<void> {
    await sql`select pg_advisory_xact_lock_shared(hashtext('podspan.ipam.topology'))`.execute(db);
  }

  /** @param at as it was at a moment, RFC 3339: networks and links, for the domains they made */
  async graph(db: Db, at?: string): Promise<NetworkGraph> {
    const [networks, links] = [await this.networks.all(db, at), await this.links.all(db, at)];
    return new NetworkGraph(
      networks.map(asNode),
      links.map((link): NetworkLink => ({ from: link.from_name, to: link.to_name, kind: link.kind })),
      at === undefined ? await this.#kubenet(db) : [],
    );
  }

  /** Of clusters that were seen in a known network; what is planned here is never kubenet. */
  async #kubenet(db: Db): Promise<readonly KubenetRange[]> {
    const rows = await rowsOf(
      db,
      sql<{ cluster: string; network: string; cidr: string }>`select distinct d.cluster, n.name as network, d.cidr::text
        from discovered_range d join network n on n.id = d.network_id
        where d.cluster is not null and d.ended_at is null and d.kind = 'POD_CIDR' and d.mode = 'KUBENET' order by 1, 2, 3`,
    );
    return rows.map(({ cidr, ...range }) => ({ ...range, cidr: Cidr.parse(cidr) }));
  }

  async clusters(db: Db): Promise<readonly PlannedCluster[]> {
    return asClusters(await rowsOf(db, sql<ClusterRow>`${selectCluster} where c.status = 'ACTIVE' order by c.name`));
  }

  async clustersNamed(db: Db, names: readonly string[]): Promise<readonly PlannedCluster[]> {
    if (names.length === 0) return [];
    return asClusters(
      await rowsOf(db, sql<ClusterRow>`${selectCluster} where c.status = 'ACTIVE' and c.name = any(${[...names]}::text[])`),
    );
  }

  /** The subnets held in a network, with their owners. */
  async subnets(
    db: Db,
    network: { readonly spaceId: string; readonly prefixes: readonly Cidr[] },
  ): Promise<readonly { readonly cidr: Cidr; readonly name: string }[]> {
    const rows = await rowsOf(
      db,
      sql<{ cidr: string; name: string }>`
        select a.cidr, a.owner_id || ' ' || a.purpose as name from allocation a join address_space s on s.no = a.space_no
        where s.id = ${network.spaceId} and a.holding and a.exclusive and a.purpose like '%\_SUBNET%'
          and exists (select from unnest(${network.prefixes.map(String)}::cidr[]) as p(cidr) where a.held <<= p.cidr)`,
    );
    return rows.map(({ cidr, name }) => ({ cidr: Cidr.parse(cidr), name }));
  }

  async estate(db: Db): Promise<Estate & { readonly clusters: readonly PlannedCluster[] }> {
    return { graph: await this.graph(db), clusters: await this.clusters(db) };
  }
}

export function asNode(row: NetworkRow): NetworkNode {
  return { name: row.name, kind: row.kind, addressSpace: row.space_name, prefixes: row.prefixes.map((text) => Cidr.parse(text)) };
}

/** Thousands of clusters share a few ranges, so each text is read once. */
function asClusters(rows: readonly ClusterRow[]): readonly PlannedCluster[] {
  const known = new Map<string, Cidr>();
  const read = (text: string): Cidr => {
    const cidr = known.get(text) ?? Cidr.parse(text);
    known.set(text, cidr);
    return cidr;
  };
  return rows.map((row) => ({
    name: row.name,
    network: row.network,
    addressSpaceId: row.space_id,
    scope: row.scope,
    mesh: row.mesh ?? undefined,
    podCidr: read(row.pod_cidr),
    podHeld: read(row.pod_growth ?? row.pod_cidr),
    serviceCidr: read(row.service_cidr),
    gatewaySubnet: row.gateway_subnet === null ? undefined : read(row.gateway_subnet),
  }));
}
