import { Injectable } from '@nestjs/common';
import { audit, checkIfMatch, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { IngressDatabase } from './database.js';
import { GatewaysRepository } from './gateways.repository.js';
import { RoutesRepository } from './routes.repository.js';
import { etagOf } from './view-gateway.js';

@Injectable()
export class DeleteRoute {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
  ) {}

  execute(call: CallContext, gatewayKey: string, name: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const gateway = await this.gateways.lock(gatewayKey, trx);
      const route = await this.routes.get(gateway.id, name, trx);
      checkIfMatch(call, etagOf(route));
      await this.routes.remove(gateway.id, name, trx);
      await audit(trx, call, { action: 'route.deleted', kind: 'INGRESS_ROUTE', id: `${gateway.id}/${name}`, before: route.intent });
      return WriteResult.noContent();
    });
  }
}
