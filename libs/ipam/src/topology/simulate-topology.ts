import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Kysely } from 'kysely';
import { type Clash, conflictsOf, type Estate, newClashes } from '../domain/conflicts.js';
import { NetworkGraph, type NetworkLink } from '../domain/network-graph.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { clashView } from './conflicts.repository.js';
import { EstateRepository } from './estate.repository.js';
import { type LinkRow, LinksRepository } from './links.repository.js';
import { MeshesRepository } from './meshes.repository.js';
import { NetworksRepository } from './networks.repository.js';
import type { SimulateBody, SimulateView } from './topology-schemas.js';

/** What would clash, and what would end, if the topology changed. Writes nothing and locks nothing. */
@Injectable()
export class SimulateTopology {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly estate: EstateRepository,
    private readonly networks: NetworksRepository,
    private readonly links: LinksRepository,
    private readonly meshes: MeshesRepository,
  ) {}

  async execute(body: SimulateBody): Promise<SimulateView> {
    const now = await this.estate.estate(this.db);
    const then = await this.#changed(now, body);
    const [before, after] = [conflictsOf(now), conflictsOf(then)];
    return { conflicts: views(newClashes(before, after)), resolved: views(newClashes(after, before)) };
  }

  async #changed(now: Estate, body: SimulateBody): Promise<Estate> {
    const problems = new ProblemList();
    const added = await this.#links(body.addLinks ?? [], 'addLinks', problems);
    const removed = await this.#removedLinks(body.removeLinks ?? [], problems);
    const prefixes = await this.#prefixes(body.addPrefixes ?? [], problems);
    const members = await this.#members(body.addToMesh ?? [], now, problems);
    problems.refuseIfAny();
    const kept = now.graph.links.filter((link) => !removed.some((gone) => sameLink(link, gone)));
    const networks = now.graph.networks.map((node) => ({ ...node, prefixes: [...node.prefixes, ...(prefixes.get(node.name) ?? [])] }));
    const clusters = now.clusters.map((cluster) => ({ ...cluster, mesh: members.get(cluster.name) ?? cluster.mesh }));
    return { ...now, graph: new NetworkGraph(networks, [...kept, ...added]), clusters };
  }

  async #links(bodies: NonNullable<SimulateBody['addLinks']>, path: string, problems: ProblemList): Promise<NetworkLink[]> {
    const found: NetworkLink[] = [];
    for (const [index, { from, to, kind }] of bodies.entries()) {
      const [one, other] = [await this.networks.find(this.db, from), await this.networks.find(this.db, to)];
      if (!one) problems.add(unknownReference(`${path}[${index}].from`, 'network', from));
      if (!other) problems.add(unknownReference(`${path}[${index}].to`, 'network', to));
      if (one && other) found.push({ from: one.name, to: other.name, kind });
    }
    return found;
  }

  async #removedLinks(items: NonNullable<SimulateBody['removeLinks']>, problems: ProblemList): Promise<NetworkLink[]> {
    const all = items.length > 0 ? await this.links.all(this.db) : [];
    return items.flatMap((item, index) => {
      const link = all.find((row) => names(row, item));
      if (link) return [{ from: link.from_name, to: link.to_name, kind: link.kind }];
      problems.add(unknownReference(`removeLinks[${index}]`, 'link', typeof item === 'string' ? item : `${item.from} - ${item.to}`));
      return [];
    });
  }

  async #prefixes(items: NonNullable<SimulateBody['addPrefixes']>, problems: ProblemList): Promise<Map<string, Cidr[]>> {
    const byNetwork = new Map<string, Cidr[]>();
    for (const [index, { network, cidr }] of items.entries()) {
      const row = await this.networks.find(this.db, network);
      if (!row) problems.add(unknownReference(`addPrefixes[${index}].network`, 'network', network));
      else byNetwork.set(row.name, [...(byNetwork.get(row.name) ?? []), Cidr.parse(cidr)]);
    }
    return byNetwork;
  }

  async #members(items: NonNullable<SimulateBody['addToMesh']>, now: Estate, problems: ProblemList): Promise<Map<string, string>> {
    const meshes = new Map<string, string>();
    for (const [index, { mesh, cluster }] of items.entries()) {
      const row = await this.meshes.find(this.db, mesh);
      if (!row) problems.add(unknownReference(`addToMesh[${index}].mesh`, 'mesh', mesh));
      if (!now.clusters.some(({ name }) => name === cluster))
        problems.add(unknownReference(`addToMesh[${index}].cluster`, 'cluster', cluster));
      if (row) meshes.set(cluster, row.name);
    }
    return meshes;
  }
}

function names(row: LinkRow, item: NonNullable<SimulateBody['removeLinks']>[number]): boolean {
  if (typeof item === 'string') return row.id === item || row.name === item;
  return sameLink({ from: row.from_name, to: row.to_name, kind: row.kind }, item);
}

function sameLink(a: NetworkLink, b: NetworkLink): boolean {
  return a.kind === b.kind && ((a.from === b.from && a.to === b.to) || (a.from === b.to && a.to === b.from));
}

function views(clashes: readonly Clash[]): SimulateView['conflicts'] {
  return clashes.map(clashView);
}
