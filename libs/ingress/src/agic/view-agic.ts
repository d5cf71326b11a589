import { agicDefaults } from '@podspan/aks';
import type { GatewayRow } from '../database.js';
import type { AgicOptions, RenderedAgic } from '../domain/agic/agic-gateway.js';
import { privateFrontend } from '../domain/agic/agic-gateway.js';
import { agicRelease } from '../domain/agic/agic-release.js';
import type { GatewayView } from '../schemas.js';
import { idsIn } from './agic-create.js';
import type { AgicInput } from './agic-input.js';

const none: AgicOptions = { sku: 'STANDARD_V2', ...agicDefaults, prohibitedTargets: [] };

/** What an Application Gateway shows beside what every gateway does. */
export function agicMembers(
  row: GatewayRow,
  input: AgicInput,
): Omit<GatewayView, 'wafPolicies' | 'steps' | 'removal' | 'failure' | 'createdAt' | 'updatedAt'> {
  const { intent } = row;
  const ids = idsIn(input);
  const options = intent.applicationGateway ?? none;
  const { sku, minInstances, maxInstances } = options;
  return {
    id: row.id,
    name: row.name,
    cluster: row.cluster,
    kind: 'AGIC',
    deployment: intent.deployment,
    api: 'INGRESS',
    status: row.state,
    frontends: intent.frontends.map((name) => ({
      name,
      fqdn: null,
      ipAddress: row.frontends.find((frontend) => frontend.name === name)?.ipAddress ?? null,
      resourceId: name === privateFrontend ? `${ids.applicationGateway}/frontendIPConfigurations/${name}` : ids.publicAddress,
    })),
    namespace: row.namespace,
    subscriptionId: row.subscription_id,
    region: row.region,
    resourceId: ids.applicationGateway,
    associationId: null,
    securityPolicyId: null,
    loadBalancer: null,
    applicationGateway: { sku, minInstances, maxInstances },
    subnet: { id: row.subnet_id, cidr: row.subnet_cidr, source: input.subnet.source },
    identity: row.identity ? { resourceId: ids.identity, ...row.identity } : null,
    controller: controllerOf(row, input, options),
  };
}

function controllerOf({ intent, identity }: GatewayRow, input: AgicInput, options: AgicOptions): GatewayView['controller'] {
  const { deployment, namespace } = input;
  const release = agicRelease({
    gateway: intent.name,
    deployment,
    namespace,
    wanted: intent.controllerVersion,
    applicationGateway: idsIn(input).applicationGateway,
    options,
    clientId: identity?.clientId,
  });
  return { ...release, gatewayApiVersion: null, values: release.values && { ...release.values } };
}

/** What the manifests are rendered from. */
export function renderedAgic(
  { intent, namespace, name }: Pick<GatewayRow, 'intent' | 'namespace' | 'name'>,
  input: AgicInput,
): RenderedAgic {
  const { sku, prohibitedTargets, watchNamespaces } = intent.applicationGateway ?? none;
  return {
    kind: 'AGIC',
    name,
    namespace,
    resourceId: idsIn(input).applicationGateway,
    frontends: intent.frontends,
    sku,
    prohibitedTargets,
    ...(watchNamespaces ? { watchNamespaces } : {}),
    ...(intent.defaultBackend ? { defaultBackend: intent.defaultBackend } : {}),
  };
}
