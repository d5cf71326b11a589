import { describe, expect, it } from 'vitest';
import type { AgicOptions } from './agic-gateway.js';
import { agicRelease, checkAgicVersion } from './agic-release.js';
import { prohibitedTargetObjects } from './prohibited-targets.js';

const options: AgicOptions = { sku: 'STANDARD_V2', minInstances: 2, maxInstances: 10, prohibitedTargets: [] };
const wanted = {
  gateway: 'shop',
  deployment: 'BYO' as const,
  namespace: 'shop',
  wanted: undefined,
  applicationGateway: '/gateways/shop',
  options,
  clientId: 'id',
};

describe(agicRelease, () => {
  it('has values for the chart once there is an identity to sign in as', () => {
    expect(agicRelease(wanted)).toMatchObject({
      namespace: 'shop',
      values: {
        appgw: { applicationGatewayID: '/gateways/shop' },
        armAuth: { type: 'workloadIdentity', identityClientID: 'id' },
        rbac: { enabled: true },
        kubernetes: { ingressClassResource: { name: 'azure-application-gateway', controllerValue: 'azure/application-gateway' } },
      },
    });
    expect(agicRelease({ ...wanted, clientId: undefined }).values).toBeNull();
    expect(agicRelease({ ...wanted, wanted: '1.9.8' }).version).toBe('1.9.8');
  });

  it('names the targets it leaves to others, since the chart would prohibit everything without them (AGIC-30)', () => {
    const prohibitedTargets = [{ hostname: 'old.example.com', paths: ['/b/*', '/a/*'] }, {}];
    const { values } = agicRelease({ ...wanted, options: { ...options, prohibitedTargets } });
    const { appgw } = values as { appgw: { shared: boolean; prohibitedTargets: { name: string }[] } };
    expect(appgw.shared).toBe(true);
    const objects = prohibitedTargetObjects({ name: 'shop', namespace: 'shop', prohibitedTargets });
    expect(appgw.prohibitedTargets).toEqual(objects.map(({ spec }, index) => ({ name: `shop.chart.${index + 1}`, ...spec })));
  });

  it('tells the chart what to watch and how often to put the gateway right (AGIC-02)', () => {
    const { values } = agicRelease({ ...wanted, options: { ...options, watchNamespaces: ['a', 'b'], reconcileSeconds: 60 } });
    expect(values).toMatchObject({ kubernetes: { watchNamespace: 'a,b' }, reconcilePeriodSeconds: 60 });
  });

  it('is of AKS with the add-on (AGIC-01)', () => {
    expect(agicRelease({ ...wanted, deployment: 'ADDON' })).toEqual({
      chart: null,
      namespace: 'kube-system',
      version: 'by AKS',
      values: null,
    });
  });
});

describe(checkAgicVersion, () => {
  it.each([
    ['1.8.1', true, []],
    ['1.8.0', true, []],
    ['1.7.5', true, ['agic_controller_too_old AGIC-20']],
    ['1.7.5', false, []],
    ['latest', false, ['invalid_format undefined']],
  ])('of %s beside overlay nodes (%s) is %j', (version, overlay, expected) => {
    expect(checkAgicVersion(version, overlay).map(({ code, rule }) => `${code} ${rule}`)).toEqual(expected);
  });
});
