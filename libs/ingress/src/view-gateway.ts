import type { StepView } from '@podspan/engine';
import { agicMembers, renderedAgic } from './agic/view-agic.js';
import type { GatewayRow, RouteRow } from './database.js';
import { frontendId, securityPolicyId } from './domain/agc-names.js';
import { albController, renderedFor } from './domain/alb-controller.js';
import type { RenderedGateway } from './domain/gateway-intent.js';
import type { RenderedTarget } from './domain/render-target.js';
import { deploymentOf, type AgcInput } from './programs/agc-input.js';
import { idsOf } from './programs/agc-steps.js';
import type { RouteView } from './route-schemas.js';
import type { GatewayView } from './schemas.js';
import type { WafGrantRow } from './waf/waf-grants.repository.js';

export function viewGateway(row: GatewayRow, steps: readonly StepView[] = [], grants: readonly WafGrantRow[] = []): GatewayView {
  return {
    ...(row.input.kind === 'AGIC' ? agicMembers(row, row.input) : agcMembers(row, row.input)),
    wafPolicies: grants.map(({ policy_id: policyId, state, failure }) => ({ policyId, status: state, failure })),
    failure: row.failure,
    removal: null,
    steps: steps.map(({ name, title, state, waitingFor }) => ({ name, title, state, waitingFor: waitingFor ?? null })),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function agcMembers(row: GatewayRow, input: AgcInput): ReturnType<typeof agicMembers> {
  const { intent } = row;
  const made = idsOf(input);
  const ours = deploymentOf(input) === 'BYO';
  return {
    id: row.id,
    name: row.name,
    cluster: row.cluster,
    kind: intent.kind,
    deployment: intent.deployment,
    api: intent.api ?? 'GATEWAY',
    status: row.state,
    frontends: intent.frontends.map((name) => ({
      name,
      fqdn: row.frontends.find((frontend) => frontend.name === name)?.fqdn ?? null,
      ipAddress: null,
      resourceId: ours ? frontendId(made.trafficController, name) : null,
    })),
    namespace: row.namespace,
    subscriptionId: row.subscription_id,
    region: row.region,
    resourceId: ours ? made.trafficController : null,
    associationId: ours ? made.association : null,
    securityPolicyId: ours && intent.wafPolicyId !== undefined ? securityPolicyId(made.trafficController) : null,
    loadBalancer: ours ? null : { namespace: row.namespace, name: row.kubernetes_name },
    applicationGateway: null,
    subnet: { id: row.subnet_id, cidr: row.subnet_cidr, source: input.subnet.source },
    identity: row.identity ? { resourceId: made.identity, ...row.identity } : null,
    controller: controllerOf(row, input),
  };
}

function controllerOf({ intent, kubernetes_version: kubernetes, identity }: GatewayRow, input: AgcInput): GatewayView['controller'] {
  const controller = albController({
    deployment: deploymentOf(input),
    kubernetesVersion: kubernetes ?? undefined,
    wanted: intent.controllerVersion,
    clientId: identity?.clientId,
  });
  return { ...controller, values: controller.values && { ...controller.values } };
}

export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/** What the manifests are rendered from. */
export function renderedTarget(row: RenderedRow): RenderedTarget {
  return row.input.kind === 'AGIC' ? renderedAgic(row, row.input) : renderedGateway(row, row.input);
}

function renderedGateway({ intent, kubernetes_version }: RenderedRow, input: AgcInput): RenderedGateway {
  const { name, namespace, frontends, defaultBackend, wafPolicyId, api = 'GATEWAY' } = intent;
  const deployment = deploymentOf(input);
  return {
    name,
    namespace,
    frontends,
    api,
    subscriptionId: input.subscriptionId,
    loadBalancer: deployment === 'BYO' ? { albId: idsOf(input).trafficController } : { subnetId: input.subnet.id },
    ...(defaultBackend ? { defaultBackend } : {}),
    ...(wafPolicyId === undefined ? {} : { wafPolicyId }),
    ...renderedFor({ deployment, kubernetesVersion: kubernetes_version ?? undefined, wanted: intent.controllerVersion }),
  };
}

type RenderedRow = Pick<GatewayRow, 'name' | 'namespace' | 'intent' | 'input' | 'kubernetes_version'>;

export function viewRoute({ intent, created_at, updated_at }: RouteRow): RouteView {
  return { ...(intent as RouteView), createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
}
