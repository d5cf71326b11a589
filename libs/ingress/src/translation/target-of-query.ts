import { InvalidRequest, type Problem } from '@podspan/errors';
import { isDnsLabel } from '../domain/kubernetes-names.js';
import { exceeded } from '../domain/limits.js';
import type { TargetOptions } from '../domain/translation/target-options.js';
import type { TranslationQuery } from './translation-schemas.js';

const albId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ServiceNetworking\/trafficControllers\/[^/]+$/i;
const subnetId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;
/** AGC-02. */
const frontendName = /^[A-Za-z0-9]([A-Za-z0-9\-_.]{0,62}[A-Za-z0-9])?$/;

/**
 * What the query asks for, all of its mistakes together.
 * @throws InvalidRequest
 */
export function targetOptions(query: TranslationQuery): TargetOptions {
  const problems: Problem[] = [];
  const frontends = listOf(query.frontend);
  if (query.deployment === 'BYO') {
    need(problems, 'albId', query.albId, albId, 'the ARM id of a trafficController', 'AGC-41');
    if (frontends.length === 0) need(problems, 'frontend', undefined, frontendName, 'the name of a frontend', 'AGC-41');
    for (const frontend of frontends) need(problems, 'frontend', frontend, frontendName, 'the name of a frontend', 'AGC-02');
    problems.push(...repeated(frontends));
    refuse(problems, 'subnetId', query.subnetId, 'BYO');
  } else {
    need(problems, 'subnetId', query.subnetId, subnetId, 'the ARM id of a subnet', 'AGC-40');
    refuse(problems, 'albId', query.albId, 'MANAGED');
    refuse(problems, 'frontend', query.frontend, 'MANAGED');
  }
  if (!isDnsLabel(query.namespace)) {
    problems.push({ path: 'namespace', code: 'name_invalid', message: `'${query.namespace}' is no namespace`, value: query.namespace });
  }
  if (problems.length > 0) throw new InvalidRequest(problems);
  return {
    api: query.api,
    deployment:
      query.deployment === 'BYO'
        ? { kind: 'BYO', albId: query.albId ?? '', frontends }
        : { kind: 'MANAGED', subnetId: query.subnetId ?? '' },
    namespace: query.namespace,
    agicClasses: listOf(query.ingressClass),
  };
}

/** AGC-19: each Gateway needs a frontend of its own. */
function repeated(frontends: readonly string[]): readonly Problem[] {
  const lower = frontends.map((name) => name.toLowerCase());
  const twice = frontends.find((name, index) => lower.indexOf(name.toLowerCase()) < index);
  return twice === undefined
    ? []
    : exceeded('gatewaysPerFrontend', lower.filter((name) => name === twice.toLowerCase()).length, 'frontend');
}

function need(problems: Problem[], path: string, value: string | undefined, pattern: RegExp, what: string, rule: string): void {
  if (value === undefined) problems.push({ path, code: 'required', message: `this deployment needs ${what}`, rule });
  else if (!pattern.test(value)) problems.push({ path, code: 'invalid_format', message: `'${value}' is not ${what}`, value, rule });
}

function refuse(problems: Problem[], path: string, value: string | undefined, deployment: string): void {
  if (value === undefined) return;
  const message = `${path} does not go with deployment=${deployment}: use one or the other, never both`;
  problems.push({ path, code: 'ambiguous_request', message, value, rule: 'AGC-41' });
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
