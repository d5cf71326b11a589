import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportEntry } from '../domain/translation/report.js';
import { agicIngresses, services } from '../testing/arbitrary-ingress.js';
import { translated } from '../testing/translated.js';
import { translateText } from '../testing/translate-text.js';

const agic = 'appgw.ingress.kubernetes.io';
const nginx = 'nginx.ingress.kubernetes.io';

interface Wanted {
  readonly name: string;
  readonly className?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly hosts?: readonly string[];
  readonly path?: string;
  readonly tls?: readonly string[];
  readonly defaultBackend?: boolean;
}

function anIngress({ name, className = 'azure-application-gateway', annotations = {}, hosts = [], path = '/', ...rest }: Wanted): object {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name, annotations },
    spec: {
      ingressClassName: className,
      ...(rest.tls ? { tls: [{ hosts: rest.tls, secretName: 'cert' }] } : {}),
      ...(rest.defaultBackend ? { defaultBackend: backend } : {}),
      rules: hosts.map((host) => ({ host, http: { paths: [{ path, pathType: 'Prefix', backend }] } })),
    },
  };
}

const redirecting = { [`${agic}/ssl-redirect`]: 'true' };

function saidOf(report: readonly ReportEntry[], name: string, annotation?: string): readonly string[] {
  return report
    .filter(({ source }) => source.kind === 'Ingress' && source.name === name && source.annotation === annotation)
    .map(({ outcome, message }) => `${outcome} ${message}`);
}

function redirects(objects: readonly object[]): number {
  return JSON.stringify(objects).split('"scheme":"https"').length - 1;
}

describe('a report says what the output holds', () => {
  it.each<[string, object[], string]>([
    ['no certificate', [anIngress({ name: 'a', annotations: redirecting, hosts: ['a.example.com'] })], 'a.example.com'],
    [
      'a certificate of another host',
      [anIngress({ name: 'a', annotations: redirecting, hosts: ['a.example.com'], tls: ['b.example.com'] })],
      'a.example.com',
    ],
    ['a default backend alone', [anIngress({ name: 'a', annotations: redirecting, tls: [], defaultBackend: true })], 'a default backend'],
  ])('of ssl-redirect with %s: none is made (MAP-04)', (_, ingresses, where) => {
    const { objects, report } = translated(ingresses);
    expect(redirects(objects)).toBe(0);
    expect(saidOf(report, 'a', `${agic}/ssl-redirect`)).toEqual([
      `WARNING no certificate serves ${where} over HTTPS: AGIC makes no redirect, and none is made`,
    ]);
  });

  it('of ssl-redirect that a later Ingress of the host overrules, and of one that holds for some hosts (MAP-04)', () => {
    const overruled = translated([
      anIngress({ name: 'a', annotations: redirecting, hosts: ['a.example.com'], tls: ['a.example.com'] }),
      anIngress({ name: 'b', hosts: ['a.example.com'], tls: ['a.example.com'], path: '/b' }),
    ]);
    expect(redirects(overruled.objects)).toBe(0);
    expect(saidOf(overruled.report, 'a', `${agic}/ssl-redirect`)).toEqual([
      'WARNING a later Ingress secures a.example.com without a redirect, and decides: AGIC makes none, and none is made',
    ]);
    const some = translated([
      anIngress({ name: 'a', annotations: redirecting, hosts: ['a.example.com', 'b.example.com'], tls: ['a.example.com'] }),
    ]);
    expect(redirects(some.objects)).toBe(1);
    expect(saidOf(some.report, 'a', `${agic}/ssl-redirect`)).toEqual([
      'WARNING no certificate serves b.example.com over HTTPS: AGIC makes no redirect, and none is made',
      'CONVERTED HTTP is redirected to HTTPS with 301 for a.example.com',
    ]);
  });

  it('of redirects to HTTPS, for random Ingresses', () => {
    let [made, without] = [0, 0];
    fc.assert(
      fc.property(agicIngresses, (ingresses) => {
        const { objects, report } = translated([...services, ...ingresses]);
        const claimed = report.some(({ outcome, message }) => outcome === 'CONVERTED' && message.startsWith('HTTP is redirected'));
        expect(claimed).toBe(redirects(objects) > 0);
        if (claimed) made++;
        else without++;
      }),
      { numRuns: 150, seed: 31 },
    );
    expect(Math.min(made, without)).toBeGreaterThan(3);
  });

  it('of two Secrets for one host: the last is used (MAP-05)', () => {
    const ingress = anIngress({ name: 'a', hosts: ['a.example.com', 'b.example.com'] }) as { spec: object };
    const tls = [
      { hosts: ['a.example.com'], secretName: 'first' },
      { hosts: ['b.example.com', 'a.example.com'], secretName: 'last' },
      { hosts: ['a.example.com'] },
    ];
    const { objects, report } = translated([{ ...ingress, spec: { ...ingress.spec, tls } }]);
    expect([JSON.stringify(objects).includes('first'), JSON.stringify(objects).includes('last')]).toEqual([false, true]);
    const said = saidOf(report, 'a');
    expect(said).toContainEqual(expect.stringContaining('a later entry gives its hosts another certificate'));
    expect(said).not.toContainEqual(expect.stringContaining('Secret shop/first'));
    expect(said).toContainEqual(expect.stringContaining('Secret shop/last'));
  });

  it.each([
    ['shop-cert', 'shop-cert'],
    ['shop.example.com', 'shop.example.com'],
    ['Shop_Cert', 'shop-cert'],
  ])('of certificate %s on the gateway: Secret %s, which can exist (MAP-05, MAP-07)', (certificate, secret) => {
    const annotations = {
      [`${agic}/appgw-ssl-certificate`]: certificate,
      [`${agic}/appgw-trusted-root-certificate`]: certificate,
      [`${agic}/backend-protocol`]: 'https',
    };
    const { objects, report } = translated([anIngress({ name: 'a', annotations, hosts: ['a.example.com'] })]);
    const text = JSON.stringify(objects);
    expect(text).toContain(`"certificateRefs":[{"group":"","kind":"Secret","name":"${secret}"`);
    expect(text).toContain(`"caCertificateRef":{"group":"","kind":"Secret","name":"${secret}"`);
    for (const annotation of ['appgw-ssl-certificate', 'appgw-trusted-root-certificate'])
      expect(saidOf(report, 'a', `${agic}/${annotation}`)).toContainEqual(expect.stringContaining(`Secret shop/${secret}`));
  });

  it('of a TLS profile that no listener gets (MAP-06)', () => {
    const annotations = { [`${agic}/appgw-ssl-profile`]: 'AppGwSslPolicy20220101S' };
    const unused = translated([anIngress({ name: 'a', annotations, hosts: ['a.example.com'], tls: ['b.example.com'] })]);
    expect(unused.objects.some(({ kind }) => kind === 'FrontendTLSPolicy')).toBe(false);
    expect(saidOf(unused.report, 'a', `${agic}/appgw-ssl-profile`)).toMatchObject([
      expect.stringContaining('no listener gets the profile'),
    ]);
    const used = translated([anIngress({ name: 'a', annotations, hosts: ['a.example.com'], tls: ['a.example.com'] })]);
    expect(used.objects.some(({ kind }) => kind === 'FrontendTLSPolicy')).toBe(true);
    expect(saidOf(used.report, 'a', `${agic}/appgw-ssl-profile`)).toMatchObject([expect.stringContaining('nearest predefined policy')]);
  });

  it('of an Ingress that cannot move: nothing of it was converted (MAP-30)', () => {
    const annotations = { ...redirecting, [`${agic}/use-private-ip`]: 'true', [`${agic}/cookie-based-affinity`]: 'true', other: 'x' };
    const { report } = translated([anIngress({ name: 'a', annotations, hosts: ['a.example.com'], tls: ['a.example.com'] })]);
    const entries = report.filter(({ source }) => source.name === 'a');
    expect(entries.filter(({ outcome }) => outcome === 'CONVERTED')).toEqual([]);
    expect(saidOf(report, 'a')).toContainEqual(expect.stringContaining('the output serves nothing of it'));
    for (const annotation of Object.keys(annotations)) expect(saidOf(report, 'a', annotation)).toHaveLength(1);
  });

  it.each([
    ['80', {}, undefined, undefined],
    ['443', {}, ['a.example.com'], undefined],
    ['443', { [`${agic}/appgw-ssl-certificate`]: 'on-the-gateway' }, undefined, undefined],
    ['443', {}, undefined, 'serves HTTP on 80 only, not on 443'],
    ['80', {}, ['a.example.com'], 'serves HTTPS on 443 only, not on 80'],
    ['8080', {}, undefined, 'serves HTTP on 80 only, not on 8080'],
  ])('of override-frontend-port %s with %o and TLS for %s (MAP-13): %s', (port, more, tls, refused) => {
    const annotations = { ...more, [`${agic}/override-frontend-port`]: port };
    const { objects, report } = translated([anIngress({ name: 'a', annotations, hosts: ['a.example.com'], ...(tls ? { tls } : {}) })]);
    expect(objects.some(({ kind }) => kind === 'HTTPRoute')).toBe(refused === undefined);
    expect(saidOf(report, 'a', `${agic}/override-frontend-port`)).toMatchObject([
      refused === undefined ? expect.stringMatching(/^CONVERTED/) : expect.stringContaining(refused),
    ]);
  });

  it('of an Ingress whose every path is left out, beside one that is served', async () => {
    const yaml = [
      anIngress({ name: 'gone', hosts: ['A.example.com'], annotations: { [`${agic}/request-timeout`]: '30' } }),
      anIngress({ name: 'kept', hosts: ['b.example.com'], annotations: { [`${agic}/request-timeout`]: '30' } }),
    ]
      .map((object) => JSON.stringify(object))
      .join('\n---\n');
    const { report } = await translateText(yaml);
    const outcomes = (name: string): readonly string[] => saidOf(report, name).map((text) => text.split(' ')[0] ?? '');
    expect([outcomes('gone').includes('CONVERTED'), outcomes('kept').includes('CONVERTED')]).toEqual([false, true]);
    expect(saidOf(report, 'gone', `${agic}/request-timeout`)).toMatchObject([expect.stringMatching(/^IGNORED nothing of the Ingress/)]);
  });
});

describe('a report of ingress-nginx says what the output holds', () => {
  it('of a redirect to HTTPS with 301 in place of 308, also where all paths are left out (AGC-54)', () => {
    const annotations = { [`${nginx}/use-regex`]: 'true', [`${nginx}/rewrite-target`]: '/$1/$3' };
    const { objects, report } = translated([
      anIngress({
        name: 'a',
        className: 'nginx',
        annotations,
        hosts: ['a.example.com'],
        path: '/x/(.*)/y(/|$)(.*)',
        tls: ['a.example.com'],
      }),
    ]);
    expect(redirects(objects)).toBe(1);
    expect(report).toContainEqual(
      expect.objectContaining({ source: { kind: 'Ingress', namespace: 'shop', name: 'a' }, outcome: 'WARNING', rule: 'AGC-54' }),
    );
  });

  it('of routes and the Ingresses they come from, default backends too', () => {
    const { objects } = translated([
      anIngress({ name: 'a', className: 'nginx', hosts: ['a.example.com'], path: '/x', defaultBackend: true }),
      anIngress({ name: 'b', className: 'nginx', defaultBackend: true }),
    ]);
    const sources = objects
      .filter(({ kind }) => kind === 'HTTPRoute')
      .map(({ metadata }) => (metadata as { annotations?: Record<string, string> }).annotations?.['podspan.dev/translated-from']);
    expect(new Set(sources)).toEqual(new Set(['shop/a', 'shop/b']));
  });

  it.each([
    [{ 'permanent-redirect': 'https://x.example.com/a b', 'permanent-redirect-code': '308' }, 'IGNORED the redirect is left out'],
    [{ 'permanent-redirect-code': '308' }, 'IGNORED counts only with permanent-redirect'],
    [{ 'permanent-redirect': 'https://x.example.com', 'permanent-redirect-code': '302' }, 'CONVERTED redirects with 302'],
  ])('of the code of a redirect: %o', (given, said) => {
    const annotations = Object.fromEntries(Object.entries(given).map(([name, value]) => [`${nginx}/${name}`, value]));
    const { report } = translated([anIngress({ name: 'a', className: 'nginx', annotations, hosts: ['a.example.com'] })]);
    expect(saidOf(report, 'a', `${nginx}/permanent-redirect-code`)).toEqual([said]);
  });

  it('of what a redirect of every path goes before', () => {
    const annotations = Object.fromEntries(
      Object.entries({ 'temporal-redirect': 'https://y.example.com', 'app-root': '/home', 'force-ssl-redirect': 'true' }).map(
        ([name, value]) => [`${nginx}/${name}`, value],
      ),
    );
    const { objects, report } = translated([anIngress({ name: 'a', className: 'nginx', annotations, hosts: ['a.example.com'] })]);
    expect(JSON.stringify(objects)).not.toContain('/home');
    for (const name of ['app-root', 'force-ssl-redirect'])
      expect(saidOf(report, 'a', `${nginx}/${name}`)).toEqual(['IGNORED has no effect: the redirect of every path goes before it']);
    expect(saidOf(report, 'a')).not.toContainEqual(expect.stringContaining('for which no Secret is named'));
  });

  it.each([
    ['nginx', { [`${nginx}/backend-protocol`]: 'HTTPS', [`${nginx}/rewrite-target`]: '/$1/$3' }, '/x/(.*)/y(/|$)(.*)'],
    ['azure-application-gateway', { [`${agic}/backend-protocol`]: 'https', [`${agic}/health-probe-path`]: '/h' }, '/x*y'],
  ])('of Services that no route of %s leads to: no policy stands on them', (className, annotations, path) => {
    const { objects, report } = translated([anIngress({ name: 'a', className, annotations, hosts: ['a.example.com'], path })]);
    expect(objects.map(({ kind }) => kind).filter((kind) => kind.endsWith('Policy'))).toEqual([]);
    expect(saidOf(report, 'a')).toContainEqual(expect.stringContaining('the output serves nothing of it'));
  });

  it('of an alias that is no name: the rule stays', () => {
    const annotations = { [`${nginx}/server-alias`]: 'BAD_' };
    const { objects, report } = translated([anIngress({ name: 'a', className: 'nginx', annotations, hosts: ['a.example.com'] })]);
    expect(objects.some(({ kind }) => kind === 'HTTPRoute')).toBe(true);
    expect(saidOf(report, 'a', `${nginx}/server-alias`)).toContainEqual(expect.stringContaining("ERROR 'BAD_' is no host name"));
  });
});
