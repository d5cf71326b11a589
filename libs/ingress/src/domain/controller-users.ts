import type { Problem } from '@podspan/errors';
import type { Deployment, GatewayKind, GatewayState } from './gateway-intent.js';
import { limits } from './limits.js';

/** Another gateway of the same cluster. */
export interface OtherGateway {
  readonly name: string;
  readonly kind: GatewayKind;
  readonly deployment: Deployment;
  readonly state: GatewayState;
  /** Whether its removal takes the controller's identity, or the add-on, along. */
  readonly removesController: boolean;
  readonly wafPolicyId: string | undefined;
}

/** What goes together with a gateway, given the others of its cluster. */
export interface LeftOver {
  readonly last: boolean;
  readonly lastOfDeployment: boolean;
}

/** Of kind AGC alone: AGIC has a controller of its own. */
export function leftOver(others: readonly OtherGateway[], deployment: Deployment): LeftOver {
  const using = others.filter(({ kind, state }) => kind === 'AGC' && state !== 'DELETING');
  return {
    last: !using.some((other) => runsByAddOn(other.deployment) === runsByAddOn(deployment)),
    lastOfDeployment: !using.some((other) => other.deployment === deployment),
  };
}

export function isLosingController(others: readonly OtherGateway[]): boolean {
  return others.some(({ kind, state, removesController }) => kind === 'AGC' && state === 'DELETING' && removesController);
}

/** The controller's role on a WAF policy stays while another gateway of the cluster is bound to it. */
export function wafPoliciesBound(others: readonly OtherGateway[]): readonly string[] {
  return others.flatMap(({ kind, state, wafPolicyId }) =>
    kind === 'AGC' && state !== 'DELETING' && wafPolicyId !== undefined ? [wafPolicyId] : [],
  );
}

/** AGC-18: one controller per cluster, and the add-on brings its own. */
export function checkController(others: readonly OtherGateway[], deployment: Deployment): readonly Problem[] {
  const other = others.find(({ kind, ...rest }) => kind === 'AGC' && runsByAddOn(rest.deployment) !== runsByAddOn(deployment));
  if (!other) return [];
  const { rule, most: max, of } = limits.controllersPerCluster;
  const suggestion = runsByAddOn(deployment) ? 'deployment BYO or MANAGED' : 'deployment ADDON';
  return [
    {
      path: 'deployment',
      code: 'agc_limit_exceeded',
      message: `2 is more than the limit of ${max} ${of}: '${other.name}' runs by ${runsByAddOn(other.deployment) ? 'the add-on' : 'the Helm chart'}`,
      value: deployment,
      conflictsWith: { limit: 'controllersPerCluster', max, gateway: other.name, deployment: other.deployment },
      suggestion,
      rule,
    },
  ];
}

function runsByAddOn(deployment: Deployment): boolean {
  return deployment === 'ADDON';
}
