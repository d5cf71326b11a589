import type { Problem } from '@podspan/errors';
import type { RenderedAgic } from './agic/agic-gateway.js';
import { checkAgic } from './agic/check-agic.js';
import { renderAgic } from './agic/render-agic.js';
import { checkIngressApi } from './check-ingress-api.js';
import type { RenderedGateway } from './gateway-intent.js';
import type { ManifestApi } from './manifest-api.js';
import type { ManifestObject } from './manifest-objects.js';
import { renderIngresses } from './render-ingresses.js';
import { renderManifests } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';
import { oldestGatewayApi, type GatewayApiVersion } from './schemas/bundles.js';

/** A gateway of either kind, as far as rendering goes. */
export type RenderedTarget = RenderedGateway | RenderedAgic;

export function isAgic(target: RenderedTarget): target is RenderedAgic {
  return 'kind' in target;
}

/** What `api` cannot say of a gateway and its routes, each problem with the field, the reason and the rule. */
export function checkTarget(target: RenderedTarget, routes: readonly RouteIntent[], api: ManifestApi = apiOf(target)): readonly Problem[] {
  if (isAgic(target)) return api === 'GATEWAY' ? [noGatewayApi] : checkAgic(target, routes);
  return api === 'INGRESS' ? checkIngressApi(target, routes) : [];
}

/** The objects of a gateway and its routes in `api`, after {@link checkTarget} found nothing. */
export function renderTarget(
  target: RenderedTarget,
  routes: readonly RouteIntent[],
  api: ManifestApi = apiOf(target),
): readonly ManifestObject[] {
  if (isAgic(target)) return renderAgic(target, routes);
  return api === 'INGRESS' ? renderIngresses(target, routes) : renderManifests(target, routes);
}

/** The bundle its objects validate against; AGIC's hold nothing of the Gateway API. */
export function gatewayApiOf(target: RenderedTarget): GatewayApiVersion {
  return isAgic(target) ? oldestGatewayApi : target.gatewayApi;
}

function apiOf(target: RenderedTarget): ManifestApi {
  return isAgic(target) ? 'INGRESS' : target.api;
}

const noGatewayApi: Problem = {
  path: 'api',
  code: 'not_expressible',
  message: 'AGIC reads Ingresses and knows no Gateway API',
  value: 'GATEWAY',
  suggestion: 'INGRESS, or a gateway of kind AGC',
  rule: 'AGIC-32',
};
