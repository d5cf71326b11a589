import { Injectable } from '@nestjs/common';
import { currentReach } from '@podspan/platform';
import { ReadGateways } from './read-gateways.js';
import type { GatewayView } from './schemas.js';

interface Batch {
  readonly names: Set<string>;
  readonly found: Promise<readonly GatewayView[]>;
}

/** Gathers the clusters one answer asks about into one query: a list of 200 clusters is one look-up, not 200. */
@Injectable()
export class GatewaysOfClusters {
  #waiting: Batch | undefined;

  constructor(private readonly readGateways: ReadGateways) {}

  async of(cluster: string): Promise<readonly GatewayView[]> {
    // Callers share a look-up, not their rights.
    if (currentReach()?.has(cluster) === false) return [];
    const batch = (this.#waiting ??= this.#newBatch());
    batch.names.add(cluster);
    return (await batch.found).filter((gateway) => gateway.cluster === cluster);
  }

  #newBatch(): Batch {
    const names = new Set<string>();
    const found = new Promise<void>((turn) => setImmediate(turn)).then(() => {
      this.#waiting = undefined;
      return this.readGateways.ofClusters([...names]);
    });
    return { names, found };
  }
}
