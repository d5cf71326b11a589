import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { translated } from '../testing/translated.js';
import { unaccounted } from '../testing/unaccounted.js';

const sound = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: CLASS
  defaultBackend: { service: { name: rest, port: { number: 8080 } } }
  tls: [{ hosts: [a.example.com], secretName: cert }]
  rules:
    - host: a.example.com
      http: { paths: [{ path: /one, pathType: Prefix, backend: { service: { name: first, port: { number: 81 } } } }] }
    - host: b.example.com
      http: { paths: [{ path: /two, pathType: Exact, backend: { service: { name: second, port: { number: 82 } } } }] }
`;
const old = `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { kubernetes.io/ingress.class: CLASS } }
spec:
  backend: { serviceName: Rest, servicePort: 80 }
  rules:
    - host: b.example.com
      http: { paths: [{ path: /two, backend: { serviceName: second, servicePort: http } }] }
`;

/** One mistake each; what goes with the mistake must be named, not only the mistake. */
const mistakes: readonly (readonly [what: string, from: string, to: string])[] = [
  ['a path type of its own', 'pathType: Exact', 'pathType: exact'],
  ['no path type', 'pathType: Exact, ', ''],
  ['a path without its slash', 'path: /two', 'path: two'],
  ['a path that cannot be matched', 'path: /two', 'path: /t*o'],
  ['a path that is a number', 'path: /two', 'path: 2'],
  ['a port by name, of a Service that is not there', 'number: 82', 'name: http'],
  ['a port that is a text', 'number: 82', 'number: "82"'],
  ['a Service that cannot be', 'name: second', 'name: Second'],
  ['no Service', 'service: { name: second, port: { number: 82 } }', 'resource: { kind: Bucket, name: second }'],
  ['a host in capitals', 'host: b.example.com', 'host: B.example.com'],
  ['a host that is a number', 'host: b.example.com', 'host: 5'],
  ['paths that are no list', 'paths: [{ path: /two', 'paths: {}, more: [{ path: /two'],
  [
    'http that is no object',
    'http: { paths: [{ path: /two, pathType: Exact, backend: { service: { name: second, port: { number: 82 } } } }] }',
    'http: none',
  ],
  ['a Secret that cannot be', 'secretName: cert', 'secretName: My_Cert'],
  ['a default backend without a name', 'name: rest', 'name: ""'],
];

describe.each(['azure-application-gateway', 'nginx'])('an Ingress of %s', (className) => {
  it.each(mistakes)('with %s: each field is in the output or in the report', (_, from, to) => {
    const text = sound.replace('CLASS', className);
    expect(text).toContain(from);
    const ingress = load(text.replace(from, to)) as object;
    const { objects, report } = translated([ingress]);
    expect(report.some(({ blocking }) => blocking)).toBe(true);
    expect(unaccounted(ingress, objects, report)).toEqual([]);
  });
});

it('an Ingress of extensions/v1beta1 is reported by the fields it has', () => {
  const ingress = load(old.replace('CLASS', 'azure/application-gateway')) as object;
  const { objects, report } = translated([ingress]);
  expect(unaccounted(ingress, objects, report)).toEqual([]);
  expect(report.map(({ path }) => path)).toContain('spec.backend');
});
