import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import { audit, type CallContext, readOrJudge, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { linkToItself, ProblemList, unknownReference } from '../domain/problems.js';
import type { Db, Trx } from '../postgres/db.js';
import { ChangeTopology } from './change-topology.js';
import { LinksRepository, linkView } from './links.repository.js';
import { type NetworkRow, NetworksRepository } from './networks.repository.js';
import { checkReach } from './spaces.repository.js';
import { LinkBody, type LinkView } from './topology-schemas.js';

@Injectable()
export class ChangeLinks {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly networks: NetworksRepository,
    private readonly links: LinksRepository,
    private readonly changeTopology: ChangeTopology,
  ) {}

  /**
   * A link between two networks that have one of this kind already is that link (200).
   * @throws Conflict `topology_conflict` with every clash the link makes and the path that makes it
   */
  async create(call: CallContext, asked: unknown, force: boolean): Promise<WriteResult<LinkView>> {
    const body = await readOrJudge(LinkBody, asked, (readable) => this.#create({ ...call, dryRun: true }, readable, force));
    return this.#create(call, body, force);
  }

  #create(call: CallContext, body: LinkBody, force: boolean): Promise<WriteResult<LinkView>> {
    return runWrite(this.db, call, async (trx) => {
      const { view, isNew } = await this.changeTopology.execute(trx, call, force, () => this.insert(trx, call, body, force));
      return isNew ? WriteResult.created(view, { location: `/v1/links/${view.name}` }) : WriteResult.ok(view);
    });
  }

  /** The write alone; the caller checks the topology around it. */
  async insert(trx: Trx, call: CallContext, body: LinkBody, force: boolean): Promise<{ view: LinkView; isNew: boolean }> {
    const { from, to } = await this.#ends(trx, body);
    for (const end of [from, to]) checkReach(call.actor, { id: end.space_id, name: end.space_name });
    const existing = await this.links.between(trx, from.id, to.id, body.kind);
    if (existing) return { view: linkView(existing), isNew: false };
    const view = linkView(await this.links.insert(trx, from, to, body.kind, force));
    await audit(trx, call, { action: force ? 'link.forced' : 'link.created', kind: 'link', id: view.id, after: view });
    return { view, isNew: true };
  }

  delete(call: CallContext, key: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const link = await this.links.get(trx, key);
      for (const end of [link.from_name, link.to_name]) {
        const network = await this.networks.get(trx, end);
        checkReach(call.actor, { id: network.space_id, name: network.space_name });
      }
      await this.changeTopology.execute(trx, call, false, () => this.links.delete(trx, link.id));
      await audit(trx, call, { action: 'link.deleted', kind: 'link', id: link.id, before: linkView(link) });
      return WriteResult.noContent();
    });
  }

  async #ends(trx: Trx, body: LinkBody): Promise<{ from: NetworkRow; to: NetworkRow }> {
    const [from, to] = [await this.networks.find(trx, body.from), await this.networks.find(trx, body.to)];
    const problems = new ProblemList();
    if (!from) problems.add(unknownReference('from', 'network', body.from));
    if (!to) problems.add(unknownReference('to', 'network', body.to));
    problems.refuseIfAny();
    if (!from || !to) throw new Error('refused above');
    if (from.id === to.id) throw new InvalidRequest([linkToItself(body.to)]);
    return { from, to };
  }
}
