import { shapeFaults } from '../schemas/object-faults.js';
import type { Report } from './report.js';
import type { HeaderChanges } from './served-hosts.js';
import { isObject, type JsonObject, type SourceObject } from './source-objects.js';

export interface RewriteFilters {
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly fullPath?: string;
}

/**
 * MAP-18: header changes and fixed paths of an AzureApplicationGatewayRewrite. A rule with a condition, a server variable or a
 * changed query would apply always, or not at all, without them: such a rule is left out as a whole and blocks.
 */
export function rewriteFilters(object: SourceObject, report: Report): RewriteFilters {
  const faults = faultsOf(object);
  if (faults.length > 0) {
    const message = `the API server would refuse it (${faults.join('; ')}): none of its rules is carried over`;
    report.error(object.ref, { rule: 'YAML-05', message, action: 'correct it', path: 'spec', line: object.line });
    return {};
  }
  const rules = listOf(memberOf(object.body, 'spec'), 'rewriteRules').sort((a, b) => sequenceOf(a[0]) - sequenceOf(b[0]));
  const request = new HeaderSum();
  const response = new HeaderSum();
  let fullPath: string | undefined;
  for (const [rule, at] of rules) {
    const reason = unsupportedIn(rule);
    if (reason !== undefined) {
      const message = `${reason}: the rule is left out`;
      report.unsupported(object.ref, {
        rule: 'MAP-18',
        message,
        action: 'rewrite it in the backend',
        path: at,
        line: object.line,
        blocking: true,
      });
      continue;
    }
    const actions = memberOf(rule, 'actions');
    request.add(listOf(actions, 'requestHeaderConfigurations').map(([header]) => header));
    response.add(listOf(actions, 'responseHeaderConfigurations').map(([header]) => header));
    const path = memberOf(actions, 'urlConfiguration')['modifiedPath'];
    if (typeof path === 'string' && path !== '') fullPath = path;
    report.converted(object.ref, { rule: 'MAP-18', message: 'becomes filters of the routes', path: at, line: object.line });
  }
  return {
    ...(request.empty ? {} : { requestHeaders: request.changes() }),
    ...(response.empty ? {} : { responseHeaders: response.changes() }),
    ...(fullPath === undefined ? {} : { fullPath }),
  };
}

/** By its CRD; what a cluster adds to its metadata does not matter. A header with a number for its value would else be one to delete. */
function faultsOf({ ref: { kind, name }, apiVersion, body }: SourceObject): readonly string[] {
  return shapeFaults({ apiVersion, kind, metadata: { name }, spec: body['spec'] });
}

/** Later rules win over earlier ones, header by header. */
class HeaderSum {
  readonly #headers = new Map<string, { name: string; value: string | undefined }>();

  add(headers: readonly JsonObject[]): void {
    for (const { headerName, headerValue, actionType } of headers) {
      if (typeof headerName !== 'string' || headerName === '') continue;
      const value = actionType === 'delete' || typeof headerValue !== 'string' || headerValue === '' ? undefined : headerValue;
      this.#headers.set(headerName.toLowerCase(), { name: headerName, value });
    }
  }

  get empty(): boolean {
    return this.#headers.size === 0;
  }

  changes(): HeaderChanges {
    const headers = [...this.#headers.values()];
    return {
      set: headers.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])),
      remove: headers.flatMap(({ name, value }) => (value === undefined ? [name] : [])),
    };
  }
}

function unsupportedIn(rule: JsonObject): string | undefined {
  if (listOf(rule, 'conditions').length > 0) return 'routes rewrite without conditions';
  const actions = memberOf(rule, 'actions');
  const url = memberOf(actions, 'urlConfiguration');
  if (typeof url['modifiedQueryString'] === 'string' && url['modifiedQueryString'] !== '') return 'a query string cannot be rewritten';
  if (url['reroute'] === true) return 'a rewritten request is not routed again';
  if (typeof url['modifiedPath'] === 'string' && !/^(\/|$)/.test(url['modifiedPath'])) return 'a path starts with /';
  const headers = [...listOf(actions, 'requestHeaderConfigurations'), ...listOf(actions, 'responseHeaderConfigurations')];
  if (headers.length > 32) return 'there are more headers than filters take';
  const values = [url['modifiedPath'], ...headers.map(([header]) => header['headerValue'])];
  if (values.some((value) => typeof value === 'string' && value.includes('{'))) return 'server variables have no counterpart';
  if (headers.some(([{ headerName }]) => typeof headerName !== 'string' || !/^[\w!#$%&'*+\-.^`|~]+$/.test(headerName)))
    return 'a header name is not valid';
  return undefined;
}

function sequenceOf(rule: JsonObject): number {
  return typeof rule['ruleSequence'] === 'number' ? rule['ruleSequence'] : 0;
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const member = object[name];
  return isObject(member) ? member : {};
}

function listOf(object: JsonObject, name: string): [JsonObject, string][] {
  const list = object[name];
  const at = name === 'rewriteRules' ? 'spec.rewriteRules' : name;
  return (Array.isArray(list) ? list : []).flatMap((item: unknown, index): [JsonObject, string][] =>
    isObject(item) ? [[item, `${at}[${index}]`]] : [],
  );
}
