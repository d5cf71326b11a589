import type { Problem } from '@podspan/errors';
import type { HeadersIntent, RuleIntent } from '../route-intent.js';
import { lost } from './agic-problems.js';

/** AGIC-62, AGIC-63: headers that a rewrite resource can change. */
export function checkHeaders({ headers, rewrite, redirect, applicationGateway: extra }: RuleIntent, path: string): readonly Problem[] {
  const resource = headers ? `${path}.headers` : rewrite?.fullPath === undefined ? undefined : `${path}.rewrite.fullPath`;
  return [
    ...(['request', 'response'] as const).flatMap((side) => checkChanges(headers?.[side], `${path}.headers.${side}`)),
    ...(redirect && headers
      ? [lost('ssl-redirect', `${path}.headers`, 'AGIC changes no headers of a redirect', 'leave it out', headers)]
      : []),
    ...(extra?.rewriteRuleSet !== undefined && resource !== undefined
      ? [
          {
            ...lost(
              'rewrite-rule-set',
              resource,
              'AGIC takes a rule set of the gateway or one of its own, not both',
              'leave applicationGateway.rewriteRuleSet out',
            ),
            conflictsWith: extra.rewriteRuleSet,
          },
        ]
      : []),
  ];
}

function checkChanges(changes: HeadersIntent['request'], path: string): readonly Problem[] {
  const { set = [], add = [] } = changes ?? {};
  return [
    ...(add.length > 0
      ? [lost('rewrite-rule-set-custom-resource', `${path}.add`, 'Application Gateway sets and deletes headers', 'set', add)]
      : []),
    ...set.flatMap(({ value }, index) =>
      /\{(?:http_req_|http_resp_|var_)/.test(value)
        ? [
            lost(
              'rewrite-rule-set-custom-resource',
              `${path}.set[${index}].value`,
              'Application Gateway would put a variable there',
              'a value without {http_req_, {http_resp_ and {var_',
              value,
            ),
          ]
        : [],
    ),
  ];
}
