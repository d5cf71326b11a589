import { Inject, Injectable } from '@nestjs/common';
import { Conflict, DomainError, InvalidRequest, type Problem, problemsOf } from '@podspan/errors';
import { type CallContext, runWrite, withoutEchoes, WriteResult } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { declaredNames, withoutConsequences } from '../domain/declared-names.js';
import { parentCycle } from '../domain/pool.js';
import type { Db, Trx } from '../postgres/db.js';
import type { PoolBody } from '../pools/pool-schemas.js';
import { ChangeLinks } from '../topology/change-links.js';
import { ChangeTopology } from '../topology/change-topology.js';
import { EnsureParts } from './ensure-parts.js';
import type { TopologyView } from './plan-schemas.js';
import { readTopology, type TopologyDraft } from './read-address-plan.js';

type Change = TopologyView['changes'][number];

/** Makes a whole topology exist, in one transaction. What is there already stays; what differs is changed where it may be. */
@Injectable()
export class ApplyTopology {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly changeTopology: ChangeTopology,
    private readonly changeLinks: ChangeLinks,
    private readonly ensure: EnsureParts,
  ) {}

  /** @throws InvalidRequest or Conflict with the problems of all parts, at `networks[2].prefixes[0]` */
  execute(call: CallContext, body: unknown): Promise<WriteResult<TopologyView>> {
    const { value: topology, problems: shape } = readTopology(body);
    // What can be read of a wrong request is judged all the same, and nothing of it kept.
    return runWrite(this.db, shape.length === 0 ? call : { ...call, dryRun: true }, async (trx) => {
      const { changes, failures } = await this.#apply(trx, call, topology);
      const problems = failures.flatMap(({ error, path }) => problemsOf(error, path));
      if (shape.length > 0)
        throw new InvalidRequest(withoutConsequences([...shape, ...withoutEchoes(problems, shape)], declaredNames(body)));
      refuse(failures);
      return WriteResult.ok({ changes: [...changes] });
    });
  }

  /** As far as it goes, inside a transaction that is rolled back; what fails is told at `topology....`. */
  async rehearse(trx: Trx, call: CallContext, topology: TopologyDraft): Promise<readonly Problem[]> {
    const { failures } = await this.#apply(trx, call, topology);
    return failures.flatMap(({ error, path }) => problemsOf(error, path === '' ? 'topology' : `topology.${path}`));
  }

  async #apply(
    trx: Trx,
    call: CallContext,
    topology: TopologyDraft,
  ): Promise<{ readonly changes: readonly Change[]; readonly failures: readonly Failure[] }> {
    const changes: Change[] = [];
    const failures: Failure[] = duplicates(topology);
    const attempt = attempts(trx, changes, failures);
    const together = togetherOrNot(trx, changes, failures);
    try {
      await this.changeTopology.execute(trx, call, false, async () => {
        for (const [index, body] of placed(topology.addressSpaces))
          await attempt(`addressSpaces[${index}]`, 'ADDRESS_SPACE', body.name, () => this.ensure.names.addressSpace(trx, call, body));
        const networks = placed(topology.networks).map(([index, body]) => ({ path: `networks[${index}]`, name: body.name, body }));
        const networksDone = await together('NETWORK', networks, (bodies) => this.ensure.network.all(trx, call, bodies));
        for (const { path, name, body } of networksDone ? [] : networks)
          await attempt(path, 'NETWORK', name, () => this.ensure.network.execute(trx, call, body));
        for (const [index, body] of placed(topology.meshes))
          await attempt(`meshes[${index}]`, 'MESH', body.name, () => this.ensure.names.mesh(trx, body));
        const links = placed(topology.links).map(([index, body]) => ({ path: `links[${index}]`, name: `${body.from} - ${body.to}`, body }));
        const linksDone = await together('LINK', links, (bodies) => this.ensure.links.all(trx, call, bodies));
        for (const { path, name, body } of linksDone ? [] : links) {
          await attempt(path, 'LINK', name, async () =>
            (await this.changeLinks.insert(trx, call, body, false)).isNew ? 'CREATED' : 'UNCHANGED',
          );
        }
        for (const [index, body] of parentsFirst(placed(topology.pools), failures))
          await attempt(`pools[${index}]`, 'POOL', body.name, () => this.ensure.pool.execute(trx, call, body));
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failures.push({ path: '', error });
    }
    return { changes, failures };
  }
}

interface Failure {
  readonly path: string;
  readonly error: DomainError;
}

/** Runs one part behind a savepoint, so that the parts after it are still judged when it fails. */
function attempts(trx: Trx, changes: Change[], failures: Failure[]) {
  return async (path: string, kind: Change['kind'], name: string, work: () => Promise<Change['change']>): Promise<void> => {
    if (failures.some((failure) => failure.path === path)) return;
    await sql`savepoint part`.execute(trx);
    try {
      changes.push({ kind, name, change: await work() });
      await sql`release savepoint part`.execute(trx);
    } catch (error) {
      await sql`rollback to savepoint part`.execute(trx);
      if (!(error instanceof DomainError)) throw error;
      failures.push({ path, error });
    }
  };
}

interface Part<T> {
  readonly path: string;
  readonly name: string;
  readonly body: T;
}

/** Makes parts of one kind in a few statements. When one of them cannot be, none is: then each alone tells what is wrong with it. */
function togetherOrNot(trx: Trx, changes: Change[], failures: readonly Failure[]) {
  return async <T>(
    kind: Change['kind'],
    parts: readonly Part<T>[],
    work: (bodies: readonly T[]) => Promise<readonly Change['change'][]>,
  ) => {
    if (failures.some(({ path }) => parts.some((part) => part.path === path))) return false;
    await sql`savepoint parts`.execute(trx);
    try {
      const made = await work(parts.map(({ body }) => body));
      changes.push(...parts.map(({ name }, position) => ({ kind, name, change: made[position] ?? 'UNCHANGED' })));
      await sql`release savepoint parts`.execute(trx);
      return true;
    } catch (error) {
      await sql`rollback to savepoint parts`.execute(trx);
      if (!(error instanceof DomainError)) throw error;
      return false;
    }
  };
}

/** The parts with their positions; holes are left out. */
function placed<T>(list: readonly (T | undefined)[] = []): readonly (readonly [number, T])[] {
  return list.flatMap((item, index) => (item === undefined ? [] : [[index, item] as const]));
}

function duplicates(topology: TopologyDraft): Failure[] {
  return Object.entries(topology).flatMap(([kind, list]) =>
    (list ?? []).flatMap((item, index) => {
      if (item === undefined || !('name' in item)) return [];
      const earlier = (list ?? []).findIndex((other) => other !== undefined && 'name' in other && other.name === item.name);
      if (earlier === index) return [];
      const problem = {
        path: 'name',
        code: 'duplicate_name',
        message: `two ${kind} are called ${item.name}`,
        value: item.name,
        conflictsWith: `${kind}[${earlier}].name`,
      };
      return [{ path: `${kind}[${index}]`, error: new InvalidRequest([problem]) }];
    }),
  );
}

/** The pools in an order in which every parent comes before its children. A cycle is a failure of its first pool. */
function parentsFirst(pools: readonly (readonly [number, PoolBody])[], failures: Failure[]): readonly (readonly [number, PoolBody])[] {
  const parents = new Map(pools.map(([, pool]) => [pool.name, pool.parentPool]));
  const cycle = parentCycle(parents);
  if (cycle) {
    const [index, first] = pools.find(([, { name }]) => name === cycle[0]) ?? [0];
    const problem = {
      path: 'parentPool',
      code: 'pool_cycle',
      message: `the pools are each other's parents: ${cycle.join(' -> ')}`,
      value: first?.parentPool,
      conflictsWith: cycle,
      suggestion: 'a pool that is none of them, or none',
    };
    failures.push({ path: `pools[${index}]`, error: new InvalidRequest([problem]) });
  }
  const depth = (name: string | undefined, seen: number): number =>
    name === undefined || seen > pools.length || !parents.has(name) ? 0 : 1 + depth(parents.get(name), seen + 1);
  return pools
    .filter(([, { name }]) => !cycle?.includes(name))
    .sort(([a, first], [b, second]) => depth(first.parentPool, 0) - depth(second.parentPool, 0) || a - b);
}

/** One failure keeps its own code and facts; several are told together, as a conflict when all are conflicts. */
function refuse(failures: readonly Failure[]): void {
  const [first, ...others] = failures;
  if (!first) return;
  const problems = failures.flatMap(({ error, path }) => problemsOf(error, path));
  if (others.length === 0)
    throw new DomainError(first.error.kind, first.error.code, first.error.message, { facts: first.error.facts, problems });
  if (failures.every(({ error }) => error.kind === 'conflict'))
    throw new Conflict(first.error.code, first.error.message, { facts: first.error.facts, problems });
  throw new InvalidRequest(problems);
}
