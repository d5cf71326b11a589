import { describe, expect, it } from 'vitest';
import type { KubeObject } from './kube-object.js';
import { statusOf, worst } from './status-of.js';

const condition = (type: string, status = 'True', reason = type, observedGeneration = 2): object => ({
  type,
  status,
  reason,
  message: '',
  observedGeneration,
});
const object = (kind: string, status: object | undefined, spec: object = {}, group = 'gateway.networking.k8s.io'): KubeObject => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name: 'x', namespace: 'shop', generation: 2 },
  spec,
  status,
});
const parent = (conditions: object[], controllerName = 'alb.networking.azure.io/alb-controller'): object => ({
  controllerName,
  conditions,
});
const twoParents = { parentRefs: [{ name: 'a' }, { name: 'b' }] };
const fine = [condition('Accepted'), condition('ResolvedRefs')];

describe(statusOf, () => {
  it.each<[string, KubeObject, string, string[]]>([
    [
      'a Gateway that is accepted and programmed',
      object('Gateway', { conditions: [condition('Accepted'), condition('Programmed')] }),
      'READY',
      [],
    ],
    ['a Gateway without status', object('Gateway', undefined), 'WAITING', ['NotReported', 'NotReported']],
    [
      'a Gateway that is not programmed yet',
      object('Gateway', { conditions: [condition('Accepted'), condition('Programmed', 'False', 'Pending')] }),
      'WAITING',
      ['Pending'],
    ],
    [
      'what was said about an older generation',
      object('Gateway', { conditions: [condition('Accepted', 'True', 'Accepted', 1), condition('Programmed')] }),
      'WAITING',
      ['NotReported'],
    ],
    [
      'a Gateway whose address is not usable',
      object('Gateway', { conditions: [condition('Accepted', 'False', 'AddressNotUsable'), condition('Programmed')] }),
      'REFUSED',
      ['AddressNotUsable'],
    ],
    [
      'a listener without its certificate',
      object('Gateway', {
        conditions: [condition('Accepted'), condition('Programmed')],
        listeners: [{ name: 'https', conditions: [condition('ResolvedRefs', 'False', 'InvalidCertificateRef')] }],
      }),
      'REFUSED',
      ['InvalidCertificateRef'],
    ],
    [
      'a listener without a conflict',
      object('Gateway', {
        conditions: [condition('Accepted'), condition('Programmed')],
        listeners: [{ name: 'http', conditions: [condition('Conflicted', 'False', 'NoConflicts')] }],
      }),
      'READY',
      [],
    ],
    ['a route with both parents', object('HTTPRoute', { parents: [parent(fine), parent(fine)] }, twoParents), 'READY', []],
    ['a route with one parent of two', object('HTTPRoute', { parents: [parent(fine)] }, twoParents), 'WAITING', ['NotReported']],
    [
      'a route that another controller accepted',
      object('HTTPRoute', { parents: [parent(fine, 'example.com/other')] }, { parentRefs: [{}] }),
      'WAITING',
      ['NotReported'],
    ],
    [
      'a route without its backend',
      object(
        'GRPCRoute',
        { parents: [parent([condition('Accepted'), condition('ResolvedRefs', 'False', 'BackendNotFound')])] },
        { parentRefs: [{}] },
      ),
      'REFUSED',
      ['BackendNotFound'],
    ],
    [
      'a route that is not known yet',
      object(
        'HTTPRoute',
        { parents: [parent([condition('Accepted', 'Unknown', 'Whatever'), condition('ResolvedRefs')])] },
        { parentRefs: [{}] },
      ),
      'WAITING',
      ['Whatever'],
    ],
    [
      'a policy that is accepted',
      object('RoutePolicy', { conditions: [condition('Accepted')] }, {}, 'alb.networking.azure.io'),
      'READY',
      [],
    ],
    [
      'a policy with override',
      object('HealthCheckPolicy', { conditions: [condition('Accepted', 'False', 'OverrideNotSupported')] }, {}, 'alb.networking.azure.io'),
      'REFUSED',
      ['OverrideNotSupported'],
    ],
    [
      'a load balancer in deployment',
      object(
        'ApplicationLoadBalancer',
        { conditions: [condition('Accepted'), condition('Deployment', 'False', 'InProgress')] },
        {},
        'alb.networking.azure.io',
      ),
      'WAITING',
      ['InProgress'],
    ],
    ['a ReferenceGrant', object('ReferenceGrant', undefined), 'NONE', []],
  ])('%s', (_, given, state, reasons) => {
    const status = statusOf(given);
    expect(status.state).toBe(state);
    expect(status.reasons.map(({ reason }) => reason)).toEqual(reasons);
  });

  it.each(['InvalidKind', 'BackendNotFound', 'RefNotPermitted'])('explains %s (AGC-56)', (reason) => {
    const status = { parents: [parent([condition('Accepted'), condition('ResolvedRefs', 'False', reason)])] };
    expect(statusOf(object('HTTPRoute', status, { parentRefs: [{}] })).reasons).toMatchObject([
      { rule: 'AGC-56', explanation: expect.stringContaining('500') },
    ]);
  });
});

describe(worst, () => {
  it('a refusal outweighs waiting, and what nobody reports on does not count', () => {
    expect(worst(['NONE', 'READY', 'WAITING', 'REFUSED'])).toBe('REFUSED');
    expect(worst(['NONE', 'READY', 'WAITING'])).toBe('WAITING');
    expect(worst(['NONE', 'READY'])).toBe('READY');
    expect(worst([])).toBe('READY');
  });
});
