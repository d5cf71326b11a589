import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { Namespace } from 'kubernetes-models/v1/Namespace';

type Model = new (data: never) => { validate(): void };

/** The kinds of the API server itself that Podspan writes. */
const models: Readonly<Record<string, Model>> = { 'networking.k8s.io/v1/Ingress': Ingress, 'v1/Namespace': Namespace };

/**
 * What the OpenAPI definitions of Kubernetes refuse in an object, by the validators that kubernetes-models generates from them.
 * They leave unknown fields alone; `core` closes the shapes and has the checks that no definition holds.
 */
export function definitionFaults(object: object): readonly string[] {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const model = models[`${String(apiVersion)}/${String(kind)}`];
  if (!model) return [];
  try {
    new model(object as never).validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
