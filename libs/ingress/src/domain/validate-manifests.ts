import type { ManifestObject } from './manifest-objects.js';
import type { GatewayApiVersion } from './schemas/bundles.js';
import { objectFaults, shapeFaults } from './schemas/object-faults.js';

/** What the API server would refuse by its CRDs, CEL rules included, as `Kind/name: reason`. */
export function manifestFaults(objects: readonly ManifestObject[], gatewayApi: GatewayApiVersion): readonly string[] {
  return named(objects, (object) => objectFaults(object, gatewayApi));
}

/** Whatever fails here is our own fault: requests were checked, and the rules of CEL held, before they were stored. */
export function assertValidManifests(objects: readonly ManifestObject[], gatewayApi: GatewayApiVersion): void {
  const faults = named(objects, (object) => shapeFaults(object, gatewayApi));
  if (faults.length > 0) throw new Error(`rendered manifests are invalid: ${faults.join('; ')}`);
}

function named(objects: readonly ManifestObject[], faultsOf: (object: ManifestObject) => readonly string[]): readonly string[] {
  return objects.flatMap((object) => faultsOf(object).map((fault) => `${object.kind}/${object.metadata?.name ?? ''}: ${fault}`));
}
