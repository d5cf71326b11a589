import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { ReferenceGrant } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1beta1/ReferenceGrant';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ManifestObject } from './manifest-objects.js';
import { healthCheckPolicySchema } from './schemas/health-check-policy.js';
import { namespaceSchema } from './schemas/namespace.js';

const ajv = new Ajv2020({ allErrors: true });
const namespace = ajv.compile(namespaceSchema);
const healthCheckPolicy = ajv.compile(healthCheckPolicySchema);

/**
 * What the API server would refuse, as `Kind/name: reason`. Gateway API objects are held against the schemas
 * generated from the CRDs, the others against ours.
 */
export function manifestFaults(objects: readonly ManifestObject[]): readonly string[] {
  return objects.flatMap((object) => faultsOf(object).map((fault) => `${object.kind}/${object.metadata?.name ?? ''}: ${fault}`));
}

/** Whatever fails here is our own fault: requests were checked before they were stored. */
export function assertValidManifests(objects: readonly ManifestObject[]): void {
  const faults = manifestFaults(objects);
  if (faults.length > 0) throw new Error(`rendered manifests are invalid: ${faults.join('; ')}`);
}

function faultsOf(object: ManifestObject): readonly string[] {
  switch (object.kind) {
    case 'Namespace':
      return namespace(object) ? [] : [ajv.errorsText(namespace.errors)];
    case 'HealthCheckPolicy':
      return healthCheckPolicy(object) ? [] : [ajv.errorsText(healthCheckPolicy.errors)];
    case 'Gateway':
      return refusal(new Gateway(object));
    case 'HTTPRoute':
      return refusal(new HTTPRoute(object));
    case 'ReferenceGrant':
      return refusal(new ReferenceGrant(object));
  }
}

function refusal(model: { validate(): void }): readonly string[] {
  try {
    model.validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
