import type { Problem } from '@podspan/errors';
import type { DefaultBackendIntent, GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import type { RouteIntent } from './domain/route-intent.js';
import { unsupportedRuleMembers, type GatewayBody, type RouteBody } from './schemas.js';

const defaultFrontend = 'frontend';

/** The request with its defaults filled in: what means the same becomes the same. */
export function gatewayIntentOf(body: GatewayBody): GatewayIntent {
  const {
    wafPolicyId: _,
    frontendPorts: __,
    privateFrontend: ___,
    frontends = 1,
    namespace = kubernetesName(body.name),
    defaultBackend,
    ...rest
  } = body;
  return stripped({
    ...rest,
    frontends: frontendNames(frontends),
    namespace,
    ...(defaultBackend ? { defaultBackend: { namespace, ...stripped(defaultBackend) } as DefaultBackendIntent } : {}),
  }) as GatewayIntent;
}

/** A number stands for `frontend`, `frontend-2`, ...: one more does not rename the others. */
function frontendNames(frontends: NonNullable<GatewayBody['frontends']>): readonly string[] {
  if (typeof frontends !== 'number') return frontends.map((frontend) => (typeof frontend === 'string' ? frontend : frontend.name));
  return Array.from({ length: frontends }, (_, index) => (index === 0 ? defaultFrontend : `${defaultFrontend}-${index + 1}`));
}

export function routeIntentOf(name: string, body: RouteBody): RouteIntent {
  const rules = body.rules.map(({ match, backends, healthCheck }) => stripped({ match, backends, healthCheck }));
  return stripped({ name, hostnames: body.hostnames, tls: body.tls, frontends: body.frontends, rules }) as unknown as RouteIntent;
}

/** What Podspan does not do yet is said, not ignored. */
export function unsupportedInGateway({ wafPolicyId, frontendPorts = [], privateFrontend }: GatewayBody): readonly Problem[] {
  return [
    ...(wafPolicyId === undefined ? [] : [unsupported('wafPolicyId', wafPolicyId)]),
    ...frontendPorts.flatMap((port, index) =>
      port === 80 || port === 443 ? [] : [beyondAgc(`frontendPorts[${index}]`, port, 'AGC listens on 80 and 443 only', 'MAP-13')],
    ),
    ...(privateFrontend === true ? [beyondAgc('privateFrontend', true, 'AGC has no private frontend', 'MAP-14')] : []),
  ];
}

export function unsupportedInRoute({ rules }: RouteBody): readonly Problem[] {
  return rules.flatMap((rule, index) =>
    unsupportedRuleMembers
      .filter((member) => rule[member] !== undefined)
      .map((member) => unsupported(`rules[${index}].${member}`, rule[member])),
  );
}

/** What no release of Podspan can add: AGC itself does not do it. */
function beyondAgc(path: string, value: unknown, message: string, rule: string): Problem {
  return { path, code: 'agc_feature_unsupported', message, value, suggestion: 'leave the member out, or use an Application Gateway', rule };
}

function unsupported(path: string, value: unknown): Problem {
  return {
    path,
    code: 'unsupported_feature',
    message: 'Podspan cannot do this yet',
    value,
    suggestion: 'leave the member out',
    rule: 'AGC-54',
  };
}

/** Without the members that are undefined, all the way down: they do not survive JSON, and equality must. */
function stripped<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
