import { describe, expect, it } from 'vitest';
import { definitionFaults } from './kubernetes-definitions.js';
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
    ['a wildcard', ingress({ rules: [{ host: '*.example.com', http: { paths: [path] } }] })],
  ])('is taken with %s', (_, object) => {
    expect(objectFaults(object)).toEqual([]);
    expect(definitionFaults(object)).toEqual([]);
  });

  it.each<[string, object]>([
    ['a path type nobody knows', withPath({ pathType: 'Glob' })],
    ['no path type', withPath({ pathType: undefined })],
    ['no backend', withPath({ backend: undefined })],
    ['a port that is a text', withPath({ backend: { service: { name: 'web', port: { number: '80' } } } })],
    ['a service without a name', withPath({ backend: { service: { port: { number: 80 } } } })],
    ['paths that are no list', ingress({ rules: [{ http: { paths: path } }] })],
    ['hosts that are no texts', ingress({ tls: [{ hosts: [1] }], rules: [{ http: { paths: [path] } }] })],
    ['annotations that are no texts', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'web', annotations: { a: true } })],
  ])('is refused with %s, by the definitions of Kubernetes and by ours', (_, object) => {
    const plain = JSON.parse(JSON.stringify(object)) as object;
    expect(objectFaults(plain)).not.toEqual([]);
    expect(definitionFaults(plain)).not.toEqual([]);
  });

  it.each<[string, object]>([
    ['a field nobody knows', ingress({ rules: [{ http: { paths: [path] } }], ingressClass: 'c' })],
    ['a host in capitals', ingress({ rules: [{ host: 'A.example.com', http: { paths: [path] } }] })],
    ['a path without its slash', withPath({ path: 'a' })],
    ['a port by number and by name', withPath({ backend: { service: { name: 'web', port: { number: 80, name: 'http' } } } })],
    ['neither rules nor a default backend', ingress({})],
    ['a name in capitals', ingress({ rules: [{ http: { paths: [path] } }] }, { name: 'Web' })],
  ])('is refused with %s, which the API server checks beside its definitions', (_, object) => {
    expect(objectFaults(object)).not.toEqual([]);
    expect(definitionFaults(object)).toEqual([]);
  });
});
