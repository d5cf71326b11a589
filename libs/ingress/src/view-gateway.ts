import type { StepView } from '@podspan/engine';
import type { GatewayRow, RouteRow } from './database.js';
import { frontendId } from './domain/agc-names.js';
import { controllerRelease, targetOf } from './domain/controller-version.js';
import type { RenderedGateway } from './domain/gateway-intent.js';
import { idsOf } from './programs/agc-create.js';
import type { RouteView } from './route-schemas.js';
import type { GatewayView } from './schemas.js';

export function viewGateway(row: GatewayRow, steps: readonly StepView[] = []): GatewayView {
  const { intent, input } = row;
  const { trafficController, association } = idsOf(input);
  return {
    id: row.id,
    name: row.name,
    cluster: row.cluster,
    kind: intent.kind,
    deployment: intent.deployment,
    status: row.state,
    frontends: intent.frontends.map((name) => ({
      name,
      fqdn: row.frontends.find((frontend) => frontend.name === name)?.fqdn ?? null,
      resourceId: frontendId(trafficController, name),
    })),
    namespace: row.namespace,
    subscriptionId: row.subscription_id,
    region: row.region,
    resourceId: trafficController,
    associationId: association,
    subnet: { id: row.subnet_id, cidr: row.subnet_cidr, source: input.subnet.source },
    identity: row.identity ? { resourceId: idsOf(input).identity, ...row.identity } : null,
    controller: controllerOf(row),
    failure: row.failure,
    steps: steps.map(({ name, title, state, waitingFor }) => ({ name, title, state, waitingFor: waitingFor ?? null })),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function controllerOf({ intent, kubernetes_version: kubernetes, identity }: GatewayRow): GatewayView['controller'] {
  const release = controllerRelease(kubernetes ?? undefined, intent.controllerVersion);
  const values = identity && { albController: { namespace: release.namespace, podIdentity: { clientID: identity.clientId } } };
  return { ...release, values };
}

export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/** What the manifests are rendered from. */
export function renderedGateway({ intent, input, kubernetes_version }: RenderedRow): RenderedGateway {
  const { name, namespace, frontends, defaultBackend, wafPolicyId } = intent;
  return {
    name,
    namespace,
    frontends,
    albId: idsOf(input).trafficController,
    ...(defaultBackend ? { defaultBackend } : {}),
    ...(wafPolicyId === undefined ? {} : { wafPolicyId }),
    ...targetOf(kubernetes_version ?? undefined, intent.controllerVersion),
  };
}

type RenderedRow = Pick<GatewayRow, 'intent' | 'input' | 'kubernetes_version'>;

export function viewRoute({ intent, created_at, updated_at }: RouteRow): RouteView {
  return { ...(intent as RouteView), createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
}
