import { Inject, Injectable } from '@nestjs/common';
import { ArmFailure } from '@podspan/azure';
import { DomainError } from '@podspan/errors';
import { newId } from '@podspan/platform';
import { Kysely } from 'kysely';
import { readAzure } from '../domain/imports/read-azure.js';
import type { Db } from '../postgres/db.js';
import { AzureAccess } from './azure-access.js';
import { DiscoveriesRepository, type DiscoveryTask } from './discoveries.repository.js';
import { scopeOf, WriteDiscovery } from './write-discovery.js';

const MOST_ATTEMPTS = 5;

/** Works on discoveries, subscription by subscription. Nothing waits in memory: a row says when the next attempt is due. */
@Injectable()
export class RunDiscoveries {
  #working: Promise<void> | undefined;

  constructor(
    @Inject(Kysely) private readonly db: Db,
    @Inject(AzureAccess) private readonly azure: AzureAccess,
    private readonly discoveries: DiscoveriesRepository,
    private readonly writing: WriteDiscovery,
  ) {}

  /** Starts a reading if the schedule says so, and works on everything that is due. One round at a time in a process. */
  tick(): Promise<void> {
    this.#working ??= this.#round().finally(() => (this.#working = undefined));
    return this.#working;
  }

  async #round(): Promise<void> {
    if (this.azure.arm === undefined) return;
    await this.#schedule();
    for (;;) {
      const task = await this.discoveries.claim(this.db);
      if (!task) return;
      await this.#read(task, this.azure.arm);
    }
  }

  async #schedule(): Promise<void> {
    const { intervalSeconds, addressSpace } = this.azure;
    if (intervalSeconds === undefined) return;
    await this.db.transaction().execute(async (trx) => {
      if (!(await this.discoveries.isDue(trx, intervalSeconds))) return;
      const subscriptions = this.azure.subscriptions.length > 0 ? this.azure.subscriptions : await this.discoveries.knownSubscriptions(trx);
      if (subscriptions.length > 0)
        await this.discoveries.insert(trx, { id: newId(), trigger: 'SCHEDULE', actor: 'schedule', addressSpace, subscriptions });
    });
  }

  /** All pages of both lists, then one transaction. What cannot be read changes nothing but its age. */
  async #read(task: DiscoveryTask, arm: NonNullable<AzureAccess['arm']>): Promise<void> {
    try {
      const networks = await arm.listVirtualNetworks(task.subscription_id);
      const clusters = await arm.listClusters(task.subscription_id);
      const { rows } = readAzure([...networks, ...clusters].map(({ raw }) => raw));
      await this.db.transaction().execute((trx) => this.writing.execute(trx, task, rows, this.azure.addressSpace));
    } catch (error) {
      await this.#failed(task, error);
    }
  }

  async #failed(task: DiscoveryTask, error: unknown): Promise<void> {
    const facts = failureOf(error);
    if (facts.again && task.attempts < MOST_ATTEMPTS)
      return this.discoveries.postpone(this.db, task, facts.retryAfterSeconds ?? Math.min(300, 2 ** task.attempts), facts);
    await this.discoveries.markStale(this.db, scopeOf(task));
    await this.discoveries.finish(this.db, task, 'FAILED', { error: facts });
  }
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly again: boolean;
  readonly retryAfterSeconds?: number;
}

function failureOf(error: unknown): Failure {
  if (error instanceof ArmFailure) {
    const { code, message, retryAfterSeconds } = error.facts;
    const again = error.facts.class === 'TRANSIENT' || error.facts.class === 'WAIT';
    return { code, message, again, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  }
  if (error instanceof DomainError) return { code: error.code, message: error.message, again: error.kind === 'transient' };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error), again: true };
}
