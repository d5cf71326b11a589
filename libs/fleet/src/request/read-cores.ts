import { type Arm, ArmFailure, type CoreQuotas } from '@podspan/azure';

interface Place {
  readonly subscriptionId: string;
  readonly region: string;
}

/**
 * The quotas of cores by `subscription/region`, lower case, each read once. Not everybody who may make clusters may read them: a place
 * that Azure does not tell is absent, is not judged, and Azure will judge it.
 */
export async function readCores(arm: Arm, places: readonly Place[]): Promise<ReadonlyMap<string, CoreQuotas>> {
  const once = new Map(places.map((place) => [`${place.subscriptionId}/${place.region}`.toLowerCase(), place]));
  const read = await Promise.all(
    [...once].map(async ([key, { subscriptionId, region }]) => {
      const quotas = await arm.coreQuotas(subscriptionId, region).catch((error: unknown) => {
        if (error instanceof ArmFailure) return undefined;
        throw error;
      });
      return quotas ? ([[key, quotas]] as const) : [];
    }),
  );
  return new Map(read.flat());
}
