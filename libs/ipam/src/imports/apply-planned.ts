import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Conflict, InvalidRequest } from '@podspan/errors';
import { type CallContext, parseRequest } from '@podspan/platform';
import { sql } from 'kysely';
import { canonicalJson, hashOf } from '../plans/canonical.js';
import { ClusterAddressesView, ClusterSpec, PlanPools } from '../plans/plan-schemas.js';
import { type PlanRow, PlansRepository } from '../plans/plans.repository.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import { PoolsRepository } from '../pools/pools.repository.js';
import { rowOf, rowsOf, type Trx } from '../postgres/db.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import { attempt } from './apply-declared.js';
import { ImportStage, type StagedRow, type Verdict } from './stage.js';

interface Planned {
  readonly addressPlan: string;
  readonly planPools: PlanPools;
  readonly spec: ClusterSpec;
  readonly addresses: ClusterAddressesView;
}

interface Place {
  readonly id: string;
  readonly spaceId: string;
}

interface HeldRange {
  readonly id: string;
  readonly pool_id: string;
  readonly cidr: string;
  readonly held: string;
  readonly reuse: string;
  readonly exclusive: boolean;
}

/**
 * Makes the planned clusters of an export planned again: what they hold was imported as allocations, and becomes their plan's.
 * The caller holds the topology's lock and compares the topology before and after.
 */
@Injectable()
export class ApplyPlanned {
  constructor(
    private readonly stage: ImportStage,
    private readonly plans: PlansRepository,
    private readonly networks: NetworksRepository,
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
  ) {}

  async execute(trx: Trx, call: CallContext): Promise<void> {
    const rows = await this.stage.open(trx, 'PLANNED_CLUSTER', 0, 100_000);
    await this.#lockPools(trx, rows);
    const verdicts: Verdict[] = [];
    for (const row of rows) verdicts.push({ no: row.no, ...(await attempt(trx, row, () => this.#write(trx, call, row))) });
    await this.stage.decide(trx, verdicts);
  }

  /** All at once and in their order, as everybody does. */
  async #lockPools(trx: Trx, rows: readonly StagedRow[]): Promise<void> {
    const names = rows.flatMap(({ body }) => (isNamed(body['spec']) ? body['spec'].name : []));
    const held = await rowsOf(
      trx,
      sql<{
        pool_id: string;
      }>`select distinct pool_id from allocation where holding and owner_kind = 'CLUSTER' and owner_id = any(${names}::text[])`,
    );
    await this.pools.lock(
      trx,
      held.map(({ pool_id: id }) => id),
    );
  }

  async #write(
    trx: Trx,
    call: CallContext,
    { body }: StagedRow,
  ): Promise<Pick<Verdict, 'outcome'> & { readonly outcome: 'CREATED' | 'UNCHANGED' }> {
    const wanted = read(body);
    const { spec, addresses } = wanted;
    const network = await this.networks.find(trx, addresses.network);
    if (!network) throw wrong('addresses.network', 'unknown_reference', `network '${addresses.network}' does not exist`, addresses.network);
    checkReach(call.actor, { id: network.space_id, name: network.space_name });
    const place = { id: network.id, spaceId: network.space_id };
    const plan = await this.#planOf(trx, wanted);
    if (plan && (await this.#isThere(trx, plan, wanted))) return { outcome: 'UNCHANGED' };
    const [other] = await this.plans.planned(trx, [spec.name]);
    if (other) throw new Conflict('name_taken', `${spec.name} holds addresses by the plan ${other.plan}`, { facts: { plan: other.plan } });
    const ranges = await this.#ranges(trx, wanted, place);
    const { id } = plan ?? (await this.plans.insert(trx, wanted.addressPlan, { clusters: [] }, wanted.planPools, call.actor.subject));
    await this.#join(trx, id, wanted, place);
    await this.#give(trx, id, wanted, network.id, ranges);
    return { outcome: 'CREATED' };
  }

  /** The live plan of that name. @throws Conflict `name_taken` where it is of other pools */
  async #planOf(trx: Trx, { addressPlan, planPools }: Planned): Promise<PlanRow | undefined> {
    await this.plans.lockName(trx, addressPlan);
    const plan = await this.plans.find(trx, addressPlan);
    if (plan?.status !== 'ACTIVE') return undefined;
    if (canonicalJson(plan.pools) === canonicalJson(planPools)) return plan;
    throw new Conflict('name_taken', `the address plan '${addressPlan}' exists and takes its addresses from other pools`, {
      facts: { resource: 'address plan', name: addressPlan },
    });
  }

  async #isThere(trx: Trx, plan: PlanRow, { spec, addresses }: Planned): Promise<boolean> {
    const row = await rowOf(
      trx,
      sql<{ spec_hash: string; answer: ClusterAddressesView }>`select spec_hash, answer from planned_cluster
        where plan_id = ${plan.id} and name = ${spec.name} and status = 'ACTIVE'`,
    );
    return row !== undefined && row.spec_hash === hashOf(spec) && canonicalJson(row.answer) === canonicalJson(addresses);
  }

  /** What the cluster holds by itself. @throws InvalidRequest `allocation_missing` naming each range of the plan that it does not hold */
  async #ranges(trx: Trx, { spec, addresses }: Planned, network: Place): Promise<readonly HeldRange[]> {
    const rows = await rowsOf(
      trx,
      sql<HeldRange>`select a.id, a.pool_id, a.cidr::text, a.held::text, p.reuse, a.exclusive from allocation a join pool p on p.id = a.pool_id
        where a.status in ('RESERVED', 'ACTIVE') and a.owner_kind = 'CLUSTER' and a.owner_id = ${spec.name} and a.plan_id is null and p.space_id = ${network.spaceId}
          and coalesce(a.network_id, ${network.id}::uuid) = ${network.id}`,
    );
    const held = new Set(rows.map(({ cidr }) => cidr));
    const missing = rangesOf(addresses).filter(([, cidr]) => !held.has(cidr));
    if (missing.length > 0)
      throw new InvalidRequest(
        missing.map(([path, cidr]) => ({
          path: `addresses.${path}`,
          code: 'allocation_missing',
          message: `${cidr} is not held by CLUSTER/${spec.name} without a plan`,
          value: cidr,
          suggestion: 'import the allocations first',
        })),
      );
    const wanted = new Set([...rangesOf(addresses).map(([, cidr]) => cidr), addresses.serviceCidr]);
    return rows.filter(({ cidr }) => wanted.has(cidr));
  }

  async #join(trx: Trx, planId: string, { spec, addresses }: Planned, network: Place): Promise<void> {
    const count = await rowOf(trx, sql<{ n: number }>`select count(*)::int as n from planned_cluster where plan_id = ${planId}`);
    await sql`update address_plan set request = jsonb_set(request, '{clusters}', (request -> 'clusters') || ${JSON.stringify([spec])}::jsonb)
      where id = ${planId}`.execute(trx);
    const cluster = { name: spec.name, networkId: network.id, spaceId: network.spaceId, scope: spec.podCidrScope, specHash: hashOf(spec) };
    await this.plans.insertClusters(trx, planId, [{ ...cluster, answer: addresses }], count?.n ?? 0);
  }

  /** The ranges are the plan's from now on; one for the cluster alone is nobody else's any more. */
  async #give(trx: Trx, planId: string, { spec, addresses }: Planned, networkId: string, ranges: readonly HeldRange[]): Promise<void> {
    await sql`update allocation set plan_id = ${planId}, network_id = ${networkId} where id = any(${ranges.map(({ id }) => id)}::uuid[])`.execute(
      trx,
    );
    const pods = ranges.find(({ cidr }) => cidr === addresses.podCidr);
    if (!pods || pods.exclusive || spec.podCidrScope !== 'UNIQUE') return;
    const member = await rowOf(trx, sql`select 1 from mesh_member where cluster = ${spec.name}`);
    // Where somebody else has a part of it already, the comparison of the topology says so.
    if (!member && (await this.freeSpace.carveAll(trx, pods.pool_id, [Cidr.parse(pods.held)])))
      await sql`update allocation set exclusive = true where id = ${pods.id}`.execute(trx);
  }
}

function read(body: StagedRow['body']): Planned {
  const addressPlan = String(body['addressPlan']);
  const planPools = parseRequest(PlanPools, body['planPools'], 'planPools');
  const spec = parseRequest(ClusterSpec, body['spec'], 'spec');
  const addresses = parseRequest(ClusterAddressesView, body['addresses'], 'addresses');
  if (spec.name !== addresses.name)
    throw wrong('addresses.name', 'name_mismatch', `the addresses are of ${addresses.name}, the cluster is ${spec.name}`, addresses.name);
  return { addressPlan, planPools, spec, addresses };
}

/** What a plan holds for a cluster; its service range may be everybody's. */
function rangesOf({ nodeSubnets, podCidr, gatewaySubnet, apiServerSubnet }: ClusterAddressesView): readonly (readonly [string, string])[] {
  return [
    ...nodeSubnets.map(({ cidr }, index) => [`nodeSubnets[${index}].cidr`, cidr] as const),
    ['podCidr', podCidr],
    ...(gatewaySubnet === undefined ? [] : [['gatewaySubnet', gatewaySubnet] as const]),
    ...(apiServerSubnet === undefined ? [] : [['apiServerSubnet', apiServerSubnet] as const]),
  ];
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

function wrong(path: string, code: string, message: string, value: unknown): InvalidRequest {
  return new InvalidRequest([{ path, code, message, value }]);
}
