import type { Problem } from '@podspan/errors';
import type { DefaultBackendIntent, GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import type { RouteIntent } from './domain/route-intent.js';
import { unsupportedRuleMembers, type GatewayBody, type RouteBody } from './schemas.js';

export const defaultFrontend = 'frontend';

/** The request with its defaults filled in: what means the same becomes the same. */
export function gatewayIntentOf(body: GatewayBody): GatewayIntent {
  const { wafPolicyId: _, frontends = [defaultFrontend], namespace = kubernetesName(body.name), defaultBackend, ...rest } = body;
  return stripped({
    ...rest,
    frontends: frontends.map((frontend) => (typeof frontend === 'string' ? frontend : frontend.name)),
    namespace,
    ...(defaultBackend ? { defaultBackend: { namespace, ...stripped(defaultBackend) } as DefaultBackendIntent } : {}),
  }) as GatewayIntent;
}

export function routeIntentOf(name: string, body: RouteBody): RouteIntent {
  const rules = body.rules.map(({ match, backends, healthCheck }) => stripped({ match, backends, healthCheck }));
  return stripped({ name, hostnames: body.hostnames, tls: body.tls, frontends: body.frontends, rules }) as unknown as RouteIntent;
}

/** What Podspan does not do yet is said, not ignored. */
export function unsupportedInGateway({ wafPolicyId }: GatewayBody): readonly Problem[] {
  return wafPolicyId === undefined ? [] : [unsupported('wafPolicyId', wafPolicyId)];
}

export function unsupportedInRoute({ rules }: RouteBody): readonly Problem[] {
  return rules.flatMap((rule, index) =>
    unsupportedRuleMembers.filter((member) => rule[member] !== undefined).map((member) => unsupported(`rules[${index}].${member}`, rule[member])),
  );
}

function unsupported(path: string, value: unknown): Problem {
  return { path, code: 'unsupported_feature', message: 'Podspan cannot do this yet', value, suggestion: 'leave the member out', rule: 'AGC-54' };
}

/** Without the members that are undefined, all the way down: they do not survive JSON, and equality must. */
function stripped<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
