import type { Problem } from '@podspan/errors';
import { checkName } from '../cluster/names.js';
import { problemIf, under } from '../findings.js';
import { checkAgicRequest, type AgicRequest } from './agic-request.js';

/** A gateway as it is asked for, with the cluster or after it, as far as it can be judged by itself. */
export interface GatewayRequest {
  readonly kind: 'AGC' | 'AGIC';
  readonly deployment?: 'BYO' | 'MANAGED' | 'ADDON' | undefined;
  /** Whoever asks knows that the add-on is a preview. */
  readonly acceptPreview?: boolean | undefined;
  readonly name?: string | undefined;
  readonly frontends?: number | readonly (string | { readonly name: string })[] | undefined;
  readonly pool?: string | undefined;
  readonly subnetCidr?: string | undefined;
  readonly subnetId?: string | undefined;
  readonly wafPolicyId?: string | undefined;
  readonly controllerVersion?: string | undefined;
  readonly applicationGateway?: AgicRequest | undefined;
}

/** Kind, deployment, names and subnet of a gateway: what a cluster must not wait for until it exists. Limits and ports: {@link checkIngress}. */
export function checkGatewayRequest(request: GatewayRequest, path = ''): readonly Problem[] {
  const { name, wafPolicyId } = request;
  return under(path, [
    ...(name === undefined ? [] : checkName('AGC', name)),
    ...checkOffered(request),
    ...checkFrontends(request),
    ...checkSubnet(request),
    ...(wafPolicyId === undefined ? [] : checkWafPolicyId('wafPolicyId', wafPolicyId)),
  ]);
}

const wafPolicy =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/applicationGatewayWebApplicationFirewallPolicies\/[^/]+$/i;

/** AGC-66: the form of the id. Where the policy is, the caller judges. */
export function checkWafPolicyId(path: string, id: string): readonly Problem[] {
  return problemIf(!wafPolicy.test(id), {
    path,
    code: 'waf_policy_invalid',
    rule: 'AGC-66',
    message: 'not the ARM id of a WAF policy',
    value: id,
    suggestion:
      '/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/{name}',
  });
}

function checkOffered(request: GatewayRequest): readonly Problem[] {
  const { kind, deployment = 'BYO', acceptPreview, applicationGateway } = request;
  if (kind === 'AGIC') return checkAgicRequest(request);
  return [
    ...problemIf(deployment === 'ADDON' && acceptPreview !== true, {
      path: 'acceptPreview',
      code: 'preview_not_accepted',
      rule: 'AGC-42',
      message: 'the ALB Controller as an add-on of AKS is a preview, without support for production',
      value: acceptPreview ?? false,
      conflictsWith: 'deployment ADDON',
      suggestion: 'acceptPreview: true, or deployment MANAGED',
    }),
    ...problemIf(applicationGateway !== undefined, {
      path: 'applicationGateway',
      code: 'not_expressible',
      rule: 'AGC-54',
      message: 'only an Application Gateway with AGIC has this; the gateway is one for containers',
      value: applicationGateway,
      suggestion: 'leave it out, or kind AGIC',
    }),
  ];
}

function checkFrontends({ kind, frontends }: GatewayRequest): readonly Problem[] {
  if (kind === 'AGIC')
    return problemIf(frontends !== undefined, {
      path: 'frontends',
      code: 'not_expressible',
      rule: 'AGIC-53',
      message: 'an Application Gateway has a public frontend, and a private one on demand',
      value: frontends,
      suggestion: 'privateFrontend: true, or leave it out',
    });
  if (frontends === undefined || typeof frontends === 'number') return [];
  const names = frontends.map((frontend) => (typeof frontend === 'string' ? frontend : frontend.name));
  const lower = names.map((name) => name.toLowerCase());
  const none = {
    path: 'frontends',
    code: 'frontends_missing',
    message: 'an AGC without a frontend takes no traffic',
    suggestion: 'leave the member out for one frontend',
  };
  return [
    ...problemIf(names.length === 0, none),
    ...names.flatMap((name, index): readonly Problem[] => {
      const path = `frontends[${index}].name`;
      const first = lower.indexOf(name.toLowerCase());
      if (first === index) return checkName('AGC', name, path);
      return [{ path, code: 'duplicate', message: 'named twice', value: name, conflictsWith: `frontends[${first}].name` }];
    }),
  ];
}

const subnetId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

function checkSubnet({ pool, subnetId: id, subnetCidr }: GatewayRequest): readonly Problem[] {
  if (id === undefined) return [];
  const message = 'a subnet that exists and a block to make one of exclude each other';
  const other = pool ?? subnetCidr;
  return [
    ...problemIf(other !== undefined, { path: 'subnetId', code: 'ambiguous_request', message, value: id, conflictsWith: other }),
    ...problemIf(!subnetId.test(id), { path: 'subnetId', code: 'invalid_format', message: 'not the ARM id of a subnet', value: id }),
  ];
}
