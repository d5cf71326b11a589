import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Conflict, Forbidden, InvalidRequest } from '@podspan/errors';
import { type Actor, audit, type CallContext, type Page, pageFrom, type PageQuery, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { targetProblem } from '../domain/webhook-target.js';
import type { Db } from '../postgres/db.js';
import { afterId } from '../topology/after-id.js';
import { IPAM_OPTIONS, type IpamOptions, strictTargets } from './ipam-options.js';
import type { DeliveryQuery, DeliveryView, WebhookBody, WebhookPatch, WebhookView } from './webhook-schemas.js';
import { WebhooksRepository } from './webhooks.repository.js';

/**
 * Receivers of events, for admins of the whole estate. A secret is made outside the write, so that neither the
 * idempotency record nor the audit trail ever holds it: a replayed answer has none, and a lost one is renewed.
 */
@Injectable()
export class ChangeWebhooks {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly webhooks: WebhooksRepository,
    @Inject(IPAM_OPTIONS) private readonly options: IpamOptions,
  ) {}

  async create(call: CallContext, body: WebhookBody): Promise<WriteResult<WebhookView>> {
    checkEstate(call.actor);
    this.#checkTarget(body.url);
    const secret = newSecret();
    const result = await runWrite(this.db, call, async (trx) => {
      const view = await this.webhooks.insert(trx, body, secret, call.actor.subject);
      await audit(trx, call, { action: 'webhook.created', kind: 'webhook', id: view.id, after: view });
      return WriteResult.created(view, { location: `/v1/webhooks/${view.name}` });
    });
    if (result.replayed || call.dryRun) return result;
    return WriteResult.created({ ...result.body, secret }, { location: `/v1/webhooks/${result.body.name}` });
  }

  async renewSecret(call: CallContext, key: string): Promise<WriteResult<WebhookView>> {
    checkEstate(call.actor);
    const secret = newSecret();
    const result = await runWrite(this.db, call, async (trx) => {
      const before = await this.webhooks.get(trx, key);
      const after = await this.webhooks.update(trx, before.id, { secret });
      await audit(trx, call, { action: 'webhook.secret_renewed', kind: 'webhook', id: before.id, before, after });
      return WriteResult.ok(after);
    });
    return result.replayed || call.dryRun ? result : WriteResult.ok({ ...result.body, secret });
  }

  patch(call: CallContext, key: string, patch: WebhookPatch): Promise<WriteResult<WebhookView>> {
    checkEstate(call.actor);
    if (patch.url !== undefined) this.#checkTarget(patch.url);
    return runWrite(this.db, call, async (trx) => {
      const before = await this.webhooks.get(trx, key);
      const after = await this.webhooks.update(trx, before.id, patch);
      await audit(trx, call, { action: 'webhook.updated', kind: 'webhook', id: before.id, before, after });
      return WriteResult.ok(after);
    });
  }

  delete(call: CallContext, key: string): Promise<WriteResult<null>> {
    checkEstate(call.actor);
    return runWrite(this.db, call, async (trx) => {
      const before = await this.webhooks.get(trx, key);
      await this.webhooks.delete(trx, before.id);
      await audit(trx, call, { action: 'webhook.deleted', kind: 'webhook', id: before.id, before });
      return WriteResult.noContent();
    });
  }

  /** Sends an event of type `webhook.test` to this receiver alone. */
  test(call: CallContext, key: string): Promise<WriteResult<DeliveryView>> {
    checkEstate(call.actor);
    return runWrite(this.db, call, async (trx) => {
      const { id, name } = await this.webhooks.get(trx, key);
      const delivery = await this.webhooks.tellOne(trx, id, 'webhook.test', { webhook: name });
      await audit(trx, call, { action: 'webhook.tested', kind: 'webhook', id, after: delivery });
      return WriteResult.accepted(delivery);
    });
  }

  /** @throws Conflict `delivery_pending` for one that is on its way */
  redeliver(call: CallContext, key: string, deliveryId: string): Promise<WriteResult<DeliveryView>> {
    checkEstate(call.actor);
    return runWrite(this.db, call, async (trx) => {
      const { id } = await this.webhooks.get(trx, key);
      const before = await this.webhooks.delivery(trx, id, deliveryId);
      if (before.status === 'PENDING')
        throw new Conflict('delivery_pending', `delivery ${deliveryId} is on its way`, { facts: { nextAttemptAt: before.nextAttemptAt } });
      await this.webhooks.again(trx, before.id);
      const after = await this.webhooks.delivery(trx, id, deliveryId);
      await audit(trx, call, { action: 'webhook.redelivered', kind: 'webhook', id, before, after });
      return WriteResult.accepted(after);
    });
  }

  one(actor: Actor, key: string): Promise<WebhookView> {
    checkEstate(actor);
    return this.webhooks.get(this.db, key);
  }

  async page(actor: Actor, query: PageQuery): Promise<Page<WebhookView>> {
    checkEstate(actor);
    return pageFrom(
      await this.webhooks.page(this.db, afterId(query), query.limit),
      query.limit,
      ({ id }) => [id],
      (view) => view,
    );
  }

  /** The newest first. */
  async deliveries(actor: Actor, key: string, query: DeliveryQuery): Promise<Page<DeliveryView>> {
    checkEstate(actor);
    const { id } = await this.webhooks.get(this.db, key);
    const before = afterId(query);
    const rows = await this.webhooks.deliveries(this.db, id, query.status, before, query.limit);
    return pageFrom(
      rows,
      query.limit,
      (view) => [view.id],
      (view) => view,
    );
  }

  #checkTarget(url: string): void {
    const problem = targetProblem(url, this.options.webhooks ?? strictTargets);
    if (problem !== undefined)
      throw new InvalidRequest([{ path: 'url', code: 'webhook_target_not_allowed', message: `the receiver ${problem}`, value: url }]);
  }
}

/** Events tell of every space. */
function checkEstate(actor: Actor): void {
  if (actor.spaces !== '*') throw new Forbidden('webhooks tell of every address space', { needed: 'admin of all address spaces' });
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
