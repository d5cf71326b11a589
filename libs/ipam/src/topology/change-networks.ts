import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { InvalidRequest, type Problem } from '@podspan/errors';
import { audit, type CallContext, readOrJudge, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { selfOverlapProblems } from '../domain/pool.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import type { Db, Trx } from '../postgres/db.js';
import { SettleDiscovered } from '../discovery/settle-discovered.js';
import { ChangeTopology } from './change-topology.js';
import { inUse } from './change-spaces.js';
import { EstateRepository } from './estate.repository.js';
import { networkView } from './network-view.js';
import { type NetworkRow, NetworksRepository } from './networks.repository.js';
import { checkReach, SpacesRepository } from './spaces.repository.js';
import { NetworkBody, type NetworkPatch, type NetworkView } from './topology-schemas.js';

/** Writes of networks. Each re-checks the whole estate, since every range of a network is a rule for others. */
@Injectable()
export class ChangeNetworks {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spaces: SpacesRepository,
    private readonly networks: NetworksRepository,
    private readonly estate: EstateRepository,
    private readonly changeTopology: ChangeTopology,
    private readonly settle: SettleDiscovered,
  ) {}

  /** @throws InvalidRequest with everything that is wrong; Conflict `name_taken`, `topology_conflict` */
  async create(call: CallContext, asked: unknown, force: boolean): Promise<WriteResult<NetworkView>> {
    const body = await readOrJudge(NetworkBody, asked, (readable) => this.#create({ ...call, dryRun: true }, readable, force));
    return this.#create(call, body, force);
  }

  #create(call: CallContext, body: NetworkBody, force: boolean): Promise<WriteResult<NetworkView>> {
    return runWrite(this.db, call, async (trx) => {
      const network = await this.changeTopology.execute(trx, call, force, () => this.insert(trx, call, body));
      const view = networkView(network, await this.estate.graph(trx));
      return WriteResult.created(view, { location: `/v1/networks/${view.name}` });
    });
  }

  /** The write alone; the caller checks the topology around it. */
  async insert(trx: Trx, call: CallContext, body: NetworkBody): Promise<NetworkRow> {
    const problems = new ProblemList();
    const space = await this.spaces.find(trx, body.addressSpace);
    if (!space) problems.add(unknownReference('addressSpace', 'address space', body.addressSpace));
    const prefixes = body.prefixes.map((text) => Cidr.parse(text));
    problems.add(...selfOverlapProblems(prefixes, 'prefixes'));
    problems.refuseIfAny();
    if (!space) throw new Error('refused above');
    checkReach(call.actor, space);
    const network = await this.networks.get(trx, await this.networks.insert(trx, space.id, body));
    if (network.kind !== 'VIRTUAL_NETWORK') await this.settle.occupy(trx, space.id, prefixes);
    if (body.resourceId !== undefined) await this.settle.networksChanged(trx, call, [network.id]);
    await audit(trx, call, { action: 'network.created', kind: 'network', id: network.id, after: auditable(network) });
    return network;
  }

  patch(call: CallContext, key: string, patch: NetworkPatch, force: boolean): Promise<WriteResult<NetworkView>> {
    return runWrite(this.db, call, async (trx) => {
      const before = await this.networks.get(trx, key);
      checkReach(call.actor, { id: before.space_id, name: before.space_name });
      const after = await this.changeTopology.execute(trx, call, force, () => this.update(trx, call, before, patch));
      return WriteResult.ok(networkView(after, await this.estate.graph(trx)));
    });
  }

  /** Whoever says the prefixes of a network that was only seen declares it. @throws InvalidRequest `immutable_field` */
  async update(trx: Trx, call: CallContext, before: NetworkRow, patch: NetworkPatch): Promise<NetworkRow> {
    refuseImmutable(before, patch);
    const prefixes = patch.prefixes?.map((text) => Cidr.parse(text)) ?? [];
    const overlaps = selfOverlapProblems(prefixes, 'prefixes');
    if (overlaps.length > 0) throw new InvalidRequest(overlaps);
    await this.networks.update(trx, before, patch, patch.prefixes ? 'DECLARED' : before.origin);
    if (before.kind !== 'VIRTUAL_NETWORK' && patch.prefixes) {
      await this.settle.occupy(trx, before.space_id, [...before.prefixes.map((text) => Cidr.parse(text)), ...prefixes]);
    }
    if (patch.prefixes ?? patch.resourceId) await this.settle.networksChanged(trx, call, [before.id]);
    const after = await this.networks.get(trx, before.id);
    await audit(trx, call, {
      action: 'network.updated',
      kind: 'network',
      id: before.id,
      before: auditable(before),
      after: auditable(after),
    });
    return after;
  }

  delete(call: CallContext, key: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const network = await this.networks.get(trx, key);
      checkReach(call.actor, { id: network.space_id, name: network.space_name });
      await this.changeTopology.execute(trx, call, false, () => this.#remove(trx, call, network));
      return WriteResult.noContent();
    });
  }

  async #remove(trx: Trx, call: CallContext, network: NetworkRow): Promise<void> {
    const uses = await this.networks.uses(trx, network.id);
    if (Object.values(uses).some((count) => count > 0)) throw inUse('network', network.name, uses);
    await this.networks.forgetHistory(trx, network.id);
    await this.settle.withoutNetworks(trx, call, [network.id], () => this.networks.delete(trx, network.id));
    if (network.kind !== 'VIRTUAL_NETWORK')
      await this.settle.occupy(
        trx,
        network.space_id,
        network.prefixes.map((text) => Cidr.parse(text)),
      );
    await audit(trx, call, { action: 'network.deleted', kind: 'network', id: network.id, before: auditable(network) });
  }
}

function refuseImmutable(before: NetworkRow, patch: NetworkPatch): void {
  const fixed: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['name', patch.name, [before.name]],
    ['addressSpace', patch.addressSpace, [before.space_name, before.space_id]],
    ['kind', patch.kind, [before.kind]],
  ];
  const problems = fixed.flatMap(([path, value, current]): Problem[] =>
    value === undefined || current.some((text) => text === value)
      ? []
      : [{ path, code: 'immutable_field', message: `${path} cannot be changed`, value, conflictsWith: current[0] }],
  );
  if (problems.length > 0) throw new InvalidRequest(problems);
}

/** What the audit trail keeps of a network. */
export function auditable({ name, space_name, kind, prefixes, region, subscription_id, resource_id }: NetworkRow): unknown {
  return { name, addressSpace: space_name, kind, prefixes, region, subscriptionId: subscription_id, resourceId: resource_id };
}
