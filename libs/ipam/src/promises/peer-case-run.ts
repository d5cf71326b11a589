import { Cidr } from '@podspan/cidr';
import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { IpamBench } from '../testing/ipam-bench.js';
import type { Answer, IpamCaller } from '../testing/ipam-callers.js';
import { aksAnswer } from './aks-case.js';
import type { PeerCase, Step } from './peer-case.js';
import { textOf } from './text-of.js';

type Held = Readonly<{ id: string; cidr: string; status: string }>;

/** Plays one case over one edge, in address spaces of its own. */
export class PeerCaseRun {
  readonly #name: string;
  readonly #answers: Answer[] = [];
  readonly #held: Held[] = [];

  constructor(
    private readonly bench: IpamBench,
    private readonly caller: IpamCaller,
    private readonly fact: PeerCase,
    private readonly strategy?: string,
  ) {
    this.#name = [caller.edge, fact.id, ...(strategy === undefined ? [] : [strategy])].join('-').toLowerCase();
  }

  async play(): Promise<void> {
    const { kind, steps } = this.fact;
    if (kind === 'pool' || kind === 'overlap') await this.#otherPools(steps[0]?.do === 'updatePool');
    else if (kind !== 'aks') for (const space of this.#spaces()) await this.#setUp(space);
    for (const step of steps) await this.#step(step);
  }

  #spaces(): readonly string[] {
    const named = this.fact.steps.filter(({ space }) => space !== undefined).map((step) => this.#spaceOf(step));
    return named.length > 0 ? [...new Set(named)] : [this.#name];
  }

  #spaceOf({ tenant, space }: Step): string {
    return [this.#name, tenant, space]
      .filter((part) => part !== undefined)
      .join('-')
      .toLowerCase();
  }

  /** A pool of the case's ranges in a space of its own; the pool has the space's name. */
  async #setUp(space: string): Promise<void> {
    if (this.fact.steps[0]?.do === 'createPool') {
      expect(await this.caller.call('createSpace', { body: { name: space } })).toMatchObject({ ok: true });
      return;
    }
    const pool = {
      name: space,
      addressSpace: space,
      cidrs: this.fact.pool,
      reuse: this.fact.reuse ?? 'EXCLUSIVE',
      ...poolOptions(this.fact),
    };
    const made = await this.caller.call('applyTopology', { body: { addressSpaces: [{ name: space }], pools: [pool] } });
    expect(made).toMatchObject({ ok: true });
    await this.#occupy(space);
  }

  /** Allocated where that is possible, else seen in use. */
  async #occupy(space: string): Promise<void> {
    const cidrs = this.fact.existing.map((text) => Cidr.parse(text));
    const pools = this.fact.pool.map((text) => Cidr.parse(text));
    const allocatable = cidrs.every(
      (cidr, index) => pools.some((range) => range.contains(cidr)) && !cidrs.some((other, at) => at !== index && other.overlaps(cidr)),
    );
    if (cidrs.length === 0) return;
    if (!allocatable) return this.#seen(space, cidrs.map(String));
    const items = cidrs.map((cidr) => ({ pool: space, cidr: String(cidr), owner: team('before'), purpose: `held ${cidr}` }));
    const answer = await this.caller.call('allocateMany', { items });
    expect(answer).toMatchObject({ ok: true });
    this.#held.push(...answer.body.items);
  }

  async #seen(space: string, cidrs: readonly string[]): Promise<void> {
    const db = this.bench.fresh.db;
    const ids = cidrs.map(() => newId());
    for (const [index, cidr] of cidrs.entries())
      await sql`insert into discovered_range (id, space_id, cidr, source)
        select ${ids[index]}, id, ${cidr}, 'test' from address_space where name = ${space}`.execute(db);
    await sql`select settle_discovered(${ids}::uuid[], '{}', 'test')`.execute(db);
    // A network that comes and goes makes the pools look at what occupies them.
    const prefixes = cidrs.some((cidr) => cidr.includes(':')) ? ['::/0'] : ['0.0.0.0/0'];
    const everything = { name: `${space}-all`, addressSpace: space, kind: 'EXTERNAL', prefixes };
    expect(await this.caller.call('createNetwork', { body: everything })).toMatchObject({ ok: true });
    expect(await this.caller.call('deleteNetwork', { key: everything.name })).toMatchObject({ ok: true });
  }

  /** Of a case about pools: `existing` are pools beside it. */
  async #otherPools(isUpdate: boolean): Promise<void> {
    await this.caller.call('createSpace', { body: { name: this.#name } });
    for (const [index, cidr] of this.fact.existing.entries())
      expect(await this.#createPool(`${this.#name}-${index}`, [cidr])).toMatchObject({ ok: true });
    if (isUpdate) expect(await this.#createPool(this.#name, this.fact.pool)).toMatchObject({ ok: true });
  }

  #createPool(name: string, cidrs: readonly string[], more: object = {}): Promise<Answer> {
    const body = {
      name,
      addressSpace: this.#name,
      cidrs,
      reuse: 'EXCLUSIVE',
      ...(name === this.#name ? poolOptions(this.fact) : {}),
      ...more,
    };
    return this.caller.call('createPool', { body });
  }

  async #step(step: Step): Promise<void> {
    const play = this.#plays[step.do];
    if (!play) throw new Error(`no way to play the step '${step.do}'`);
    const answer = await play(step);
    this.#answers.push(answer);
    this.#judge(step, answer);
  }

  #judge({ expect: wanted, differsFromStep }: Step, answer: Answer): void {
    const { codes, cidr, bestFitCidr, status, largestFreePrefixLength } = wanted;
    if (codes) {
      expect([answer.ok, codes]).toEqual([false, expect.arrayContaining([answer.code])]);
      if (largestFreePrefixLength !== undefined)
        expect(answer.body.facts ?? answer.body).toMatchObject({ largestFreePrefixLength, utilization: { percent: 50 } });
      return;
    }
    expect(answer).toMatchObject({ ok: true });
    const exact = this.strategy === 'BEST_FIT' ? (bestFitCidr ?? cidr) : cidr;
    if (exact !== undefined) expect(answer.body.cidr ?? answer.body.cidrs?.[0]).toBe(exact);
    if (status !== undefined) expect(answer.body.status).toBe(status);
    if (differsFromStep !== undefined) expect(answer.body.cidr).not.toBe(this.#answers[differsFromStep - 1]?.body.cidr);
    this.#judgeMany(wanted, answer);
  }

  #judgeMany(wanted: Step['expect'], { body }: Answer): void {
    const cidrs: readonly string[] = (body.items ?? [body]).map(({ cidr }: { cidr: string }) => cidr);
    if (wanted['distinct'] !== undefined) expect(disjoint(cidrs)).toHaveLength(Number(wanted['distinct']));
    if (wanted['noOverlap'] === true) expect(disjoint(cidrs)).toHaveLength(cidrs.length);
    const inside =
      wanted['allWithinPool'] === true ? this.fact.pool : wanted['within'] === undefined ? undefined : [textOf(wanted['within'])];
    if (inside) expect(cidrs.filter((cidr) => !inside.some((range) => Cidr.parse(range).contains(Cidr.parse(cidr))))).toEqual([]);
    if (wanted['free']) expect(cidrs).toEqual(wanted['free']);
    if (wanted['cidrs']) expect(cidrs).toEqual(wanted['cidrs']);
    if (wanted['finds']) expect(cidrs).toEqual(expect.arrayContaining(wanted['finds'] as string[]));
    if (wanted['count'] !== undefined) expect(body.count).toBe(textOf(wanted['count']));
    for (const member of ['usedAddresses', 'totalAddresses']) if (wanted[member] !== undefined) expect(body[member]).toBe(wanted[member]);
    if (typeof wanted['percent'] === 'number')
      expect(Math.abs(body.percent - wanted['percent'])).toBeLessThanOrEqual(wanted['percent'] / 1000);
  }

  readonly #plays: Readonly<Record<string, (step: Step) => Promise<Answer>>> = {
    allocate: async (step) => {
      const asked = { strategy: this.strategy, ...step.request };
      await this.#judgeLegal(step);
      return this.#allocate(this.#poolOf(step), asked, step.key);
    },
    reserve: async (step) => {
      const { cidr, expiresAt } = step.request ?? {};
      const until =
        expiresAt === undefined ? {} : { expiresAt: new Date(Date.now() + Number.parseInt(textOf(expiresAt), 10) * 1000).toISOString() };
      return this.#inEverySpace(step, (pool) => this.#allocate(pool, { cidr, ...until }));
    },
    carveChildPool: (step) => {
      const cidrs = [String(step.request?.['cidr'])];
      return this.#inEverySpace(step, (pool) =>
        this.caller.call('createPool', {
          body: { name: `${pool}-child`, addressSpace: pool, parentPool: pool, cidrs, reuse: 'EXCLUSIVE' },
        }),
      );
    },
    allocateMany: async ({ request }) => {
      const items = Array.from({ length: Number(request?.['count']) }, () => this.#item({ prefixLength: request?.['prefixLength'] }));
      return this.#keep(await this.caller.call('allocateMany', { items }));
    },
    allocateBulk: async ({ request }) =>
      this.#keep(
        await this.caller.call('allocateMany', { items: ((request?.['items'] ?? []) as object[]).map((item) => this.#item(item)) }),
      ),
    allocateParallel: (step) => this.#parallel(step),
    releaseParallel: async () => {
      const answers = await Promise.all(this.#held.map(({ id }) => this.caller.call('release', { id })));
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      return this.caller.call('utilization', { pool: this.#name });
    },
    releaseAll: async () => {
      for (const { id } of this.#held.splice(0)) expect(await this.caller.call('release', { id })).toMatchObject({ ok: true });
      return this.caller.call('utilization', { pool: this.#name });
    },
    release: ({ request }) => this.caller.call('release', { id: this.#idOf(String(request?.['release'])) }),
    getAllocation: () => this.caller.call('allocation', { id: this.#held.at(-1)?.id }),
    listChildren: (step) => this.caller.call('allocations', { pool: this.#poolOf(step) }),
    utilization: (step) => this.caller.call('utilization', { pool: this.#poolOf(step) }),
    free: () => this.caller.call('free', { pool: this.#name }),
    listAvailable: () => this.caller.call('free', { pool: this.#name }),
    preview: ({ request }) => {
      const count = request?.['countOnly'] === true ? 0 : request?.['count'];
      return this.caller.call('available', { pool: this.#name, prefixLength: request?.['prefixLength'], count });
    },
    createPool: (step) =>
      step.space === undefined
        ? this.#createPool(this.#name, this.fact.pool)
        : this.caller.call('createPool', {
            body: {
              name: `${this.#spaceOf(step)}-${this.#answers.length}`,
              addressSpace: this.#spaceOf(step),
              cidrs: [String(step.request?.['cidr'])],
              reuse: 'EXCLUSIVE',
            },
          }),
    updatePool: ({ set = {} }) => {
      const { cidr, prefixes, ...rest } = set;
      const cidrs = prefixes ?? (cidr === undefined ? undefined : [cidr]);
      return this.caller.call('updatePool', { key: this.#name, body: { ...rest, ...(cidrs === undefined ? {} : { cidrs }) } });
    },
    addPrefix: ({ request }) => {
      const { name, cidrs } = this.#answers[Number(request?.['pool']) - 1]?.body ?? {};
      return this.caller.call('updatePool', { key: name, body: { cidrs: [...cidrs, request?.['cidr']] } });
    },
    removePrefix: ({ request }) =>
      this.caller.call('updatePool', { key: this.#name, body: { cidrs: this.fact.pool.filter((cidr) => cidr !== request?.['cidr']) } }),
    deletePool: () => this.caller.call('deletePool', { key: this.#name }),
    deleteSpace: () => this.caller.call('deleteSpace', { key: this.#spaces()[0] }),
    // An owner is a word of the caller: that it is gone gives nothing back by itself.
    deleteOwner: () => this.caller.call('utilization', { pool: this.#name }),
    advanceClock: async ({ request }) => {
      await sql`update allocation set expires_at = expires_at - make_interval(secs => ${Number(request?.['seconds'])})
        where pool_id = (select id from pool where name = ${this.#name})`.execute(this.bench.fresh.db);
      return this.caller.call('utilization', { pool: this.#name });
    },
    discover: async ({ request, expect: wanted }) => {
      await this.#seen(this.#name, [String(request?.['vnetPrefix'])]);
      const open = await this.caller.call('conflicts');
      const pairs = open.body.items.map(({ ranges }: { ranges: { cidr: string }[] }) => ranges.map(({ cidr }) => cidr));
      for (const pair of (wanted['conflicts'] ?? []) as string[][]) expect(pairs).toContainEqual(pair);
      return open;
    },
    search: ({ request }) => this.caller.call('search', request),
    aks: ({ request, expect: wanted }) => aksAnswer(this.caller, this.#name, request ?? {}, wanted.codes),
  };

  /** Where the case says how many answers are legal, as many blocks are there to choose from. */
  async #judgeLegal(step: Step): Promise<void> {
    const { prefixLength } = step.request ?? {};
    if (step.expect['legal'] === undefined || prefixLength === undefined) return;
    const { body } = await this.caller.call('available', { pool: this.#poolOf(step), prefixLength, count: 0 });
    const family = step.expect.cidr?.includes(':') === true && this.fact.pool.some((range) => !range.includes(':')) ? 'mixed' : 'one';
    if (family === 'one') expect(body.count).toBe(step.expect['legal']);
  }

  async #allocate(pool: string, asked: object, key?: string): Promise<Answer> {
    return this.#keep(await this.caller.call('allocate', { pool, body: { ...asked, ...this.#owner(key) } }));
  }

  async #parallel({ request, expect: wanted }: Step): Promise<Answer> {
    const lengths = [request?.['prefixLengths'] ?? request?.['prefixLength']].flat();
    const asks = Array.from({ length: Number(request?.['parallel']) }, (_, index) => ({
      prefixLength: lengths[index % lengths.length],
      ...this.#owner(`parallel-${index}`),
    }));
    const ask = (body: object, index: number) =>
      this.caller.call('allocate', { pool: this.#name, body }, { 'idempotency-key': `${this.#name}-${index}` });
    const answers = await Promise.all(asks.map(ask));
    const refused = answers.filter(({ ok }) => !ok);
    if (wanted['errors'] !== undefined) expect(refused).toHaveLength(Number(wanted['errors']));
    for (const [code, count] of Object.entries(wanted['errorsOf'] ?? {}))
      expect(refused.filter((answer) => answer.code === code.toLowerCase())).toHaveLength(Number(count));
    // Each key again gives its first answer again; a refusal wrote nothing and is judged anew.
    const again = await Promise.all(asks.map(ask));
    answers.forEach((first, index) => first.ok && expect(again[index]?.body).toEqual(first.body));
    const taken = answers.filter(({ ok }) => ok).map(({ body }) => body);
    this.#held.push(...taken);
    return { ...(answers.find(({ ok }) => ok) as Answer), body: { items: taken } };
  }

  async #inEverySpace(step: Step, work: (pool: string) => Promise<Answer>): Promise<Answer> {
    const pools = step.space === undefined ? this.#spaces() : [this.#spaceOf(step)];
    const answers = [];
    for (const pool of pools) answers.push(await work(pool));
    return answers.find(({ ok }) => !ok) ?? (answers[0] as Answer);
  }

  #poolOf(step: Step): string {
    return step.space === undefined ? (this.#spaces()[0] as string) : this.#spaceOf(step);
  }

  #item(item: object): object {
    return { pool: this.#name, strategy: this.strategy, ...item, ...this.#owner() };
  }

  /** Without a key somebody new asks each time. */
  #owner(key?: string): { readonly owner: object; readonly purpose: string } {
    const asker = quotasOf(this.fact).length > 0 ? { owner: team('tenant'), purpose: newId() } : { owner: team(newId()), purpose: 'asked' };
    return key === undefined ? asker : { owner: team(key), purpose: 'asked' };
  }

  #keep(answer: Answer): Answer {
    if (answer.ok) this.#held.push(...(answer.body.items ?? [answer.body]));
    return answer;
  }

  /** `<first>` and `<second>` are what was taken first and second; what nobody holds has no id. */
  #idOf(release: string): string {
    const place = ['<first>', '<second>'].indexOf(release);
    const held = place >= 0 ? this.#held[place] : this.#held.find(({ cidr }) => cidr === release);
    return held?.id ?? newId();
  }
}

function team(id: string): object {
  return { kind: 'TEAM', id };
}

/** A tenant is an owner; a quota in blocks of a length is one in addresses. */
function quotasOf({ options = {} }: PeerCase): readonly object[] {
  const { quotaAddressesPerTenant: addresses, quotaPerTenant: blocks } = options;
  if (typeof addresses === 'string') return [{ maxAddresses: addresses }];
  if (blocks === undefined) return [];
  const { unit, value } = blocks as { unit: string; value: string };
  return [{ maxAddresses: String(BigInt(value) << BigInt(128 - Number(unit.slice(1)))) }];
}

function poolOptions(fact: PeerCase): object {
  const { minPrefixLength, maxPrefixLength, defaultPrefixLength } = fact.options ?? {};
  const quotas = quotasOf(fact);
  return Object.fromEntries(
    Object.entries({ minPrefixLength, maxPrefixLength, defaultPrefixLength, quotas: quotas.length > 0 ? quotas : undefined }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** The ranges that overlap none before them. */
function disjoint(cidrs: readonly string[]): readonly string[] {
  const seen: Cidr[] = [];
  return cidrs.filter((text) => {
    const cidr = Cidr.parse(text);
    const isNew = !seen.some((other) => other.overlaps(cidr));
    seen.push(cidr);
    return isNew;
  });
}
