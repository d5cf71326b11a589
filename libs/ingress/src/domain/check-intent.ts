import { checkGatewayRequest, type GatewayRequest } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { checkBackend } from './check-rule.js';
import { nameInvalid } from './check-text.js';
import { checkHealthCheck } from './check-health-check.js';
import type { GatewayIntent } from './gateway-intent.js';
import { isDnsLabel, kubernetesName } from './kubernetes-names.js';
import { exceeded } from './limits.js';

/** Everything wrong with a request by itself, before anybody else is asked. */
export function checkIntent(
  intent: GatewayIntent,
  { acceptPreview, applicationGateway }: Pick<GatewayRequest, 'acceptPreview' | 'applicationGateway'> = {},
): readonly Problem[] {
  const { frontends, defaultBackend } = intent;
  return [
    ...checkGatewayRequest({ ...intent, acceptPreview, applicationGateway }),
    ...exceeded('frontendsPerGateway', frontends.length, 'frontends'),
    ...checkNamespace(intent),
    ...(defaultBackend ? checkBackend(defaultBackend, 'defaultBackend') : []),
    ...(defaultBackend?.healthCheck ? checkHealthCheck(defaultBackend.healthCheck, 'defaultBackend.healthCheck') : []),
  ];
}

/** The default follows from the name: a bad name is one problem, not two. */
function checkNamespace({ name, namespace }: GatewayIntent): readonly Problem[] {
  if (isDnsLabel(namespace) || namespace === kubernetesName(name)) return [];
  return [nameInvalid('namespace', namespace, 'a namespace: a lower-case DNS label of at most 63 characters')];
}
