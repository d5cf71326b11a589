import { z } from 'zod';
import { pathTo, type ServiceRest } from '@podspan/client';
import type { NetworkFacts } from '../domain/addresses.js';
import { groupBy } from '../domain/group-by.js';
import { isRangesName } from '../start/prepared-rollout.js';
import {
  type AddressPlan,
  type AddressPlanRequest,
  type HeldBlock,
  Ipam,
  type OnBehalf,
  type PodRangeWish,
  type ReuseQuestion,
  type ReuseRefusal,
} from './ipam.js';
import { RestPodRanges } from './rest-pod-ranges.js';

/** A subnet is a range, or an object with one: read either. */
const Range = z.union([z.string(), z.object({ cidr: z.string() })]).transform((value) => (typeof value === 'string' ? value : value.cidr));
const Warning = z.object({ path: z.string(), code: z.string(), message: z.string() }).loose();

const Addresses = z.object({
  name: z.string(),
  nodeSubnets: z.array(z.object({ nodePool: z.string(), cidr: z.string() })),
  podCidr: z.string(),
  podCidrGrowth: z.string().nullish(),
  serviceCidr: z.string(),
  dnsServiceIp: z.string(),
  podCidrV6: z.string().nullish(),
  serviceCidrV6: z.string().nullish(),
  gatewaySubnet: Range.nullish(),
  apiServerSubnet: Range.nullish(),
  peakNodes: z.int(),
  warnings: z.array(z.union([Warning, z.string()])).default([]),
  podCidrReason: z.object({ message: z.string(), refused: z.array(z.unknown()).default([]) }).nullish(),
  savings: z.object({ flatAddresses: z.string(), overlayAddresses: z.string(), savedAddresses: z.string() }).nullish(),
});

const Plan = z.object({ id: z.string().nullish(), name: z.string().nullish(), clusters: z.array(Addresses) });
const Network = z.object({
  id: z.string(),
  name: z.string(),
  prefixes: z.array(z.string()),
  region: z.string().nullish(),
  subscriptionId: z.string().nullish(),
  resourceId: z.string().nullish(),
});

const Networks = z.object({ items: z.array(Network) });
/** What a request line holds. */
const namesAtOnce = 100;
const charactersAtOnce = 6_000;

const Allocations = z.object({
  items: z.array(z.object({ id: z.string(), cidr: z.string(), network: z.string().nullish(), addressSpace: z.string().nullish() })),
});
const Released = z.object({ released: z.array(z.object({ cluster: z.string(), cidr: z.string(), purpose: z.string() })).default([]) });
const Space = z.object({ addressSpace: z.string() });
const PoolRanges = z.object({ cidrs: z.array(z.string()) });

export class RestIpam extends Ipam {
  readonly #podRanges: RestPodRanges;

  constructor(private readonly rest: ServiceRest) {
    super();
    this.#podRanges = new RestPodRanges(rest);
  }

  async plan(request: AddressPlanRequest, key: string, { authorization, requestId }: OnBehalf): Promise<AddressPlan> {
    return planOf(await this.rest.call({ method: 'POST', path: '/v1/address-plans', body: request, key, authorization, requestId }, Plan));
  }

  async planDry(request: AddressPlanRequest, { authorization, requestId }: OnBehalf): Promise<AddressPlan> {
    return planOf(
      await this.rest.call(
        { method: 'POST', path: '/v1/address-plans', query: { dryRun: true }, body: request, authorization, requestId },
        Plan,
      ),
    );
  }

  async findPlan(name: string): Promise<AddressPlan | undefined> {
    const plan = await this.rest.find({ method: 'GET', path: pathTo('v1', 'address-plans', name) }, Plan);
    return plan && planOf(plan);
  }

  async release(plan: string, clusters?: readonly string[]): Promise<void> {
    await this.rest.find(
      { method: 'POST', path: pathTo('v1', 'address-plans', plan, 'release'), body: clusters === undefined ? {} : { clusters } },
      z.unknown(),
    );
  }

  async heldBy(plan: string, clusters: readonly string[]): Promise<ReadonlyMap<string, readonly HeldBlock[]>> {
    const held = isRangesName(plan) ? await this.#podRanges.heldUnder(plan) : await this.#heldByPlan(plan, clusters);
    const wanted = new Set(clusters);
    const groups = groupBy(
      held.filter(({ cluster }) => wanted.has(cluster)),
      ({ cluster }) => cluster,
    );
    return new Map([...groups].map(([name, blocks]) => [name, blocks.map(({ cidr, purpose }) => ({ cidr, purpose }))]));
  }

  async #heldByPlan(plan: string, clusters: readonly string[]): Promise<readonly (HeldBlock & { readonly cluster: string })[]> {
    const path = pathTo('v1', 'address-plans', plan, 'release');
    const answer = await this.rest.find({ method: 'POST', path, query: { dryRun: true }, body: { clusters } }, Released);
    return answer?.released ?? [];
  }

  takePodRanges(wanted: PodRangeWish, key: string, caller: OnBehalf): Promise<ReadonlyMap<string, string>> {
    return this.#podRanges.take(wanted, key, caller);
  }

  takePodRangesDry(wanted: PodRangeWish, caller: OnBehalf): Promise<ReadonlyMap<string, string>> {
    return this.#podRanges.take(wanted, undefined, caller);
  }

  releasePodRanges(label: string, clusters?: readonly string[]): Promise<void> {
    return this.#podRanges.release(label, clusters);
  }

  widenPodRange(cluster: string, cidr: string): Promise<void> {
    return this.#podRanges.widen(cluster, cidr);
  }

  async poolRanges(pool: string, { authorization, requestId }: OnBehalf): Promise<readonly string[] | undefined> {
    const found = await this.rest.find({ method: 'GET', path: pathTo('v1', 'pools', pool), authorization, requestId }, PoolRanges);
    return found?.cidrs;
  }

  refusals(cluster: ReuseQuestion, podCidr: string, caller: OnBehalf): Promise<readonly ReuseRefusal[]> {
    return this.#podRanges.refusals([cluster], podCidr, caller);
  }

  async holderOf(cidr: string, network: string, { authorization, requestId }: OnBehalf): Promise<string | undefined> {
    const call = { method: 'GET', path: '/v1/allocations', query: { overlaps: cidr, limit: 200 }, authorization, requestId } as const;
    const { items } = await this.rest.call(call, Allocations);
    const exact = items.filter((held) => held.cidr === cidr);
    const own = exact.find((held) => held.network === network);
    if (own || exact.length === 0) return own?.id;
    // A pool that is no network's own gives blocks of no network: the address space says whose they are.
    const space = await this.rest.find({ method: 'GET', path: pathTo('v1', 'networks', network), authorization, requestId }, Space);
    return exact.find((held) => held.network == null && space !== undefined && held.addressSpace === space.addressSpace)?.id;
  }

  async releaseAllocation(id: string): Promise<void> {
    await this.rest.find({ method: 'POST', path: pathTo('v1', 'allocations', id, 'release'), body: {} }, z.unknown());
  }

  networkNames(authorization: string): Promise<ReadonlySet<string>> {
    return this.rest.names('/v1/networks', { routingDomain: 'false' }, authorization);
  }

  async networks(names: readonly string[], { authorization, requestId }: OnBehalf): Promise<ReadonlyMap<string, NetworkFacts>> {
    const pages = await Promise.all(
      requestsFor(names).map((part) =>
        this.rest.call(
          {
            method: 'GET',
            path: '/v1/networks',
            query: { names: part.join(','), routingDomain: 'false', limit: namesAtOnce },
            authorization,
            requestId,
          },
          Networks,
        ),
      ),
    );
    // Asked for by name or by id, and answered under what was asked for.
    const found = new Map(
      pages.flatMap(({ items }) => items.flatMap((network) => [[network.name, network] as const, [network.id, network] as const])),
    );
    return new Map(
      names.flatMap((name) => {
        const network = found.get(name);
        return network === undefined ? [] : [[name, networkOf(network)] as const];
      }),
    );
  }
}

function requestsFor(names: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let length = Infinity;
  for (const name of names) {
    const own = encodeURIComponent(name).length + 1;
    if (length + own > charactersAtOnce || parts.at(-1)?.length === namesAtOnce) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(name);
    length += own;
  }
  return parts;
}

function planOf(plan: z.infer<typeof Plan>): AddressPlan {
  return {
    id: plan.id ?? '',
    name: plan.name ?? '',
    clusters: plan.clusters.map(
      ({ gatewaySubnet, apiServerSubnet, podCidrGrowth, podCidrReason, podCidrV6, serviceCidrV6, savings, warnings, ...entry }) => ({
        ...entry,
        podCidrGrowth: podCidrGrowth ?? null,
        ...(gatewaySubnet ? { gatewaySubnet } : {}),
        ...(apiServerSubnet ? { apiServerSubnet } : {}),
        ...(podCidrReason ? { podCidrReason } : {}),
        ...(podCidrV6 ? { podCidrV6 } : {}),
        ...(serviceCidrV6 ? { serviceCidrV6 } : {}),
        ...(savings ? { savings } : {}),
        warnings: warnings.map((warning) => (typeof warning === 'string' ? { path: '', code: 'warning', message: warning } : warning)),
      }),
    ),
  };
}

function networkOf({ name, prefixes, region, subscriptionId, resourceId }: z.infer<typeof Network>): NetworkFacts {
  return {
    name,
    prefixes,
    ...(region ? { region } : {}),
    ...(subscriptionId ? { subscriptionId } : {}),
    ...(resourceId ? { resourceId } : {}),
  };
}
