import { describe, expect, it } from 'vitest';
import { aGateway } from '../../testing/arbitrary-intent.js';
import { reportedAddresses } from './frontend-addresses.js';
import type { KubeObject } from './kube-object.js';

const managed = aGateway({ name: 'shop', namespace: 'shop', frontends: ['main', 'partners'], loadBalancer: { subnetId: '/s' } });

function gatewayObject(name: string, addresses: unknown, namespace = 'shop'): KubeObject {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace }, status: { addresses } };
}

function ingressObject(frontend: string, ingress: unknown): KubeObject {
  const annotations = { 'alb.networking.azure.io/alb-frontend': frontend };
  const metadata = { name: 'web', namespace: 'team', annotations };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, status: { loadBalancer: { ingress } } };
}

describe(reportedAddresses, () => {
  const one = 'a1.fz01.alb.azure.com';
  const two = 'b2.fz02.alb.azure.com';

  it.each<[string, KubeObject[], readonly object[]]>([
    [
      'each frontend by its Gateway',
      [gatewayObject('shop-partners', [{ type: 'Hostname', value: two }]), gatewayObject('shop', [{ value: one }])],
      [
        { name: 'main', fqdn: one },
        { name: 'partners', fqdn: two },
      ],
    ],
    ['an Ingress by the frontend it names', [ingressObject('partners', [{ hostname: two }])], [{ name: 'partners', fqdn: two }]],
    ['a Gateway that has none yet', [gatewayObject('shop', undefined), gatewayObject('shop-partners', [])], []],
    ['a Gateway of that name elsewhere', [gatewayObject('shop', [{ value: one }], 'other')], []],
    [
      'what is no host name',
      [gatewayObject('shop', [{ value: '10.0.0.1' }, { value: 5 }]), ingressObject('main', [{ ip: '10.0.0.1' }])],
      [],
    ],
    ['what is no list', [gatewayObject('shop', 'x'), ingressObject('main', {})], []],
  ])('reads %s', (_, objects, expected) => {
    expect(reportedAddresses(managed, objects)).toEqual(expected);
  });
});
