import { boundedName } from '@podspan/aks';
import { inApplyOrder, withNamespace } from '../apply-order.js';
import { kubernetesName } from '../kubernetes-names.js';
import { byCodePoint, frontendsOf } from '../listeners.js';
import { labelsOf, type AgicObject, type IngressObject, type IngressPath, type ManifestObject } from '../manifest-objects.js';
import { defaultRoute } from '../render-manifests.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { hostSets, isSecured, placeKey, redirectedHosts } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { groupsOf, type AgicGroup } from './agic-groups.js';
import { rewriteRulesOf, settingsOf, type AgicPlace } from './agic-settings-of.js';
import { writtenAnnotations } from './annotation-table.js';
import { prohibitedTargetObjects } from './prohibited-targets.js';

/** AGIC-63: AGIC names the rule set `crd-{namespace}-{name}`, and an Application Gateway takes 80 characters. */
const longestRuleSet = 80;

/** One Ingress, with what it was made from. */
export interface AgicIngress {
  readonly route: RouteIntent;
  readonly place: AgicPlace;
  readonly group: AgicGroup;
  readonly name: string;
  /** Each with a listener of its own. */
  readonly hostSets: readonly (readonly string[])[];
}

/** Every object that AGIC needs for this gateway. Same input, same objects in the same order, however the routes come. */
export function renderAgic(gateway: RenderedAgic, routes: readonly RouteIntent[]): readonly ManifestObject[] {
  const objects: ManifestObject[] = [
    ...prohibitedTargetObjects(gateway),
    ...agicIngresses(gateway, routes).flatMap((ingress) => objectsOf(gateway, ingress)),
  ];
  return inApplyOrder(withNamespace(gateway, objects));
}

/** The Ingresses of all routes in the order in which AGIC reads them: by namespace and name. */
export function agicIngresses(gateway: RenderedAgic, routes: readonly RouteIntent[]): readonly AgicIngress[] {
  const served = [...routes, ...defaultRoute(gateway, routes)];
  const redirected = redirectedHosts(gateway, served);
  return served
    .flatMap((route) => frontendsOf(route, gateway).flatMap((frontend) => ingressesOf(gateway, route, frontend, redirected)))
    .sort((a, b) => byCodePoint(`${a.group.namespace}/${a.name}`, `${b.group.namespace}/${b.name}`));
}

/** Hosts that redirect stand apart from those that do not: the annotation is the whole Ingress's. */
function ingressesOf(gateway: RenderedAgic, route: RouteIntent, frontend: string, redirected: ReadonlySet<string>): readonly AgicIngress[] {
  const redirects = (hosts: readonly string[]): boolean =>
    isSecured(route) && (hosts.length === 0 ? [undefined] : hosts).some((host) => redirected.has(placeKey(frontend, host)));
  return [false, true].flatMap((wanted) => {
    const sets = hostSets(route).filter((hosts) => redirects(hosts) === wanted);
    if (sets.length === 0) return [];
    const place = { frontend, redirected: wanted };
    return groupsOf(gateway, route, place).map((group, index) => ({
      route,
      place,
      group,
      name: nameOf(gateway, route, place, index),
      hostSets: sets,
    }));
  });
}

/**
 * Sorts as the groups do, since the number comes last and has two digits; and two routes sort by their names alone, whatever
 * redirects come and go, since every name goes on with a dot.
 */
function nameOf(gateway: RenderedAgic, route: RouteIntent, { frontend, redirected }: AgicPlace, index: number): string {
  const parts = [
    kubernetesName(gateway.name),
    route.name,
    ...(frontend === gateway.frontends[0] ? [] : [frontend]),
    ...(redirected ? ['redirected'] : []),
    String(index + 1).padStart(2, '0'),
  ];
  return parts.join('.');
}

function objectsOf(gateway: RenderedAgic, ingress: AgicIngress): readonly ManifestObject[] {
  const { route, place, group, name } = ingress;
  const [first] = group.rules;
  if (!first) return [];
  const labels = labelsOf(gateway.namespace);
  const rewriteRules = rewriteRulesOf(first);
  const rewriteName = boundedName(name, longestRuleSet - `crd-${group.namespace}-`.length);
  const rewrite: AgicObject[] = rewriteRules
    ? [
        {
          apiVersion: 'appgw.ingress.azure.io/v1beta1',
          kind: 'AzureApplicationGatewayRewrite',
          metadata: { name: rewriteName, namespace: group.namespace, labels },
          spec: { rewriteRules },
        },
      ]
    : [];
  const shared = ingress.hostSets.find((hosts) => hosts.length > 1);
  const annotations = writtenAnnotations({
    ...settingsOf(route, first, place),
    'rewrite-rule-set-custom-resource': rewriteRules ? rewriteName : undefined,
    'hostname-extension': shared?.slice(1),
  });
  return [...rewrite, ingressObject(ingress, { name, namespace: group.namespace, labels, annotations })];
}

function ingressObject({ route, group, hostSets: sets }: AgicIngress, metadata: IngressObject['metadata']): IngressObject {
  const paths = group.rules.flatMap(pathsOf);
  const hosts = sets.flat();
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: 'azure-application-gateway',
      ...(route.tls ? { tls: [{ ...(hosts.length === 0 ? {} : { hosts }), secretName: route.tls.secret }] } : {}),
      rules: sets.map(([host]) => ({ ...(host === undefined ? {} : { host }), http: { paths } })),
    },
  };
}

/**
 * AGIC takes Prefix /a for every path that starts so, /ab too. A prefix that ends at a path element is two paths: /a itself, and
 * what is below /a/.
 */
function pathsOf({ match, backends }: RuleIntent): IngressPath[] {
  const [target] = backends;
  if (!target) return [];
  const backend = { service: { name: target.service, port: { number: target.port } } };
  const { type, value } = match?.path ?? { type: 'PREFIX', value: '/' };
  const exact = { path: value, pathType: 'Exact' as const, backend };
  if (type === 'EXACT') return [exact];
  const prefix = value.replace(/\/+$/, '');
  if (prefix === '') return [{ path: '/', pathType: 'Prefix', backend }];
  return [
    { ...exact, path: prefix },
    { path: `${prefix}/`, pathType: 'Prefix', backend },
  ];
}
