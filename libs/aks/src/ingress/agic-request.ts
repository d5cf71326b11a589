import type { Problem } from '@podspan/errors';
import { problemIf } from '../findings.js';
import { APPLICATION_GATEWAY_MAX_INSTANCES } from '../sizing/subnet-size.js';

/** What only an Application Gateway with AGIC has among what somebody asks for. */
export interface AgicRequest {
  readonly sku?: 'STANDARD_V2' | 'WAF_V2' | undefined;
  readonly minInstances?: number | undefined;
  readonly maxInstances?: number | undefined;
  /** AGIC-30: hosts and paths that AGIC leaves alone. */
  readonly prohibitedTargets?:
    | readonly { readonly hostname?: string | undefined; readonly paths?: readonly string[] | undefined }[]
    | undefined;
  readonly watchNamespaces?: readonly string[] | undefined;
  readonly reconcileSeconds?: number | undefined;
}

/** AGIC-10: what runs always, and what a gateway scales to, where nobody says so. */
export const agicDefaults = { minInstances: 2, maxInstances: 10 } as const;

interface Asked {
  readonly deployment?: 'BYO' | 'MANAGED' | 'ADDON' | undefined;
  readonly controllerVersion?: string | undefined;
  readonly wafPolicyId?: string | undefined;
  readonly applicationGateway?: AgicRequest | undefined;
}

const at = 'applicationGateway';

/** AGIC-01, 02, 03, 10, 30: what is wrong with an Application Gateway as it is asked for, by itself. */
export function checkAgicRequest(asked: Asked): readonly Problem[] {
  const { applicationGateway: options = {} } = asked;
  return [
    ...problemIf(asked.deployment === 'MANAGED', {
      path: 'deployment',
      code: 'unsupported_deployment',
      rule: 'AGIC-01',
      message: 'AGIC makes no gateway of its own: Podspan does, and AGIC runs by the Helm chart or by the add-on of AKS',
      value: asked.deployment,
      suggestion: 'BYO or ADDON',
    }),
    ...checkInstances(options),
    ...checkFirewall(asked, options),
    ...checkProhibitedTargets(options.prohibitedTargets ?? []),
    ...checkHelm(asked, options),
  ];
}

/** A gateway that scales needs two instances at its most. */
function checkInstances({
  minInstances = agicDefaults.minInstances,
  maxInstances = agicDefaults.maxInstances,
}: AgicRequest): readonly Problem[] {
  const most = APPLICATION_GATEWAY_MAX_INSTANCES;
  const wrong = (member: string, value: number, message: string): Problem => ({
    path: `${at}.${member}`,
    code: 'instances_out_of_range',
    message,
    value,
    suggestion: `2 to ${most}`,
    rule: 'AGIC-10',
  });
  return [
    ...(maxInstances < 2 || maxInstances > most
      ? [wrong('maxInstances', maxInstances, `an Application Gateway has 2 to ${most} instances`)]
      : []),
    ...(minInstances < 0 || minInstances > maxInstances
      ? [wrong('minInstances', minInstances, `from 0 to maxInstances, which is ${maxInstances}`)]
      : []),
  ];
}

function checkFirewall({ wafPolicyId }: Asked, { sku }: AgicRequest): readonly Problem[] {
  if (sku === undefined || (wafPolicyId !== undefined) === (sku === 'WAF_V2')) return [];
  const message = sku === 'WAF_V2' ? 'a WAF_V2 gateway needs a WAF policy' : 'a STANDARD_V2 gateway applies no WAF policy';
  const path = sku === 'WAF_V2' ? 'wafPolicyId' : `${at}.sku`;
  return [
    {
      path,
      code: 'waf_policy_invalid',
      message,
      conflictsWith: sku,
      suggestion: 'sku WAF_V2 with wafPolicyId, or neither',
      rule: 'AGIC-03',
    },
  ];
}

const hostname = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What the custom resource takes. */
function checkProhibitedTargets(targets: NonNullable<AgicRequest['prohibitedTargets']>): readonly Problem[] {
  return targets.flatMap((target, index) => {
    const path = `${at}.prohibitedTargets[${index}]`;
    return [
      ...problemIf(target.hostname !== undefined && !(hostname.test(target.hostname) && target.hostname.length <= 253), {
        path: `${path}.hostname`,
        code: 'hostname_invalid',
        rule: 'AGIC-30',
        message: 'not a host name in lower case',
        value: target.hostname,
        suggestion: 'shop.example.com or *.example.com',
      }),
      ...(target.paths ?? []).flatMap((text, place) =>
        problemIf(!/^\/(?:.+\/)?\*$/.test(text), {
          path: `${path}.paths[${place}]`,
          code: 'path_invalid',
          rule: 'AGIC-30',
          message: 'a prohibited path starts with / and ends with /*',
          value: text,
          suggestion: `/${text.replace(/^\/+|\/*\*?$/g, '')}/*`.replace('//', '/'),
        }),
      ),
    ];
  });
}

/** What only the Helm chart can be told. */
function checkHelm({ deployment, controllerVersion }: Asked, options: AgicRequest): readonly Problem[] {
  const { prohibitedTargets = [], watchNamespaces, reconcileSeconds } = options;
  const members: readonly [string, string, unknown][] = [
    ['controllerVersion', 'AGIC-01', controllerVersion],
    [`${at}.prohibitedTargets`, 'AGIC-30', prohibitedTargets.length > 0 ? prohibitedTargets : undefined],
    [`${at}.watchNamespaces`, 'AGIC-01', watchNamespaces],
    [`${at}.reconcileSeconds`, 'AGIC-01', reconcileSeconds],
  ];
  return [
    ...members.flatMap(([path, rule, value]) =>
      problemIf(deployment === 'ADDON' && value !== undefined, {
        path,
        code: 'not_expressible',
        rule,
        message: 'the add-on has no such setting: AKS runs AGIC its own way',
        value,
        suggestion: 'deployment BYO (the Helm chart)',
      }),
    ),
    ...(watchNamespaces ?? []).flatMap((name, index) =>
      problemIf(!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name), {
        path: `${at}.watchNamespaces[${index}]`,
        code: 'name_invalid',
        rule: 'AGIC-02',
        message: `'${name}' is not a namespace`,
        value: name,
      }),
    ),
    ...problemIf(reconcileSeconds !== undefined && (reconcileSeconds < 30 || reconcileSeconds > 300), {
      path: `${at}.reconcileSeconds`,
      code: 'seconds_out_of_range',
      rule: 'AGIC-02',
      message: 'AGIC reconciles every 30 to 300 seconds',
      value: reconcileSeconds,
      suggestion: '30 to 300',
    }),
  ];
}
