import { Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { audit, checkIfMatch, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import type { GatewayRow, IngressDatabase, RouteRow } from './database.js';
import { sameJson } from './domain/canonical.js';
import { checkRouteOnAgic } from './domain/agic/check-agic.js';
import { checkRouteOnAgc } from './domain/check-agc-route.js';
import { gatewayApiOf, isAgic, renderTarget, type RenderedTarget } from './domain/render-target.js';
import type { RouteIntent } from './domain/route-intent.js';
import { manifestFaults } from './domain/validate-manifests.js';
import { GatewaysRepository } from './gateways.repository.js';
import { routeIntentOf } from './intent-of.js';
import { RoutesRepository } from './routes.repository.js';
import type { RouteBody, RouteView } from './route-schemas.js';
import { etagOf, renderedTarget, viewRoute } from './view-gateway.js';
import { GrantWaf } from './waf/grant-waf.js';
import { ReadRouteWaf, type WafFacts } from './waf/read-route-waf.js';

type Trx = Transaction<IngressDatabase>;

@Injectable()
export class PutRoute {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
    private readonly grantWaf: GrantWaf,
    private readonly readWaf: ReadRouteWaf,
  ) {}

  /** Creates or replaces. What all routes of the gateway add up to is counted with it, under the gateway's lock. */
  async execute(call: CallContext, gatewayKey: string, name: string, body: RouteBody): Promise<WriteResult<RouteView>> {
    const intent = routeIntentOf(name, body);
    const waf = await this.readWaf.execute(gatewayKey, intent);
    return runWrite(this.db, call, async (trx) => {
      const gateway = await this.gateways.lock(gatewayKey, trx);
      if (gateway.state === 'DELETING') throw new Conflict('being_deleted', `ingress gateway '${gateway.name}' is being deleted`);
      const all = await this.routes.of(gateway.id, trx);
      const existing = all.find((route) => route.name === name);
      checkIfMatch(call, existing ? etagOf(existing) : 'none');
      check(gateway, all, intent, waf);
      if (existing && sameJson(existing.intent, intent)) return WriteResult.ok(viewRoute(existing), { etag: etagOf(existing) });
      await this.grantWaf.ofRoute(trx, gateway, intent);
      return this.#write(trx, call, gateway, intent, existing);
    });
  }

  async #write(
    trx: Trx,
    call: CallContext,
    gateway: GatewayRow,
    intent: RouteIntent,
    existing: RouteRow | undefined,
  ): Promise<WriteResult<RouteView>> {
    const row = await this.routes.put(gateway.id, intent, trx);
    await audit(trx, call, {
      action: existing ? 'route.changed' : 'route.created',
      kind: 'INGRESS_ROUTE',
      id: `${gateway.id}/${intent.name}`,
      before: existing?.intent,
      after: intent,
    });
    const headers = { etag: etagOf(row) };
    if (existing) return WriteResult.ok(viewRoute(row), headers);
    return WriteResult.created(viewRoute(row), {
      ...headers,
      location: `/v1/ingress-gateways/${encodeURIComponent(gateway.name)}/routes/${intent.name}`,
    });
  }
}

function check(gateway: GatewayRow, all: readonly RouteRow[], intent: RouteIntent, { oldRuleSet, problems: ofWaf }: WafFacts): void {
  const target = renderedTarget(gateway);
  const others = all.filter(({ name }) => name !== intent.name).map((row) => row.intent);
  const lowered = oldRuleSet === undefined ? {} : { oldRuleSet };
  const problems = [
    ...(isAgic(target) ? checkRouteOnAgic({ ...target, ...lowered }, intent, others) : checkRouteOnAgc(target, intent, others)),
    ...ofWaf,
  ];
  if (problems.length === 0) problems.push(...refusedByCluster(target, intent));
  if (problems.length > 0) throw new InvalidRequest(problems);
}

/** The last word have the CRDs and their CEL rules: what they refuse is refused here, not when somebody applies it. */
function refusedByCluster(target: RenderedTarget, intent: RouteIntent): readonly Problem[] {
  const gatewayApi = gatewayApiOf(target);
  const faults = manifestFaults(renderTarget(target, [intent]), gatewayApi);
  return faults.map((message) => ({ path: '', code: 'manifest_invalid', message, conflictsWith: gatewayApi, rule: 'AGC-43' }));
}
