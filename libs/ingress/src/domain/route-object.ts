import type { IGRPCRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GRPCRoute';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { RenderedGateway } from './gateway-intent.js';
import { gatewayObjectName } from './gateway-object.js';
import { filtersOf } from './filter-objects.js';
import { byCodePoint, frontendsOf, listenerNames } from './listeners.js';
import { labelsOf } from './manifest-objects.js';
import type { BackendIntent, HttpMethod, MatchIntent, RouteIntent, ValueMatch, ValueType } from './route-intent.js';
import type { RenderedRule, RoutePart } from './route-parts.js';

type HttpRule = IHTTPRoute['spec']['rules'] extends readonly (infer R)[] | undefined ? R : never;
type HttpMatch = HttpRule['matches'] extends readonly (infer M)[] | undefined ? M : never;
type GrpcRule = NonNullable<IGRPCRoute['spec']>['rules'] extends readonly (infer R)[] | undefined ? R : never;
type BackendRef = HttpRule['backendRefs'] extends readonly (infer B)[] | undefined ? B : never;
type ParentRef = IHTTPRoute['spec']['parentRefs'] extends readonly (infer P)[] | undefined ? P : never;

const pathTypes = { PREFIX: 'PathPrefix', EXACT: 'Exact', REGULAR_EXPRESSION: 'RegularExpression' } as const;
const valueTypes = { EXACT: 'Exact', REGULAR_EXPRESSION: 'RegularExpression' } as const;

/** Lives in the gateway's namespace; backends elsewhere are opened to it by a ReferenceGrant. */
export function routeObject(gateway: RenderedGateway, route: RouteIntent, part: RoutePart): IHTTPRoute | IGRPCRoute {
  const apiVersion = 'gateway.networking.k8s.io/v1';
  const metadata = { name: part.name, namespace: gateway.namespace, labels: labelsOf(gateway.namespace) };
  const shared = {
    parentRefs: parentRefs(gateway, route),
    ...(route.hostnames.length === 0 ? {} : { hostnames: [...route.hostnames].sort(byCodePoint) }),
  };
  return route.protocol === 'GRPC'
    ? { apiVersion, kind: 'GRPCRoute', metadata, spec: { ...shared, rules: part.rules.map((rule) => grpcRule(gateway, rule)) } }
    : { apiVersion, kind: 'HTTPRoute', metadata, spec: { ...shared, rules: part.rules.map((rule) => httpRule(gateway, rule)) } };
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

function httpRule(gateway: RenderedGateway, { intent, methods }: RenderedRule): HttpRule {
  const filters = filtersOf(intent);
  const { match = {}, backends } = intent;
  return {
    matches: methods.length === 0 ? [httpMatch(match)] : methods.map((method) => httpMatch(match, method)),
    ...(filters.length === 0 ? {} : { filters }),
    ...(backends.length === 0 ? {} : { backendRefs: backends.map((backend) => backendRef(gateway, backend)) }),
  };
}

/** The default of the API, `/` by prefix, is written out: a reader need not know it. */
function httpMatch({ path = { type: 'PREFIX', value: '/' }, headers = [], query = [] }: MatchIntent, method?: HttpMethod): HttpMatch {
  return {
    path: { type: pathTypes[path.type], value: path.value },
    ...(headers.length === 0 ? {} : { headers: headers.map(valueMatch) }),
    ...(query.length === 0 ? {} : { queryParams: query.map(valueMatch) }),
    ...(method === undefined ? {} : { method }),
  };
}

function grpcRule(gateway: RenderedGateway, { intent }: RenderedRule): GrpcRule {
  const { match: { grpc, headers = [] } = {}, backends } = intent;
  const match = {
    ...(grpc ? { method: { ...grpc, type: valueTypes[grpc.type ?? 'EXACT'] } } : {}),
    ...(headers.length === 0 ? {} : { headers: headers.map(valueMatch) }),
  };
  const filters = filtersOf(intent) as GrpcRule['filters'] & object[];
  return {
    ...(Object.keys(match).length === 0 ? {} : { matches: [match] }),
    ...(filters.length === 0 ? {} : { filters }),
    backendRefs: backends.map((backend) => backendRef(gateway, backend)),
  };
}

function valueMatch({ name, value, type = 'EXACT' }: ValueMatch): { type: (typeof valueTypes)[ValueType]; name: string; value: string } {
  return { type: valueTypes[type], name, value };
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
