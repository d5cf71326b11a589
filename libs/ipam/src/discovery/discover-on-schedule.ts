import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IPAM_OPTIONS, type IpamOptions } from '../webhooks/ipam-options.js';
import { AzureAccess } from './azure-access.js';
import { RunDiscoveries } from './run-discoveries.js';

/** Rings now and then; what is due, and that one process alone does it, stands in the database. */
@Injectable()
export class DiscoverOnSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(
    @Inject(IPAM_OPTIONS) private readonly options: IpamOptions,
    @Inject(AzureAccess) private readonly azure: AzureAccess,
    private readonly run: RunDiscoveries,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.backgroundMs === undefined || this.azure.arm === undefined) return;
    this.#timer = setInterval(() => {
      this.#round = this.run.tick().catch((error: unknown) => this.options.onError?.(error));
    }, this.options.backgroundMs);
    this.#timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }
}
