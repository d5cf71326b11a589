import { Injectable } from '@nestjs/common';
import { audit, type CallContext } from '@podspan/platform';
import type { ImportRow } from '../domain/imports/import-row.js';
import { ImportStage } from '../imports/stage.js';
import { WriteStage } from '../imports/write-stage.js';
import type { Trx } from '../postgres/db.js';
import { DiscoveriesRepository, type DiscoveryTask } from './discoveries.repository.js';
import { SeenNetworks } from './seen-networks.js';

export function scopeOf({ subscription_id: subscription }: DiscoveryTask): string {
  return `azure:${subscription.toLowerCase()}`;
}

/** The same writing as an import's, with what is gone ended: the lists were complete. */
@Injectable()
export class WriteDiscovery {
  constructor(
    private readonly stage: ImportStage,
    private readonly writeStage: WriteStage,
    private readonly seenNetworks: SeenNetworks,
    private readonly discoveries: DiscoveriesRepository,
  ) {}

  async execute(trx: Trx, task: DiscoveryTask, rows: readonly ImportRow[], addressSpace: string | undefined): Promise<void> {
    if (!(await this.discoveries.holds(trx, task))) return;
    const scope = scopeOf(task);
    const call = callOf(task);
    // A listing without ids names its subscription only by where it came from.
    await this.stage.fill(trx, each(rows.map((row) => ({ ...row, values: { ...row.values, subscriptionId: task.subscription_id } }))));
    await this.writeStage.execute(trx, call, {
      seen: true,
      scope,
      source: 'DISCOVERY',
      addressSpace: task.address_space ?? addressSpace,
      complete: true,
      force: false,
      allOrNothing: false,
    });
    await this.seenNetworks.missing(trx, call, scope);
    await this.discoveries.read(trx, scope);
    const counts = await this.stage.counts(trx);
    await audit(trx, call, {
      action: 'discovery.applied',
      kind: 'discovery',
      id: task.discovery_id,
      after: { subscriptionId: task.subscription_id, counts },
    });
    await this.discoveries.finish(trx, task, 'SUCCEEDED', { counts });
  }
}

async function* each(rows: readonly ImportRow[]): AsyncGenerator<ImportRow> {
  yield* rows;
}

/** Discovery writes in the name of who asked for it; whether they may was decided then. */
function callOf(task: DiscoveryTask): CallContext {
  return {
    actor: { subject: task.actor, role: 'operator', spaces: '*' },
    authorization: '',
    requestId: task.discovery_id,
    traceparent: undefined,
    idempotencyKey: undefined,
    dryRun: false,
    ifMatch: undefined,
    route: 'discovery',
    bodyHash: '',
  };
}
