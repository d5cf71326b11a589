import { Inject, Injectable } from '@nestjs/common';
import { Forbidden, InvalidRequest, Transient } from '@podspan/errors';
import { type Actor, type CallContext, newId, type Page, type PageQuery, pageFrom, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { afterId } from '../topology/after-id.js';
import { SpacesRepository } from '../topology/spaces.repository.js';
import { AzureAccess } from './azure-access.js';
import { DiscoveriesRepository } from './discoveries.repository.js';
import type { DiscoveryBody, DiscoveryView } from './discovery-schemas.js';
import { RunDiscoveries } from './run-discoveries.js';

/** How long an answer waits for a reading to end; longer ones are looked at under their own address. */
const PATIENCE_MS = 20_000;

@Injectable()
export class StartDiscovery {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    @Inject(AzureAccess) private readonly azure: AzureAccess,
    private readonly spaces: SpacesRepository,
    private readonly discoveries: DiscoveriesRepository,
    private readonly run: RunDiscoveries,
  ) {}

  /** 200 with what was found, or 202 while Azure is slow or asks to wait. @throws InvalidRequest; Transient `azure_not_configured` */
  async execute(call: CallContext, body: DiscoveryBody): Promise<WriteResult<DiscoveryView>> {
    if (this.azure.arm === undefined) throw new Transient('azure_not_configured', 'this service has no access to Azure', 60);
    if (call.actor.spaces !== '*') throw new Forbidden('a discovery reads into every address space; it needs rights in all of them');
    const begun = await runWrite(this.db, call, async (trx) => {
      if (body.addressSpace !== undefined && !(await this.spaces.find(trx, body.addressSpace))) {
        throw new InvalidRequest([
          {
            path: 'addressSpace',
            code: 'unknown_reference',
            message: `address space '${body.addressSpace}' does not exist`,
            value: body.addressSpace,
          },
        ]);
      }
      const subscriptions =
        body.subscriptions ??
        (this.azure.subscriptions.length > 0 ? this.azure.subscriptions : await this.discoveries.knownSubscriptions(trx));
      if (subscriptions.length === 0) {
        throw new InvalidRequest([
          {
            path: 'subscriptions',
            code: 'required',
            message: 'no subscription is configured and no network names one',
            suggestion: 'subscriptions: [...]',
          },
        ]);
      }
      const id = newId();
      await this.discoveries.insert(trx, {
        id,
        trigger: 'REQUEST',
        actor: call.actor.subject,
        addressSpace: body.addressSpace ?? this.azure.addressSpace,
        subscriptions,
      });
      return WriteResult.accepted(await this.discoveries.get(trx, id), { location: `/v1/discoveries/${id}` });
    });
    if (call.dryRun || begun.replayed) return begun;
    await patiently(this.run.tick().then(() => this.run.tick()));
    const view = await this.discoveries.get(this.db, begun.body.id);
    const headers = { location: `/v1/discoveries/${view.id}` };
    return view.status === 'RUNNING' ? WriteResult.accepted(view, headers) : WriteResult.ok(view, headers);
  }

  one(id: string): Promise<DiscoveryView> {
    return this.discoveries.get(this.db, id);
  }

  async page(_: Actor, query: PageQuery): Promise<Page<DiscoveryView>> {
    return pageFrom(
      await this.discoveries.page(this.db, afterId(query), query.limit),
      query.limit,
      ({ id }) => [id],
      (view) => view,
    );
  }
}

/** The work goes on when patience ends. */
async function patiently(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((done) => {
    timer = setTimeout(done, PATIENCE_MS);
  });
  await Promise.race([work, enough]).finally(() => clearTimeout(timer));
}
