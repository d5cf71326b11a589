import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { HeaderChanges, RedirectIntent, RewriteIntent, RuleIntent } from './route-intent.js';

type Rule = IHTTPRoute['spec']['rules'] extends readonly (infer R)[] | undefined ? R : never;
type Filter = Rule['filters'] extends readonly (infer F)[] | undefined ? F : never;
type RedirectStatus = NonNullable<NonNullable<Filter['requestRedirect']>['statusCode']>;
interface PathChange {
  readonly path?: { type: 'ReplaceFullPath'; replaceFullPath: string } | { type: 'ReplacePrefixMatch'; replacePrefixMatch: string };
}

/** What a rule does to a request or its answer, always in this order. */
export function filtersOf({ rewrite, redirect, headers }: RuleIntent): Filter[] {
  return [
    ...(redirect ? [{ type: 'RequestRedirect' as const, requestRedirect: redirectOf(redirect) }] : []),
    ...(rewrite ? [{ type: 'URLRewrite' as const, urlRewrite: rewriteOf(rewrite) }] : []),
    ...(headers?.request ? [{ type: 'RequestHeaderModifier' as const, requestHeaderModifier: changesOf(headers.request) }] : []),
    ...(headers?.response ? [{ type: 'ResponseHeaderModifier' as const, responseHeaderModifier: changesOf(headers.response) }] : []),
  ];
}

export function redirectOf({ scheme, host, port, status = 302, ...path }: RedirectIntent): NonNullable<Filter['requestRedirect']> {
  return {
    ...(scheme === undefined ? {} : { scheme: scheme === 'HTTP' ? 'http' : 'https' }),
    ...(host === undefined ? {} : { hostname: host }),
    ...(port === undefined ? {} : { port }),
    ...pathOf(path),
    statusCode: status as RedirectStatus,
  };
}

export function rewriteOf({ host, ...path }: RewriteIntent): NonNullable<Filter['urlRewrite']> {
  return { ...(host === undefined ? {} : { hostname: host }), ...pathOf(path) };
}

function pathOf({ pathPrefix, fullPath }: Pick<RewriteIntent, 'pathPrefix' | 'fullPath'>): PathChange {
  if (fullPath !== undefined) return { path: { type: 'ReplaceFullPath', replaceFullPath: fullPath } };
  return pathPrefix === undefined ? {} : { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: pathPrefix } };
}

export function changesOf({ set = [], add = [], remove = [] }: HeaderChanges): NonNullable<Filter['requestHeaderModifier']> {
  return {
    ...(set.length === 0 ? {} : { set: set.map(({ name, value }) => ({ name, value })) }),
    ...(add.length === 0 ? {} : { add: add.map(({ name, value }) => ({ name, value })) }),
    ...(remove.length === 0 ? {} : { remove: [...remove] }),
  };
}
