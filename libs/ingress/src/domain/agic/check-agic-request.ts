import { checkGatewayRequest } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
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
