import { pathTo, type ServiceRest } from '@podspan/client';
import { DomainError, InvalidRequest, NotFound, Transient } from '@podspan/errors';
import { z } from 'zod';
import type { OnBehalf, PodRangeWish, ReuseQuestion, ReuseRefusal } from './ipam.js';

const Allocation = z.object({ id: z.string(), cidr: z.string(), owner: z.object({ kind: z.string(), id: z.string() }) });
const Allocations = z.object({ items: z.array(Allocation), nextCursor: z.string().nullish() });
const Pool = z.object({ cidrs: z.array(z.string()) });
const Reuse = z.object({
  reasons: z.array(z.object({ rule: z.string(), code: z.string(), message: z.string(), conflictsWith: z.string().nullish() })),
});

const purpose = 'POD_CIDR';
const labelKey = 'podspan-rollout';

/** Single pod ranges of clusters, as allocations of ipam. */
export class RestPodRanges {
  constructor(private readonly rest: ServiceRest) {}

  /** Without a key: dry. What the pods reach is left out beforehand, so the lowest free block is a safe one. */
  async take({ pool, label, clusters }: PodRangeWish, key: string | undefined, behalf: OnBehalf): Promise<ReadonlyMap<string, string>> {
    const caller = { authorization: behalf.authorization, requestId: behalf.requestId };
    const { cidrs } = await this.rest.call({ method: 'GET', path: pathTo('v1', 'pools', pool), ...caller }, Pool);
    const items = [];
    const reach = new Map<string, Promise<readonly string[]>>();
    for (const [position, { name, network, serviceCidr, cidr, prefixLength }] of clusters.entries()) {
      const asked = `${network} ${serviceCidr ?? ''}`;
      const known = reach.get(asked) ?? this.#reached({ name, network, serviceCidr }, cidrs, behalf);
      reach.set(asked, known);
      items.push({
        pool,
        ...(cidr === undefined
          ? { prefixLength, exclude: [...(await known.catch((error: unknown) => Promise.reject(ofItem(error, position))))] }
          : { cidr }),
        owner: { kind: 'CLUSTER', id: name },
        purpose,
        labels: { [labelKey]: label },
      });
    }
    const dry = key === undefined ? { query: { dryRun: true } } : { key };
    const { items: taken } = await this.rest.call(
      { method: 'POST', path: '/v1/allocations/batch', body: { items }, ...dry, ...caller },
      Allocations,
    );
    return new Map(taken.map((entry) => [entry.owner.id, entry.cidr]));
  }

  /** With the cluster that has each. */
  async heldUnder(label: string): Promise<readonly { cluster: string; cidr: string; purpose: string }[]> {
    const held = await this.#held({ label: `${labelKey}=${label}` });
    return held.map(({ owner, cidr }) => ({ cluster: owner.id, cidr, purpose }));
  }

  async release(label: string, clusters?: readonly string[]): Promise<void> {
    for (const { id, owner } of await this.#held({ label: `${labelKey}=${label}` })) {
      if (clusters && !clusters.includes(owner.id)) continue;
      await this.rest.find({ method: 'POST', path: pathTo('v1', 'allocations', id, 'release'), body: {} }, z.unknown());
    }
  }

  async widen(cluster: string, cidr: string): Promise<void> {
    const held = await this.#held({ owner: `CLUSTER/${cluster}`, purpose });
    const [allocation] = held;
    if (!allocation) throw new NotFound('pod range of cluster', cluster);
    if (allocation.cidr === cidr) return;
    await this.rest.call({ method: 'POST', path: pathTo('v1', 'allocations', allocation.id, 'expand'), body: { cidr } }, z.unknown());
  }

  async refusals(
    clusters: readonly ReuseQuestion[],
    podCidr: string,
    { authorization, requestId }: OnBehalf,
  ): Promise<readonly ReuseRefusal[]> {
    const body = {
      podCidr,
      clusters: clusters.map(({ name, network, serviceCidr }) => ({ name, network, ...(serviceCidr ? { serviceCidr } : {}) })),
    };
    const { reasons } = await this.rest.call({ method: 'POST', path: '/v1/reuse/check', body, authorization, requestId }, Reuse);
    return reasons.map(({ conflictsWith, ...reason }) => ({ ...reason, ...(conflictsWith ? { conflictsWith } : {}) }));
  }

  /** Everything in the pool that the pods of a cluster could reach or that is its own: each clash of the whole pool is one such range. */
  async #reached(cluster: ReuseQuestion, pool: readonly string[], caller: OnBehalf): Promise<readonly string[]> {
    const clashes = [];
    for (const cidr of pool) clashes.push(...(await this.refusals([cluster], cidr, caller)));
    return [...new Set(clashes.flatMap(({ conflictsWith }) => conflictsWith ?? []))];
  }

  async #held(query: Readonly<Record<string, string>>): Promise<readonly z.infer<typeof Allocation>[]> {
    const held: z.infer<typeof Allocation>[] = [];
    let cursor: string | undefined;
    do {
      const page: z.infer<typeof Allocations> = await this.rest.call(
        { method: 'GET', path: '/v1/allocations', query: { ...query, limit: 1000, cursor } },
        Allocations,
      );
      held.push(...page.items);
      if (held.length > 100_000) throw new Transient('ipam_unreadable', 'ipam lists allocations without end', 30);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return held;
  }
}

/** The question was about one cluster; the caller asked for many. */
function ofItem(error: unknown, position: number): unknown {
  if (!(error instanceof DomainError) || error.kind !== 'invalid') return error;
  const suggestion = 'declare or import the network of the nodes, or name a podCidr beside the ref';
  return new InvalidRequest(error.problems.map((found) => ({ suggestion, ...found, path: `items[${position}].network` })));
}
