import { describe, expect, it } from 'vitest';
import { translated } from '../../testing/translated.js';
import { objectFaults } from '../schemas/object-faults.js';

const prefix = 'nginx.ingress.kubernetes.io/';
interface Given {
  readonly name?: string;
  readonly created?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly service?: string;
  readonly tls?: boolean;
}
const ingress = (
  annotations: Record<string, string> = {},
  { name = 'web', created, path = '/', pathType = 'Prefix', service = 'web', tls = false }: Given = {},
): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'shop',
    ...(created === undefined ? {} : { creationTimestamp: created }),
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value])),
  },
  spec: {
    ingressClassName: 'nginx',
    ...(tls ? { tls: [{ hosts: ['shop.example.com'], secretName: 'cert' }] } : {}),
    rules: [
      { host: 'shop.example.com', http: { paths: [{ path, pathType, backend: { service: { name: service, port: { number: 80 } } } }] } },
    ],
  },
});

interface Rule {
  readonly matches: readonly object[];
  readonly filters?: readonly object[];
  readonly backendRefs?: readonly object[];
}
function rulesOf(...objects: object[]): {
  rules: readonly Rule[];
  report: ReturnType<typeof translated>['report'];
  kinds: readonly string[];
} {
  const { objects: output, report } = translated(objects);
  expect(output.flatMap((object) => objectFaults(object))).toEqual([]);
  const routes = output.filter(({ kind }) => kind === 'HTTPRoute');
  return { rules: routes.flatMap(({ spec }) => (spec as { rules: Rule[] }).rules), report, kinds: output.map(({ kind }) => kind) };
}

describe('ingress-nginx (MAP-40 to MAP-44)', () => {
  it('redirects where there is TLS, unless told not to; with 301, as old bundles do not know 308', () => {
    const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };
    expect(rulesOf(ingress({}, { tls: true })).report).toContainEqual(expect.objectContaining({ outcome: 'WARNING', rule: 'AGC-54' }));
    expect(rulesOf(ingress({}, { tls: true })).rules.map(({ filters }) => filters)).toEqual([[redirect], undefined]);
    expect(rulesOf(ingress({ 'ssl-redirect': 'false' }, { tls: true })).rules.map(({ filters }) => filters)).toEqual([
      undefined,
      undefined,
    ]);
    expect(rulesOf(ingress()).rules.map(({ filters }) => filters)).toEqual([undefined]);
    expect(rulesOf(ingress({ 'force-ssl-redirect': 'true' })).rules.map(({ filters }) => filters)).toEqual([[redirect]]);
  });

  it.each([
    [
      // `location ~* "^/old"`: also /OLD and /older
      'a fixed target',
      '/old',
      '/new',
      [{ path: { type: 'RegularExpression', value: '(?i)/old.*' } }],
      { type: 'ReplaceFullPath', replaceFullPath: '/new' },
    ],
    [
      'the usual groups',
      '/old(/|$)(.*)',
      '/$2',
      [{ path: { type: 'PathPrefix', value: '/old' } }],
      { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
    ],
    [
      'the usual groups below a prefix',
      '/old(/|$)(.*)',
      '/new/$2',
      [{ path: { type: 'PathPrefix', value: '/old' } }],
      { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
    ],
  ])('rewrites with %s', (_, path, target, matches, modifier) => {
    const { rules } = rulesOf(ingress({ 'rewrite-target': target, 'use-regex': 'true' }, { path }));
    expect(rules).toMatchObject([{ matches, filters: [{ type: 'URLRewrite', urlRewrite: { path: modifier } }] }]);
  });

  it('takes every path of a host as an expression once one Ingress of the host does', () => {
    const { rules } = rulesOf(
      ingress({ 'use-regex': 'true' }, { name: 'a', path: '/x[0-9]', pathType: 'ImplementationSpecific' }),
      ingress({}, { name: 'b', path: '/plain' }),
    );
    expect(rules.flatMap(({ matches }) => matches)).toEqual(
      expect.arrayContaining([
        { path: { type: 'RegularExpression', value: '(?i)/x[0-9].*' } },
        { path: { type: 'RegularExpression', value: '(?i)/plain.*' } },
      ]),
    );
  });

  it('redirects only the paths of the Ingress that says so', () => {
    const { rules } = rulesOf(
      ingress({ 'force-ssl-redirect': 'true' }, { name: 'a', path: '/safe' }),
      ingress({}, { name: 'b', path: '/open' }),
    );
    const filtersOf = (value: string): readonly object[] | undefined =>
      rules.find(({ matches }) => JSON.stringify(matches).includes(`"${value}"`))?.filters;
    expect(filtersOf('/safe')).toMatchObject([{ type: 'RequestRedirect' }]);
    expect(filtersOf('/open')).toBeUndefined();
  });

  it('leaves out a path whose groups cannot be captured, and blocks', () => {
    const { rules, report } = rulesOf(ingress({ 'rewrite-target': '/$1/x', 'use-regex': 'true' }, { path: '/a/(.*)/b' }));
    expect(rules).toEqual([]);
    expect(report[0]).toMatchObject({ outcome: 'UNSUPPORTED', rule: 'MAP-41', blocking: true });
  });

  it('splits traffic by weight and by header', () => {
    const main = ingress();
    const canary = (more: Record<string, string>): object => ingress({ canary: 'true', ...more }, { name: 'canary', service: 'next' });
    expect(rulesOf(main, canary({ 'canary-weight': '30' })).rules).toMatchObject([
      {
        backendRefs: [
          { name: 'web', weight: 70 },
          { name: 'next', weight: 30 },
        ],
      },
    ]);
    const headed = rulesOf(main, canary({ 'canary-by-header': 'X-Next', 'canary-by-header-value': 'yes' })).rules;
    expect(headed).toMatchObject([
      { backendRefs: [{ name: 'web' }] },
      { matches: [{ headers: [{ name: 'X-Next', value: 'yes' }] }], backendRefs: [{ name: 'next' }] },
    ]);
  });

  it('gives a path to the oldest Ingress, and says so to the other (MAP-44)', () => {
    const { rules, report } = rulesOf(
      ingress({}, { name: 'a', created: '2026-02-01T00:00:00Z' }),
      ingress({}, { name: 'b', created: '2025-02-01T00:00:00Z', service: 'old' }),
    );
    expect(rules).toMatchObject([{ backendRefs: [{ name: 'old' }] }]);
    expect(report[0]).toMatchObject({ source: { name: 'a' }, outcome: 'ERROR', rule: 'MAP-44' });
  });

  it('carries hosts, headers, redirects, affinity, timeouts and TLS to backends', () => {
    const { rules, kinds } = rulesOf(
      ingress({
        'upstream-vhost': 'inner.example.com',
        'x-forwarded-prefix': '/shop',
        affinity: 'cookie',
        'proxy-read-timeout': '90',
        'backend-protocol': 'HTTPS',
        'app-root': '/home',
      }),
    );
    expect(rules).toMatchObject([
      { filters: [{ requestRedirect: { statusCode: 302, path: { replaceFullPath: '/home' } } }] },
      { filters: [{ urlRewrite: { hostname: 'inner.example.com' } }, { requestHeaderModifier: { set: [{ value: '/shop' }] } }] },
    ]);
    expect(kinds).toEqual(['Gateway', 'HTTPRoute', 'HTTPRoute', 'BackendTLSPolicy', 'RoutePolicy']);
    const moved = rulesOf(ingress({ 'permanent-redirect': 'https://new.example.com/shop', 'permanent-redirect-code': '308' })).rules;
    expect(moved).toMatchObject([
      {
        filters: [
          { requestRedirect: { scheme: 'https', hostname: 'new.example.com', statusCode: 301, path: { replaceFullPath: '/shop' } } },
        ],
      },
    ]);
  });

  it.each(['auth-url', 'whitelist-source-range', 'configuration-snippet', 'limit-rps', 'enable-cors', 'something-new', 'ssl-passthrough'])(
    'never drops %s in silence: it blocks',
    (name) => {
      const { report } = rulesOf(ingress({ [name]: 'x' }));
      expect(report[0]).toMatchObject({ source: { annotation: prefix + name }, outcome: 'UNSUPPORTED', blocking: true });
    },
  );
});
