import { Injectable } from '@nestjs/common';
import { EngineRef, type Json } from '@podspan/engine';
import { InvalidRequest } from '@podspan/errors';
import { newId } from '@podspan/platform';
import type { Transaction } from 'kysely';
import type { GatewayRow, IngressDatabase } from '../database.js';
import { wafPoliciesBound, type OtherGateway } from '../domain/controller-users.js';
import type { RouteIntent } from '../domain/route-intent.js';
import { checkWafPolicyCount, wafPoliciesOf, withoutGrant } from '../domain/route-waf-policies.js';
import type { AgcRemoval } from '../programs/agc-input.js';
import { grantAgicWafProgram } from '../agic/agic-input.js';
import { grantWafProgram } from './agc-grant-waf.js';
import { WafGrantsRepository } from './waf-grants.repository.js';

type Trx = Transaction<IngressDatabase>;
type EndedGrants = Required<Pick<AgcRemoval, 'wafPolicyId' | 'wafGrants'>>;

/**
 * A WAF policy that a route names protects nothing until the controller may attach it. So a route that names a new one starts a run
 * that gives the controller its role; the right lasts as long as the gateway.
 */
@Injectable()
export class GrantWaf {
  constructor(
    private readonly grants: WafGrantsRepository,
    private readonly engine: EngineRef,
  ) {}

  /** For what the route names and nobody has asked for yet. In the transaction that stores the route. @throws InvalidRequest */
  async ofRoute(trx: Trx, gateway: GatewayRow, route: RouteIntent): Promise<void> {
    if (wafPoliciesOf(route).length === 0) return;
    const held = (await this.grants.of(gateway.id, trx)).map(({ policy_id: id }) => id);
    const own = gateway.intent.wafPolicyId;
    const granted = own === undefined ? held : [...held, own];
    const problems = checkWafPolicyCount(route, granted);
    if (problems.length > 0) throw new InvalidRequest(problems);
    for (const policyId of withoutGrant(wafPoliciesOf(route), granted)) await this.#start(trx, gateway, policyId);
  }

  /** Failed ones go on from where they failed. @returns how many */
  async retry(trx: Trx, gateway: Pick<GatewayRow, 'id'>): Promise<number> {
    const failed = (await this.grants.of(gateway.id, trx)).filter(({ state }) => state === 'FAILED');
    for (const { run } of failed) {
      await this.engine.engine.retry(trx, run);
      await this.grants.settle(run, 'PENDING', undefined, trx);
    }
    return failed.length;
  }

  /** Ends what is under way and says from which policies the removal takes the role: from none that another gateway needs. */
  async end(trx: Trx, gateway: GatewayRow, others: readonly OtherGateway[]): Promise<EndedGrants> {
    const held = await this.grants.of(gateway.id, trx);
    for (const { run, state } of held) if (state === 'PENDING') await this.engine.engine.cancel(trx, run, 'FINISH');
    const needed = [...(await this.grants.ofOthers(gateway, trx)), ...wafPoliciesBound(others)];
    const own = gateway.intent.wafPolicyId;
    return {
      wafPolicyId: own === undefined ? null : (withoutGrant([own], needed)[0] ?? null),
      wafGrants: withoutGrant(
        held.map(({ policy_id: id }) => id),
        needed,
      ),
    };
  }

  async #start(trx: Trx, gateway: GatewayRow, policyId: string): Promise<void> {
    const run = newId();
    await this.grants.add({ gatewayId: gateway.id, policyId, run }, trx);
    await this.engine.engine.start(trx, {
      id: run,
      program: gateway.input.kind === 'AGIC' ? grantAgicWafProgram : grantWafProgram,
      subject: gateway.name,
      input: { ...gateway.input, wafPolicyId: policyId } as unknown as Json,
      subscriptionId: gateway.subscription_id,
      region: gateway.region,
    });
  }
}
