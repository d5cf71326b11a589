import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { retryAfter } from '../domain/webhook-retry.js';
import { isBlockedAddress, targetProblem, type TargetPolicy } from '../domain/webhook-target.js';
import { type Db, instant } from '../postgres/db.js';
import { IPAM_OPTIONS, type IpamOptions, strictTargets } from './ipam-options.js';
import { type ClaimedDelivery, WebhooksRepository } from './webhooks.repository.js';

const AT_ONCE = 10;
const TIMEOUT_MS = 10_000;
const LEASE_SECONDS = 60;
const READ_BYTES = 16_384;

/** Sends what is due. At least once: a receiver tells repetitions by `webhook-id`. */
@Injectable()
export class DeliverWebhooks implements OnModuleDestroy {
  readonly #policy: TargetPolicy;
  readonly #agent: Agent;

  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly webhooks: WebhooksRepository,
    @Inject(IPAM_OPTIONS) options: IpamOptions,
  ) {
    this.#policy = options.webhooks ?? strictTargets;
    // The address is judged where the connection is made: a name may resolve to another one than when it was checked.
    this.#agent = new Agent({ connections: 4, connect: { timeout: 5_000, lookup: guardedLookup(this.#policy) } });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#agent.destroy();
  }

  /** One round. @returns how many deliveries were tried */
  async execute(): Promise<number> {
    await this.webhooks.handOut(this.db, 500);
    const claimed = await this.webhooks.claim(this.db, AT_ONCE, LEASE_SECONDS);
    await Promise.all(claimed.map((delivery) => this.#deliver(delivery)));
    return claimed.length;
  }

  /** Drops what everybody has had for a month. */
  forget(): Promise<void> {
    return this.webhooks.forget(this.db);
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { status, error } = await this.#send(delivery);
    await this.webhooks.settle(this.db, delivery.id, { status, error, retryAfter: retryAfter(delivery.attempts, Math.random()) });
  }

  async #send({
    url,
    secret,
    event_id: id,
    type,
    at,
    data,
  }: ClaimedDelivery): Promise<{ readonly status: number | null; readonly error: string | null }> {
    const refused = targetProblem(url, this.#policy);
    if (refused !== undefined) return { status: null, error: `the receiver ${refused}` };
    const now = new Date();
    const body = JSON.stringify({ type, timestamp: instant(at), data });
    try {
      const response = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'podspan-webhooks',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(id, now, body),
        },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body.dump({ limit: READ_BYTES });
      const { statusCode: status } = response;
      return { status, error: status >= 200 && status < 300 ? null : `the receiver answered ${status}` };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message.slice(0, 500) : 'failed' };
    }
  }
}

function guardedLookup(policy: TargetPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => !isBlockedAddress(address, policy));
      const [first] = allowed;
      if (!first)
        return callback(Object.assign(new Error(`${hostname} resolves to addresses where no receiver may be`), { code: 'EBLOCKED' }), '');
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
