import { agcPorts, agicDefaults, unsupportedPort, unsupportedPrivateFrontend } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { privateFrontend, publicFrontend, type AgicOptions } from './domain/agic/agic-gateway.js';
import type { DefaultBackendIntent, GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import type { RouteIntent } from './domain/route-intent.js';
import type { RouteBody } from './route-schemas.js';
import type { GatewayBody } from './schemas.js';

const defaultFrontend = 'frontend';

/** The request with its defaults filled in: what means the same becomes the same. */
export function gatewayIntentOf(body: GatewayBody): GatewayIntent {
  return body.kind === 'AGIC' ? agicIntentOf(body) : agcIntentOf(body);
}

function agcIntentOf(body: GatewayBody): GatewayIntent {
  const {
    frontendPorts: _,
    privateFrontend: __,
    acceptPreview: ___,
    frontends = 1,
    namespace = kubernetesName(body.name),
    defaultBackend,
    api,
    applicationGateway: ____,
    ...rest
  } = body;
  return stripped({
    ...rest,
    frontends: frontendNames(frontends),
    namespace,
    ...(api === 'INGRESS' ? { api } : {}),
    ...(defaultBackend ? { defaultBackend: { namespace, ...stripped(defaultBackend) } as DefaultBackendIntent } : {}),
  }) as GatewayIntent;
}

/** One public address always, a private one on demand: there is nothing to name. AGIC reads Ingresses. */
function agicIntentOf(body: GatewayBody): GatewayIntent {
  const { name, cluster, kind, deployment, namespace = kubernetesName(body.name), pool, subnetCidr, subnetId } = body;
  const { controllerVersion, defaultBackend, wafPolicyId, privateFrontend: inside, applicationGateway: asked = {} } = body;
  const applicationGateway: AgicOptions = {
    ...agicDefaults,
    prohibitedTargets: [],
    ...stripped(asked as Partial<AgicOptions>),
    sku: asked.sku ?? (wafPolicyId === undefined ? 'STANDARD_V2' : 'WAF_V2'),
  };
  return stripped({
    name,
    cluster,
    kind,
    deployment,
    namespace,
    pool,
    subnetCidr,
    subnetId,
    controllerVersion,
    wafPolicyId,
    frontends: inside ? [publicFrontend, privateFrontend] : [publicFrontend],
    api: 'INGRESS',
    applicationGateway,
    ...(defaultBackend ? { defaultBackend: { namespace, ...stripped(defaultBackend) } } : {}),
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
export function unsupportedInGateway({ frontendPorts = [], privateFrontend: inside }: GatewayBody): readonly Problem[] {
  return [
    ...frontendPorts.flatMap((port, index) => (agcPorts.includes(port) ? [] : [unsupportedPort(`frontendPorts[${index}]`, port)])),
    ...(inside === true ? [unsupportedPrivateFrontend('privateFrontend', true)] : []),
  ];
}

/** What an Application Gateway with AGIC has no such member for. */
export function unsupportedInAgic({ frontends, frontendPorts, acceptPreview, api }: GatewayBody): readonly Problem[] {
  const lost = (path: string, message: string, suggestion: string, rule: string, value: unknown): Problem[] =>
    value === undefined ? [] : [{ path, code: 'not_expressible', message, value, suggestion, rule }];
  return [
    ...lost(
      'frontends',
      'an Application Gateway has a public frontend, and a private one on demand',
      'privateFrontend: true, or leave it out',
      'AGIC-53',
      frontends,
    ),
    ...lost('frontendPorts', 'listeners follow from the routes', 'applicationGateway.frontendPort of a route', 'AGIC-52', frontendPorts),
    ...lost('acceptPreview', 'the add-on of AGIC is no preview', 'leave it out', 'AGIC-01', acceptPreview),
    ...lost(
      'api',
      'AGIC reads Ingresses and knows no Gateway API',
      'INGRESS, or leave it out',
      'AGIC-32',
      api === 'GATEWAY' ? api : undefined,
    ),
  ];
}

/** Without the members that are undefined, all the way down: they do not survive JSON, and equality must. */
function stripped<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
