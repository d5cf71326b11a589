import type { Arm } from '@podspan/azure';

/** How the service reaches Azure, and which subscriptions it reads when nobody names any. */
export abstract class AzureAccess {
  /** undefined: Azure is not configured. */
  abstract readonly arm: Pick<Arm, 'listVirtualNetworks' | 'listClusters'> | undefined;
  abstract readonly subscriptions: readonly string[];
  /** Where networks go that Podspan does not know. */
  abstract readonly addressSpace: string | undefined;
  /** Seconds between readings on schedule; undefined: none. */
  abstract readonly intervalSeconds: number | undefined;
}

export const noAzure: AzureAccess = { arm: undefined, subscriptions: [], addressSpace: undefined, intervalSeconds: undefined };
