import { pathTo, type ServiceRest } from '@podspan/client';
import { DomainError, InvalidRequest, NotFound, problemsOf } from '@podspan/errors';
import { z } from 'zod';
import type { PoolFacts } from '../domain/cluster-facts.js';
import { Prefixes, type BlockRequest, type HeldBlock, type Holder } from './prefixes.js';

const PoolBody = z.object({ name: z.string(), network: z.string().nullish() });
const NetworkBody = z.object({ prefixes: z.array(z.string()), addressSpace: z.string().optional() });
const AllocationBody = z.object({ id: z.string(), cidr: z.string() });
const ListedBlock = AllocationBody.extend({
  pool: z.string(),
  network: z.string().nullish(),
  addressSpace: z.string().nullish(),
  owner: z.object({ kind: z.string(), id: z.string() }),
});
type ListedBlock = z.infer<typeof ListedBlock>;
const AllocationPage = z.object({ items: z.array(ListedBlock) });

/** Members of the allocation request, and where they came from in ours. */
const memberOf: Readonly<Record<string, string>> = { cidr: 'subnetCidr', prefixLength: 'pool', within: 'pool' };

export class RestPrefixes extends Prefixes {
  constructor(private readonly ipam: ServiceRest) {
    super();
  }

  async pool(pool: string, authorization: string): Promise<PoolFacts | undefined> {
    const body = await this.ipam.find({ method: 'GET', path: pathTo('v1', 'pools', pool), authorization }, PoolBody);
    return body && { name: body.name, network: body.network ?? undefined };
  }

  async networkPrefixes(network: string, authorization: string): Promise<readonly string[] | undefined> {
    return (await this.ipam.find({ method: 'GET', path: pathTo('v1', 'networks', network), authorization }, NetworkBody))?.prefixes;
  }

  /** No key: the owner makes it once, and a remembered answer would give a block again that was given back since. */
  async take(request: BlockRequest, authorization: string, { dryRun }: { readonly dryRun?: boolean } = {}): Promise<HeldBlock> {
    const { pool, gatewayId, cidr, within, prefixLength = 24 } = request;
    const body = {
      ...(cidr === null ? { prefixLength, ...(within === null ? {} : { within }) } : { cidr }),
      owner: { kind: 'INGRESS_GATEWAY', id: gatewayId },
      purpose: 'GATEWAY_SUBNET',
    };
    const call = { method: 'POST', path: pathTo('v1', 'pools', pool, 'allocations'), query: { dryRun }, body, authorization } as const;
    const held = await this.ipam.find(call, AllocationBody).catch(rerooted);
    if (!held) throw new NotFound('pool', pool);
    return { allocationId: held.id, cidr: held.cidr };
  }

  async holder(cidr: string, network: string, authorization: string): Promise<Holder | undefined> {
    const call = { method: 'GET', path: '/v1/allocations', query: { overlaps: cidr, limit: 200 }, authorization } as const;
    const exact = (await this.ipam.call(call, AllocationPage)).items.filter((item) => item.cidr === cidr);
    const own = exact.find((item) => item.network === network) ?? (await this.#ofSpace(exact, network, authorization));
    return own && { allocationId: own.id, cidr, pool: own.pool, owner: `${own.owner.kind}/${own.owner.id}` };
  }

  /** A pool that is no network's own gives blocks of no network: the address space says whose they are. */
  async #ofSpace(blocks: readonly ListedBlock[], network: string, authorization: string): Promise<ListedBlock | undefined> {
    const candidates = blocks.filter((block) => block.network == null);
    if (candidates.length === 0) return undefined;
    const space = await this.ipam.find({ method: 'GET', path: pathTo('v1', 'networks', network), authorization }, NetworkBody);
    return candidates.find(({ addressSpace }) => space?.addressSpace !== undefined && addressSpace === space.addressSpace);
  }

  async giveBack(allocationId: string, authorization: string): Promise<void> {
    await this.ipam.find({ method: 'POST', path: pathTo('v1', 'allocations', allocationId, 'release'), authorization }, z.unknown());
  }
}

/** Paths of ipam's request mean nothing to our caller: they are turned into the members of theirs. */
function rerooted(error: unknown): never {
  if (!(error instanceof DomainError) || error.kind !== 'invalid') throw error;
  const problems = problemsOf(error).map((problem) => ({ ...problem, path: memberOf[problem.path] ?? 'pool' }));
  throw new InvalidRequest(problems, { code: error.code, facts: error.facts });
}
