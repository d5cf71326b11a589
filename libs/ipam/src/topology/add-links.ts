import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { auditAll } from '../allocations/audit-trail.js';
import { linkToItself, ProblemList, unknownReference } from '../domain/problems.js';
import type { Trx } from '../postgres/db.js';
import { LinksRepository, linkView, type NewLink } from './links.repository.js';
import { NetworksRepository } from './networks.repository.js';
import { checkReach } from './spaces.repository.js';
import type { LinkBody } from './topology-schemas.js';

/** Many links in a few statements. The caller checks the topology around it. */
@Injectable()
export class AddLinks {
  constructor(
    private readonly networks: NetworksRepository,
    private readonly links: LinksRepository,
  ) {}

  /**
   * Whether each is new, in the order given; a second link of a kind between the same networks is the first one.
   * @throws InvalidRequest or Forbidden when one of them cannot be; which one is told when each is made alone
   */
  async execute(trx: Trx, call: CallContext, bodies: readonly LinkBody[]): Promise<readonly boolean[]> {
    if (bodies.length === 0) return [];
    const links = await this.#links(trx, call, bodies);
    const known = new Set(await this.links.keysOf(trx, links));
    const isNew = links.map((link) => {
      const key = keyOf(link);
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
    const added = await this.links.insertAll(
      trx,
      links.filter((_, position) => isNew[position]),
    );
    await auditAll(
      trx,
      call,
      added.map(linkView).map((view) => ({ action: 'link.created', kind: 'link', id: view.id, after: view })),
    );
    return isNew;
  }

  async #links(trx: Trx, call: CallContext, bodies: readonly LinkBody[]): Promise<readonly NewLink[]> {
    const rows = await this.networks.named(trx, [...new Set(bodies.flatMap(({ from, to }) => [from, to]))]);
    for (const row of rows) checkReach(call.actor, { id: row.space_id, name: row.space_name });
    const found = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.name, row] as const]));
    const problems = new ProblemList();
    const links = bodies.flatMap(({ from, to, kind }) => {
      const ends = [found.get(from), found.get(to)] as const;
      if (!ends[0]) problems.add(unknownReference('from', 'network', from));
      if (!ends[1]) problems.add(unknownReference('to', 'network', to));
      if (ends[0] && ends[0] === ends[1]) throw new InvalidRequest([linkToItself(to)]);
      return ends[0] && ends[1] ? [{ from: ends[0], to: ends[1], kind }] : [];
    });
    problems.refuseIfAny();
    return links;
  }
}

function keyOf({ from, to, kind }: NewLink): string {
  return [...[from.id, to.id].sort(), kind].join(' ');
}
