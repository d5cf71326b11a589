import { checkGatewayRequest } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { subscriptionOf } from '../agc-names.js';
import { notWatched } from './check-agic-route.js';
import { checkBackend } from '../check-rule.js';
import { nameInvalid } from '../check-text.js';
import type { GatewayIntent } from '../gateway-intent.js';
import { isDnsLabel, kubernetesName } from '../kubernetes-names.js';
import type { AgicOptions } from './agic-gateway.js';

/** Everything wrong with a request for an Application Gateway by itself, before anybody else is asked. */
export function checkAgicRequest(intent: GatewayIntent, options: AgicOptions): readonly Problem[] {
  const { name, namespace, defaultBackend } = intent;
  return [
    // What cannot be told of the intent any more, the request itself is asked for.
    ...checkGatewayRequest({ ...intent, frontends: undefined, applicationGateway: options }),
    ...(isDnsLabel(namespace) || namespace === kubernetesName(name)
      ? []
      : [nameInvalid('namespace', namespace, 'a namespace: a lower-case DNS label of at most 63 characters')]),
    ...(defaultBackend ? checkBackend(defaultBackend, 'defaultBackend') : []),
    ...(defaultBackend && options.watchNamespaces && !options.watchNamespaces.includes(defaultBackend.namespace)
      ? [notWatched('defaultBackend.namespace', defaultBackend.namespace, options.watchNamespaces)]
      : []),
  ];
}

/** A WAF policy of the gateway's own subscription. */
export function checkAgicWafSubscription({ wafPolicyId }: GatewayIntent, subscriptionId: string): readonly Problem[] {
  const of = wafPolicyId === undefined ? undefined : subscriptionOf(wafPolicyId);
  if (of === undefined || of === subscriptionId.toLowerCase()) return [];
  return [
    {
      path: 'wafPolicyId',
      code: 'waf_policy_mismatch',
      message: 'the WAF policy must be in the subscription and region of the gateway',
      value: wafPolicyId,
      conflictsWith: `/subscriptions/${subscriptionId}`,
      suggestion: 'a WAF policy of the same subscription and region',
      rule: 'AGIC-54',
    },
  ];
}
