import type { Cluster, Controller, Place } from './cluster.js';
import { isFields, type Fields, type KubeObject } from './kube-object.js';

const controllerName = 'alb.networking.azure.io/alb-controller';
const gatewayClass = 'azure-alb-external';

export interface AlbControllerOptions {
  /** Look for the Services of backends (BackendNotFound); where a stand-in has none, they are taken as there. Default false. */
  readonly checkServices?: boolean;
  /** Of the frontend in Azure that serves a Gateway; the controller says it in the Gateway's status. None by default. */
  readonly fqdnOf?: (gateway: KubeObject) => string | undefined;
  /** Leaves Gateways without an answer, as a controller does that cannot reach Azure. */
  readonly stuck?: () => boolean;
}

/** Sets status as the ALB Controller does, by what the cluster holds at the time. */
export function albController(options: AlbControllerOptions = {}): Controller {
  return (cluster) => {
    for (const gateway of cluster.objects('Gateway'))
      if (isOurs(gateway) && options.stuck?.() !== true) statusOfGateway(cluster, gateway, options.fqdnOf?.(gateway));
    for (const route of [...cluster.objects('HTTPRoute'), ...cluster.objects('GRPCRoute')]) statusOfRoute(cluster, route, options);
    for (const policy of policiesOf(cluster)) {
      const accepted = condition(policy, 'Accepted', true, 'Accepted', `Valid ${policy.kind}`);
      // AGC-40: the one that Azure resources are made from says so.
      const made = policy.kind === 'ApplicationLoadBalancer' ? [condition(policy, 'Deployment', true, 'Ready', 'alb-1a2b3c4d')] : [];
      setConditions(cluster, policy, [accepted, ...made]);
    }
  };
}

function isOurs({ spec }: KubeObject): boolean {
  return isFields(spec) && spec['gatewayClassName'] === gatewayClass;
}

function statusOfGateway(cluster: Cluster, gateway: KubeObject, fqdn: string | undefined): void {
  const conditions = [
    condition(gateway, 'Accepted', true, 'Accepted', 'Valid Gateway'),
    condition(gateway, 'Programmed', true, 'Programmed', 'Application Gateway for Containers resource has been successfully updated.'),
  ];
  const addresses = fqdn === undefined ? {} : { addresses: [{ type: 'Hostname', value: fqdn }] };
  cluster.setStatus(placeOf(cluster, gateway), { ...addresses, conditions });
}

function statusOfRoute(cluster: Cluster, route: KubeObject, { checkServices = false }: AlbControllerOptions): void {
  const parents = listAt(route['spec'], 'parentRefs').map((parentRef) => ({
    parentRef,
    controllerName,
    conditions: conditionsOfRoute(cluster, route, checkServices),
  }));
  cluster.setStatus(placeOf(cluster, route), { parents });
}

function conditionsOfRoute(cluster: Cluster, route: KubeObject, checkServices: boolean): readonly object[] {
  const problem = refusalOf(cluster, route, checkServices);
  return [
    condition(route, 'Accepted', true, 'Accepted', `${route.kind} is accepted.`),
    problem
      ? condition(route, 'ResolvedRefs', false, problem.reason, problem.message)
      : condition(route, 'ResolvedRefs', true, 'ResolvedRefs', ''),
    condition(route, 'Programmed', true, 'Programmed', 'Application Gateway for Containers resource has been successfully updated.'),
  ];
}

function refusalOf(cluster: Cluster, route: KubeObject, checkServices: boolean): { reason: string; message: string } | undefined {
  for (const backend of listAt(route['spec'], 'rules').flatMap((rule) => listAt(rule, 'backendRefs'))) {
    const {
      name,
      namespace = route.metadata.namespace,
      kind = 'Service',
    } = backend as { name?: string; namespace?: string; kind?: string };
    const what = `${kind} ${namespace ?? ''}/${String(name)}`;
    if (kind !== 'Service') return { reason: 'InvalidKind', message: `${what} is not a Service` };
    if (namespace !== route.metadata.namespace && !isGranted(cluster, route, namespace ?? ''))
      return { reason: 'RefNotPermitted', message: `${what} is in another namespace, and no ReferenceGrant permits it` };
    const exists = cluster.objects('Service').some(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    if (checkServices && !exists) return { reason: 'BackendNotFound', message: `${what} was not found` };
  }
  return undefined;
}

function isGranted(cluster: Cluster, route: KubeObject, namespace: string): boolean {
  return cluster
    .objects('ReferenceGrant')
    .filter(({ metadata }) => metadata.namespace === namespace)
    .some((grant) =>
      listAt(grant['spec'], 'from').some((from) => from['kind'] === route.kind && from['namespace'] === route.metadata.namespace),
    );
}

function policiesOf(cluster: Cluster): readonly KubeObject[] {
  return cluster.kinds.filter(({ group }) => group === 'alb.networking.azure.io').flatMap(({ kind }) => cluster.objects(kind));
}

function setConditions(cluster: Cluster, object: KubeObject, conditions: readonly object[]): void {
  cluster.setStatus(placeOf(cluster, object), { conditions });
}

function condition({ metadata: { generation } }: KubeObject, type: string, holds: boolean, reason: string, message: string): object {
  return {
    type,
    status: holds ? 'True' : 'False',
    reason,
    message,
    observedGeneration: generation,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
}

function placeOf(cluster: Cluster, { kind, metadata }: KubeObject): Place {
  return { kind: cluster.kind(kind), namespace: metadata.namespace, name: metadata.name };
}

function listAt(value: unknown, name: string): readonly Fields[] {
  const found = isFields(value) ? value[name] : undefined;
  return Array.isArray(found) ? found.filter(isFields) : [];
}
