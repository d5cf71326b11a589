import { type Arm, ArmFailure, type CoreQuotas } from '@podspan/azure';

interface Place {
  readonly subscriptionId: string;
  readonly region: string;
}

/** By `subscription/region`, lower case. */
export type ByPlace<T> = ReadonlyMap<string, T>;

/** The quotas of cores (QUO-08). */
export function readCores(arm: Arm, places: readonly Place[]): Promise<ByPlace<CoreQuotas>> {
  return readPlaces(places, ({ subscriptionId, region }) => arm.coreQuotas(subscriptionId, region));
}

/** Full versions of Kubernetes that are offered. */
export function readVersions(arm: Arm, places: readonly Place[]): Promise<ByPlace<readonly string[]>> {
  return readPlaces(places, async ({ subscriptionId, region }) =>
    (await arm.kubernetesVersions(subscriptionId, region)).flatMap(({ patchVersions }) => patchVersions),
  );
}

/**
 * Each place is asked once. Not everybody who may make clusters may read everything: a place that Azure does not tell of is absent, is
 * not judged, and Azure will judge it.
 */
async function readPlaces<T>(places: readonly Place[], ask: (place: Place) => Promise<T>): Promise<ByPlace<T>> {
  const once = new Map(places.map((place) => [`${place.subscriptionId}/${place.region}`.toLowerCase(), place]));
  const read = await Promise.all(
    [...once].map(async ([key, place]) => {
      try {
        return [[key, await ask(place)] as const];
      } catch (error) {
        if (error instanceof ArmFailure) return [];
        throw error;
      }
    }),
  );
  return new Map(read.flat());
}
