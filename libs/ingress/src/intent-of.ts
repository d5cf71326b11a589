import { agcPorts, unsupportedPort, unsupportedPrivateFrontend } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { DefaultBackendIntent, GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import type { RouteIntent } from './domain/route-intent.js';
import type { RouteBody } from './route-schemas.js';
import type { GatewayBody } from './schemas.js';

const defaultFrontend = 'frontend';

/** The request with its defaults filled in: what means the same becomes the same. */
export function gatewayIntentOf(body: GatewayBody): GatewayIntent {
  const { frontendPorts: _, privateFrontend: __, frontends = 1, namespace = kubernetesName(body.name), defaultBackend, ...rest } = body;
  return stripped({
    ...rest,
    frontends: frontendNames(frontends),
    namespace,
    ...(defaultBackend ? { defaultBackend: { namespace, ...stripped(defaultBackend) } as DefaultBackendIntent } : {}),
  }) as GatewayIntent;
}

/** A number stands for `frontend`, `frontend-2`, ...: one more does not rename the others. */
function frontendNames(frontends: NonNullable<GatewayBody['frontends']>): readonly string[] {
  if (typeof frontends !== 'number') return frontends.map((frontend) => (typeof frontend === 'string' ? frontend : frontend.name));
  return Array.from({ length: frontends }, (_, index) => (index === 0 ? defaultFrontend : `${defaultFrontend}-${index + 1}`));
}

export function routeIntentOf(name: string, { protocol, ...body }: RouteBody): RouteIntent {
  return stripped({ name, ...body, ...(protocol === 'GRPC' ? { protocol } : {}) }) as RouteIntent;
}

/** What Podspan or AGC itself does not do is said, not ignored. */
export function unsupportedInGateway({ frontendPorts = [], privateFrontend }: GatewayBody): readonly Problem[] {
  return [
    ...frontendPorts.flatMap((port, index) => (agcPorts.includes(port) ? [] : [unsupportedPort(`frontendPorts[${index}]`, port)])),
    ...(privateFrontend === true ? [unsupportedPrivateFrontend('privateFrontend', true)] : []),
  ];
}

/** Without the members that are undefined, all the way down: they do not survive JSON, and equality must. */
function stripped<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
