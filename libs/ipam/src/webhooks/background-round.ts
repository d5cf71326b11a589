import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EvaluateThresholds } from '../thresholds/evaluate-thresholds.js';
import { DeliverWebhooks } from './deliver-webhooks.js';
import { IPAM_OPTIONS, type IpamOptions } from './ipam-options.js';

const FORGET_EVERY_MS = 3_600_000;

/** Measures thresholds and sends webhooks, again and again; several processes may, since each takes rows of its own. */
@Injectable()
export class BackgroundRound implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #forgetAt = 0;

  constructor(
    private readonly thresholds: EvaluateThresholds,
    private readonly deliver: DeliverWebhooks,
    @Inject(IPAM_OPTIONS) private readonly options: IpamOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    if (this.options.backgroundMs === undefined || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round().finally(() => this.#schedule());
    }, this.options.backgroundMs);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    try {
      await this.thresholds.execute();
      while (!this.#stopped && (await this.deliver.execute()) > 0);
      await this.#forget();
    } catch (error) {
      // The database may be away; the next round finds everything as it is.
      this.options.onError?.(error);
    }
  }

  /** Not in every round: what is a month old can wait an hour. */
  async #forget(): Promise<void> {
    if (performance.now() < this.#forgetAt) return;
    this.#forgetAt = performance.now() + FORGET_EVERY_MS;
    await this.deliver.forget();
  }
}
