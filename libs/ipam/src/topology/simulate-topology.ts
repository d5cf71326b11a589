import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { readOrJudge } from '@podspan/platform';
import { Kysely } from 'kysely';
import { type Clash, conflictsOf, type Estate, newClashes } from '../domain/conflicts.js';
import { groupBy } from '../domain/group-by.js';
import { NetworkGraph, type NetworkLink } from '../domain/network-graph.js';
import { linkToItself, ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { clashView } from './conflicts.repository.js';
import { EstateRepository } from './estate.repository.js';
import { LinksRepository } from './links.repository.js';
import { MeshesRepository } from './meshes.repository.js';
import { NetworksRepository } from './networks.repository.js';
import { MOST_CLASHES_SHOWN, SimulateBody, type SimulateView } from './topology-schemas.js';

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

  /** @throws InvalidRequest naming everything unknown; Conflict `too_many_conflicts` */
  async execute(asked: unknown): Promise<SimulateView> {
    return this.#simulate(await readOrJudge(SimulateBody, asked, (readable) => this.#simulate(readable)));
  }

  async #simulate(body: SimulateBody): Promise<SimulateView> {
    const now = await this.estate.estate(this.db);
    const then = await this.#changed(now, body);
    const [before, after] = [conflictsOf(now), conflictsOf(then)];
    const [made, ended] = [newClashes(before, after), newClashes(after, before)];
    return { conflicts: views(made), conflictCount: made.length, resolved: views(ended), resolvedCount: ended.length };
  }

  async #changed(now: Estate, body: SimulateBody): Promise<Estate> {
    const problems = new ProblemList();
    const rows = await this.networks.all(this.db);
    const nameOf = new Map(rows.flatMap(({ id, name }) => [[id, name] as const, [name, name] as const]));
    const added = addedLinks(body.addLinks ?? [], nameOf, problems);
    const removed = await this.#removedLinks(body.removeLinks ?? [], nameOf, problems);
    const prefixes = addedPrefixes(body.addPrefixes ?? [], nameOf, problems);
    const members = await this.#members(body.addToMesh ?? [], now, problems);
    problems.refuseIfAny();
    const kept = now.graph.links.filter((link) => !removed.has(linkKey(link)));
    const networks = now.graph.networks.map((node) => ({ ...node, prefixes: [...node.prefixes, ...(prefixes.get(node.name) ?? [])] }));
    const clusters = now.clusters.map((cluster) => ({ ...cluster, mesh: members.get(cluster.name) ?? cluster.mesh }));
    return { graph: new NetworkGraph(networks, [...kept, ...added], now.graph.kubenet), clusters };
  }

  async #removedLinks(
    items: NonNullable<SimulateBody['removeLinks']>,
    nameOf: ReadonlyMap<string, string>,
    problems: ProblemList,
  ): Promise<ReadonlySet<string>> {
    const all = items.length > 0 ? await this.links.all(this.db) : [];
    const keys = new Map(
      all.flatMap((row) => {
        const key = linkKey({ from: row.from_name, to: row.to_name, kind: row.kind });
        return [[row.id, key] as const, [row.name, key] as const, [key, key] as const];
      }),
    );
    const removed = new Set<string>();
    for (const [index, item] of items.entries()) {
      const key = keys.get(
        typeof item === 'string' ? item : linkKey({ ...item, from: nameOf.get(item.from) ?? '', to: nameOf.get(item.to) ?? '' }),
      );
      if (key === undefined)
        problems.add(unknownReference(`removeLinks[${index}]`, 'link', typeof item === 'string' ? item : `${item.from} - ${item.to}`));
      else removed.add(key);
    }
    return removed;
  }

  async #members(items: NonNullable<SimulateBody['addToMesh']>, now: Estate, problems: ProblemList): Promise<Map<string, string>> {
    const clusters = new Map(now.clusters.map((cluster) => [cluster.name, cluster]));
    const meshes = new Map<string, string | undefined>();
    for (const key of new Set(items.map(({ mesh }) => mesh))) meshes.set(key, (await this.meshes.find(this.db, key))?.name);
    const joined = new Map<string, string>();
    for (const [index, { mesh: key, cluster: name }] of items.entries()) {
      const mesh = meshes.get(key);
      const cluster = clusters.get(name);
      const current = joined.get(name) ?? cluster?.mesh;
      if (mesh === undefined) problems.add(unknownReference(`addToMesh[${index}].mesh`, 'mesh', key));
      if (!cluster) problems.add(unknownReference(`addToMesh[${index}].cluster`, 'cluster', name));
      if (mesh !== undefined && current !== undefined && current !== mesh) problems.add(inAnotherMesh(index, name, mesh, current));
      if (mesh !== undefined) joined.set(name, mesh);
    }
    return joined;
  }
}

function addedLinks(
  items: NonNullable<SimulateBody['addLinks']>,
  nameOf: ReadonlyMap<string, string>,
  problems: ProblemList,
): NetworkLink[] {
  return items.flatMap(({ from, to, kind }, index) => {
    const [one, other] = [nameOf.get(from), nameOf.get(to)];
    if (one === undefined) problems.add(unknownReference(`addLinks[${index}].from`, 'network', from));
    if (other === undefined) problems.add(unknownReference(`addLinks[${index}].to`, 'network', to));
    if (one === undefined || other === undefined) return [];
    if (one === other) problems.add({ ...linkToItself(to), path: `addLinks[${index}].to` });
    return [{ from: one, to: other, kind }];
  });
}

function addedPrefixes(
  items: NonNullable<SimulateBody['addPrefixes']>,
  nameOf: ReadonlyMap<string, string>,
  problems: ProblemList,
): ReadonlyMap<string, readonly Cidr[]> {
  const found = items.flatMap(({ network, cidr }, index) => {
    const name = nameOf.get(network);
    if (name === undefined) problems.add(unknownReference(`addPrefixes[${index}].network`, 'network', network));
    return name === undefined ? [] : [{ name, cidr: Cidr.parse(cidr) }];
  });
  return new Map([...groupBy(found, ({ name }) => name)].map(([name, prefixes]) => [name, prefixes.map(({ cidr }) => cidr)]));
}

function inAnotherMesh(index: number, cluster: string, mesh: string, current: string): Problem {
  return {
    path: `addToMesh[${index}].mesh`,
    code: 'in_another_mesh',
    rule: 'NET-20',
    message: `${cluster} is a member of mesh ${current}; a cluster is in one mesh at most`,
    value: mesh,
    conflictsWith: current,
  };
}

/** A link has no direction. */
function linkKey({ from, to, kind }: NetworkLink): string {
  return from < to ? `${from} ${to} ${kind}` : `${to} ${from} ${kind}`;
}

function views(clashes: readonly Clash[]): SimulateView['conflicts'] {
  return clashes.slice(0, MOST_CLASHES_SHOWN).map(clashView);
}
