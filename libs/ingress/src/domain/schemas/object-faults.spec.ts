import { describe, expect, it } from 'vitest';
import { bundlesFor, gatewayApiVersions } from './bundles.js';
import { objectFaults } from './object-faults.js';

const backend = { service: { name: 'web', port: { number: 80 } } };
const path = { path: '/', pathType: 'Prefix', backend };
const ingress = (spec: unknown, metadata: unknown = { name: 'web', namespace: 'shop' }): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
  spec,
});
const withPath = (over: object): object => ingress({ rules: [{ host: 'a.example.com', http: { paths: [{ ...path, ...over }] } }] });

describe('an Ingress', () => {
  it.each<[string, object]>([
    [
      'rules and TLS',
      ingress({ ingressClassName: 'c', tls: [{ hosts: ['a.example.com'], secretName: 's' }], rules: [{ http: { paths: [path] } }] }),
    ],
    ['a default backend alone', ingress({ defaultBackend: { service: { name: 'web', port: { name: 'http' } } } })],
    ['a resource behind it', withPath({ backend: { resource: { apiGroup: 'x.example.com', kind: 'Bucket', name: 'b' } } })],
    ['a wildcard', ingress({ rules: [{ host: '*.example.com', http: { paths: [path] } }] })],
  ])('is taken with %s', (_, object) => {
    expect(objectFaults(object)).toEqual([]);
  });

  it.each<[string, object]>([
    ['a path type nobody knows', withPath({ pathType: 'Glob' })],
    ['no path type', withPath({ pathType: undefined })],
    ['no backend', withPath({ backend: undefined })],
    ['a port that is a text', withPath({ backend: { service: { name: 'web', port: { number: '80' } } } })],
    ['a service without a name', withPath({ backend: { service: { port: { number: 80 } } } })],
    ['paths that are no list', ingress({ rules: [{ http: { paths: path } }] })],
    ['hosts that are no texts', ingress({ tls: [{ hosts: [1] }], rules: [{ http: { paths: [path] } }] })],
    ['a field nobody knows', ingress({ rules: [{ http: { paths: [path] } }], ingressClass: 'c' })],
    ['metadata nobody knows', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'web', nameSpace: 'shop' })],
    ['annotations that are no texts', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'web', annotations: { a: true } })],
  ])('is refused with %s, by its definition', (_, object) => {
    const plain = JSON.parse(JSON.stringify(object)) as object;
    expect(objectFaults(plain)).not.toEqual([]);
  });

  it.each<[string, object]>([
    ['a host in capitals', ingress({ rules: [{ host: 'A.example.com', http: { paths: [path] } }] })],
    ['a path without its slash', withPath({ path: 'a' })],
    ['a port by number and by name', withPath({ backend: { service: { name: 'web', port: { number: 80, name: 'http' } } } })],
    ['neither rules nor a default backend', ingress({})],
    ['a name in capitals', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'Web' })],
    ['a label with a blank', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'web', labels: { a: 'b c' } })],
    ['a backend that is a Service and a resource', withPath({ backend: { ...backend, resource: { kind: 'Bucket', name: 'b' } } })],
  ])('is refused with %s, which the API server checks beside its definitions', (_, object) => {
    expect(objectFaults(object)).not.toEqual([]);
  });
});

describe('a Namespace', () => {
  const namespace = (metadata: object, rest: object = {}): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata, ...rest });

  it('is taken as Kubernetes defines it', () => {
    expect(objectFaults(namespace({ name: 'shop', labels: { a: 'b' }, annotations: { c: 'd e' } }))).toEqual([]);
    expect(objectFaults(namespace({ name: 'shop' }, { spec: { finalizers: ['kubernetes'] } }))).toEqual([]);
  });

  it.each<[string, object]>([
    ['without a name', namespace({})],
    ['with dots in its name', namespace({ name: 'shop.example' })],
    ['with a name of 64 characters', namespace({ name: 'a'.repeat(64) })],
    ['with a field nobody knows', namespace({ name: 'shop' }, { data: {} })],
  ])('is refused %s', (_, object) => {
    expect(objectFaults(object)).not.toEqual([]);
  });
});

it('every bundle says where it comes from, and holds what decides and nothing else', () => {
  for (const version of gatewayApiVersions) {
    for (const { source, revision, date, licence, schemas } of bundlesFor(version)) {
      expect(source).toMatch(/^https:\/\/github\.com\//);
      expect(revision).toMatch(/^(v\d+\.\d+\.\d+|[0-9a-f]{40})$/);
      expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(['Apache-2.0', 'MIT']).toContain(licence);
      expect(JSON.stringify(schemas)).not.toMatch(/"\$ref"|"description":"/);
    }
  }
});
