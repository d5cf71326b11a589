import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { PlainIngress } from '../../testing/agic-traffic.js';
import { portOf, services } from '../../testing/arbitrary-ingress.js';
import { nginxIngresses, nginxRequests } from '../../testing/arbitrary-nginx.js';
import { gatewayTraffic } from '../../testing/gateway-traffic.js';
import { isRefusedByNginx, nginxTraffic } from '../../testing/nginx-traffic.js';
import { byo, translated } from '../../testing/translated.js';
import { unaccounted } from '../../testing/unaccounted.js';
import { objectFaults } from '../schemas/object-faults.js';
import type { KubernetesObject } from './kubernetes-object.js';

/** The requests that ingress-nginx and the translation answer differently. */
function differences(
  ingresses: readonly PlainIngress[],
  objects: readonly KubernetesObject[],
  count = { requests: 0, answered: 0 },
): readonly string[] {
  const before = nginxTraffic(ingresses, portOf);
  const after = [gatewayTraffic(objects, true), gatewayTraffic(objects, false)];
  return nginxRequests.flatMap((request) => {
    const { to: told, narrowed } = before(request);
    if (narrowed) return [];
    const to = plain(told);
    count.requests++;
    if (to !== 'none') count.answered++;
    const answers = after.map((answer) => plain(answer(request).to));
    const what = `${request.scheme} ${request.host}${request.path} ${JSON.stringify(request.headers ?? {})}`;
    return answers.every((answer) => answer === to) ? [] : [`${what}: ${to} became ${answers.join(' or ')}`];
  });
}

/** MAP-41: 308 is written as 301, which every bundle of the Gateway API knows. */
function plain(to: string): string {
  return to.replace(/^redirect 308 https:/, 'redirect 301 https:');
}

describe('traffic of ingress-nginx through the translation', () => {
  it('is answered alike for everything that is converted', () => {
    const count = { requests: 0, answered: 0, inputs: 0 };
    fc.assert(
      fc.property(nginxIngresses, (ingresses) => {
        const { objects, report } = translated([...services, ...ingresses], byo, 0);
        if (isRefusedByNginx(ingresses) || report.some(({ blocking }) => blocking)) return;
        count.inputs++;
        expect(differences(ingresses, objects, count)).toEqual([]);
      }),
      { numRuns: 400, seed: 9, endOnFailure: true },
    );
    // Enough of them are converted and reach a backend or a redirect: there is something to compare.
    expect(count.inputs).toBeGreaterThanOrEqual(100);
    expect(count.requests).toBeGreaterThanOrEqual(50_000);
    expect(count.answered).toBeGreaterThanOrEqual(count.requests / 4);
  }, 120_000);

  it('is written in objects that the API server takes, CEL rules included, with nothing left unsaid', () => {
    fc.assert(
      fc.property(nginxIngresses, (ingresses) => {
        const { objects, report } = translated([...services, ...ingresses], byo, 0);
        expect(objects.flatMap((object) => objectFaults(object))).toEqual([]);
        const unsaid = [...services, ...ingresses].flatMap((object) => unaccounted(object, objects, report));
        // A host all of whose paths are left out is left out with them.
        expect(unsaid.filter((field) => !/\.host = /.test(field))).toEqual([]);
      }),
      { numRuns: 100, seed: 10, endOnFailure: true },
    );
  }, 120_000);

  const sample = load(`
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { namespace: blue, name: plain, annotations: { nginx.ingress.kubernetes.io/ssl-redirect: 'true', nginx.ingress.kubernetes.io/app-root: /api } }
  spec:
    ingressClassName: nginx
    tls: [{ hosts: [a.example.com], secretName: cert }]
    rules:
      - host: a.example.com
        http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: two, port: { number: 80 } } } }, { path: /api, pathType: Exact, backend: { service: { name: one, port: { number: 80 } } } }] }
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { namespace: blue, name: expression, annotations: { nginx.ingress.kubernetes.io/use-regex: 'true', nginx.ingress.kubernetes.io/rewrite-target: /x } }
  spec:
    ingressClassName: nginx
    rules:
      - host: b.example.com
        http: { paths: [{ path: /api, pathType: ImplementationSpecific, backend: { service: { name: one, port: { number: 80 } } } }] }
`) as PlainIngress[];
  const canary = load(`
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { namespace: blue, name: main }
  spec:
    ingressClassName: nginx
    rules:
      - host: a.example.com
        http: { paths: [{ path: /api, pathType: Prefix, backend: { service: { name: one, port: { number: 80 } } } }] }
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { namespace: blue, name: next, annotations: { nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-weight: '30', nginx.ingress.kubernetes.io/canary-by-header: X-Canary } }
  spec:
    ingressClassName: nginx
    rules:
      - host: a.example.com
        http: { paths: [{ path: /api, pathType: Prefix, backend: { service: { name: two, port: { number: 80 } } } }] }
`) as PlainIngress[];
  const edit = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

  it.each([
    ['a lost (?i)', sample, edit('(?i)', '')],
    [
      'a prefix where an expression stood',
      sample,
      edit(/"type":"RegularExpression","value":"[^"]*"/, '"type":"PathPrefix","value":"/api"'),
    ],
    ['a prefix where an exact match stood', sample, edit('"type":"Exact","value":"/api"', '"type":"PathPrefix","value":"/api"')],
    ['another target of the rewrite', sample, edit('"replaceFullPath":"/x"', '"replaceFullPath":"/y"')],
    ['another Service', sample, edit('"name":"one"', '"name":"two"')],
    ['a redirect with another code', sample, edit('"statusCode":301', '"statusCode":302')],
    ['another root', sample, edit('"replaceFullPath":"/api"', '"replaceFullPath":"/"')],
    ['another weight', canary, edit('"weight":30', '"weight":70')],
    ['a lost canary', canary, edit('"weight":30', '"weight":0')],
    ['a lost header', canary, edit('"value":"always"', '"value":"sometimes"')],
    ['a canary that cannot be refused', canary, edit('"value":"never"', '"value":"sometimes"')],
  ])('is seen to differ after a planted mistake: %s', (_, ingresses, mutate) => {
    const { objects, report } = translated([...services, ...ingresses], byo, 0);
    expect(report.filter(({ blocking }) => blocking)).toEqual([]);
    expect(differences(ingresses, objects)).toEqual([]);
    const text = JSON.stringify(objects);
    expect(mutate(text)).not.toBe(text);
    expect(differences(ingresses, JSON.parse(mutate(text)) as KubernetesObject[])).not.toEqual([]);
  });
});
