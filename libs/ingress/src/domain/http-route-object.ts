import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { RenderedGateway } from './gateway-intent.js';
import { gatewayObjectName } from './gateway-object.js';
import { frontendsOf, listenerNames } from './listeners.js';
import { labelsOf } from './manifest-objects.js';
import type { BackendIntent, MatchIntent, RouteIntent, RuleIntent } from './route-intent.js';

type Rule = IHTTPRoute['spec']['rules'] extends readonly (infer R)[] | undefined ? R : never;
type Match = Rule['matches'] extends readonly (infer M)[] | undefined ? M : never;
type BackendRef = Rule['backendRefs'] extends readonly (infer B)[] | undefined ? B : never;
type ParentRef = IHTTPRoute['spec']['parentRefs'] extends readonly (infer P)[] | undefined ? P : never;

const pathTypes = { PREFIX: 'PathPrefix', EXACT: 'Exact' } as const;

/** Lives in the gateway's namespace; backends elsewhere are opened to it by a ReferenceGrant. */
export function httpRouteObject(gateway: RenderedGateway, route: RouteIntent): IHTTPRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: route.name, namespace: gateway.namespace, labels: labelsOf(gateway.namespace) },
    spec: {
      parentRefs: parentRefs(gateway, route),
      ...(route.hostnames.length === 0 ? {} : { hostnames: [...route.hostnames] }),
      rules: route.rules.map((rule) => ruleObject(gateway, rule)),
    },
  };
}

/** One per frontend and listener; at most 32 (AGC-55). */
export function parentRefs(gateway: RenderedGateway, route: RouteIntent): ParentRef[] {
  return frontendsOf(route, gateway).flatMap((frontend) =>
    listenerNames(route).map((sectionName) => ({
      group: 'gateway.networking.k8s.io',
      kind: 'Gateway',
      name: gatewayObjectName(gateway, frontend),
      sectionName,
    })),
  );
}

function ruleObject(gateway: RenderedGateway, { match, backends }: RuleIntent): Rule {
  return {
    matches: [matchObject(match ?? {})],
    backendRefs: backends.map((backend) => backendRef(gateway, backend)),
  };
}

/** The default of the API, `/` by prefix, is written out: a reader need not know it. */
function matchObject({ path = { type: 'PREFIX', value: '/' }, headers = [] }: MatchIntent): Match {
  return {
    path: { type: pathTypes[path.type], value: path.value },
    ...(headers.length === 0 ? {} : { headers: headers.map(({ name, value }) => ({ type: 'Exact', name, value })) }),
  };
}

function backendRef(gateway: RenderedGateway, { service, namespace, port, weight = 1 }: BackendIntent): BackendRef {
  return {
    group: '',
    kind: 'Service',
    name: service,
    ...(namespace === gateway.namespace ? {} : { namespace }),
    port,
    weight,
  };
}
