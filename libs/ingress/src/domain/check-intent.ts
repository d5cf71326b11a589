import { checkName } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { checkBackend, nameInvalid } from './check-route.js';
import { checkHealthCheck } from './check-health-check.js';
import type { GatewayIntent } from './gateway-intent.js';
import { isDnsLabel, kubernetesName } from './kubernetes-names.js';
import { exceeded } from './limits.js';

/** Everything wrong with a request by itself, before anybody else is asked. */
export function checkIntent(intent: GatewayIntent): readonly Problem[] {
  return [
    ...checkName('AGC', intent.name),
    ...checkOffered(intent),
    ...checkFrontends(intent.frontends),
    ...checkNamespace(intent),
    ...checkSubnetMembers(intent),
    ...(intent.defaultBackend ? checkBackend(intent.defaultBackend, 'defaultBackend') : []),
    ...(intent.defaultBackend?.healthCheck ? checkHealthCheck(intent.defaultBackend.healthCheck, 'defaultBackend.healthCheck') : []),
  ];
}

/** The default follows from the name: a bad name is one problem, not two. */
function checkNamespace({ name, namespace }: GatewayIntent): readonly Problem[] {
  if (isDnsLabel(namespace) || namespace === kubernetesName(name)) return [];
  return [nameInvalid('namespace', namespace, 'a namespace: a lower-case DNS label of at most 63 characters')];
}

function checkOffered({ kind, deployment }: GatewayIntent): readonly Problem[] {
  if (kind !== 'AGC')
    return [
      { path: 'kind', code: 'unsupported_kind', message: `Podspan cannot make ${kind} gateways yet`, value: kind, suggestion: 'AGC' },
    ];
  if (deployment === 'BYO') return [];
  return [
    {
      path: 'deployment',
      code: 'unsupported_deployment',
      message: `Podspan cannot make ${deployment} gateways yet`,
      value: deployment,
      suggestion: 'BYO',
    },
  ];
}

function checkFrontends(frontends: readonly string[]): readonly Problem[] {
  const lower = frontends.map((name) => name.toLowerCase());
  return [
    ...(frontends.length === 0
      ? [
          {
            path: 'frontends',
            code: 'frontends_missing',
            message: 'an AGC without a frontend takes no traffic',
            suggestion: 'leave the member out for one frontend',
          },
        ]
      : []),
    ...exceeded('frontendsPerGateway', frontends.length, 'frontends'),
    ...frontends.flatMap((name, index): readonly Problem[] => {
      const path = `frontends[${index}].name`;
      const first = lower.indexOf(name.toLowerCase());
      if (first !== index)
        return [{ path, code: 'duplicate', message: 'named twice', value: name, conflictsWith: `frontends[${first}].name` }];
      return checkName('AGC', name, path);
    }),
  ];
}

function checkSubnetMembers({ pool, subnetId, subnetCidr }: GatewayIntent): readonly Problem[] {
  const problems: Problem[] = [];
  if (subnetId !== undefined && (pool !== undefined || subnetCidr !== undefined)) {
    const message = 'a subnet that exists and a block to make one of exclude each other';
    problems.push({ path: 'subnetId', code: 'ambiguous_request', message, value: subnetId, conflictsWith: pool ?? subnetCidr });
  }
  if (subnetId !== undefined && !isSubnetId(subnetId)) {
    problems.push({ path: 'subnetId', code: 'invalid_format', message: 'not the ARM id of a subnet', value: subnetId });
  }
  return problems;
}

function isSubnetId(id: string): boolean {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i.test(id);
}
