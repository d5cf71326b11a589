import { InvalidRequest, NotFound } from '@podspan/errors';
import { z } from 'zod';
import type { PoolFacts } from '../domain/cluster-facts.js';
import { Prefixes, type BlockRequest, type HeldBlock } from './prefixes.js';
import { RestService } from './rest-service.js';

const PoolBody = z.object({ name: z.string(), network: z.string().nullish() });
const NetworkBody = z.object({ prefixes: z.array(z.string()) });
const AllocationBody = z.object({ id: z.string(), cidr: z.string() });

/** Members of the allocation request, and where they came from in ours. */
const memberOf: Readonly<Record<string, string>> = { cidr: 'subnetCidr', prefixLength: 'pool', within: 'pool' };

export class RestPrefixes extends Prefixes {
  readonly #ipam: RestService;

  constructor(ipamUrl: string) {
    super();
    this.#ipam = new RestService('ipam', ipamUrl);
  }

  async pool(pool: string, authorization: string): Promise<PoolFacts | undefined> {
    const body = await this.#ipam.call(`/v1/pools/${encodeURIComponent(pool)}`, PoolBody, { authorization });
    return body && { name: body.name, network: body.network ?? undefined };
  }

  async networkPrefixes(network: string, authorization: string): Promise<readonly string[] | undefined> {
    return (await this.#ipam.call(`/v1/networks/${encodeURIComponent(network)}`, NetworkBody, { authorization }))?.prefixes;
  }

  async take(request: BlockRequest, authorization: string, { dryRun = false } = {}): Promise<HeldBlock> {
    const { pool, gatewayId, cidr, within } = request;
    const body = {
      ...(cidr === null ? { prefixLength: 24, ...(within === null ? {} : { within }) } : { cidr }),
      owner: { kind: 'INGRESS_GATEWAY', id: gatewayId },
      purpose: 'GATEWAY_SUBNET',
    };
    const path = `/v1/pools/${encodeURIComponent(pool)}/allocations${dryRun ? '?dryRun=true' : ''}`;
    const held = await this.#ipam.call(path, AllocationBody, { method: 'POST', authorization, body }).catch(rerooted);
    if (!held) throw new NotFound('pool', pool);
    return { allocationId: held.id, cidr: held.cidr };
  }

  async giveBack(allocationId: string, authorization: string): Promise<void> {
    await this.#ipam.call(`/v1/allocations/${encodeURIComponent(allocationId)}/release`, z.unknown(), { method: 'POST', authorization });
  }
}

/** Paths of ipam's request mean nothing to our caller: they are turned into the members of theirs. */
function rerooted(error: unknown): never {
  if (!(error instanceof InvalidRequest)) throw error;
  const problems = error.problems.map((problem) => ({ ...problem, path: memberOf[problem.path] ?? 'pool' }));
  throw new InvalidRequest(problems, { code: error.code, facts: error.facts });
}
