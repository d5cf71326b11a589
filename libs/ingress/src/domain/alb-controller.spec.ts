import { describe, expect, it } from 'vitest';
import { albController, renderedFor } from './alb-controller.js';

describe(albController, () => {
  it.each(['BYO', 'MANAGED'] as const)('is a chart with the identity as its value for %s (AGC-30)', (deployment) => {
    expect(albController({ deployment, kubernetesVersion: '1.34.2', clientId: 'client' })).toEqual({
      chart: 'oci://mcr.microsoft.com/application-lb/charts/alb-controller',
      namespace: 'azure-alb-system',
      version: '1.13.0',
      gatewayApiVersion: 'v1.6.2',
      values: { albController: { namespace: 'azure-alb-system', podIdentity: { clientID: 'client' } } },
    });
  });

  it('has no values before there is an identity', () => {
    expect(albController({ deployment: 'MANAGED', kubernetesVersion: '1.34.2', wanted: '1.10.27' })).toMatchObject({
      version: '1.10.27',
      values: null,
    });
  });

  it.each([
    ['1.33.1', '1.10.x', 'v1.2.1', '1.10.0'],
    ['1.34.2', '1.10.x', 'v1.3.0', '1.10.0'],
    ['1.35.0', '1.10.x', 'v1.4.1', '1.10.0'],
    ['1.36.0', '1.11.x', 'v1.5.1', '1.11.1'],
    [undefined, '1.10.x', 'v1.2.1', '1.10.0'],
  ])('is what AKS installs on Kubernetes %s for ADDON (AGC-32, AGC-43)', (kubernetesVersion, version, gatewayApiVersion, least) => {
    const need = { deployment: 'ADDON', kubernetesVersion, clientId: 'client' } as const;
    expect(albController(need)).toEqual({ chart: null, values: null, namespace: 'kube-system', version, gatewayApiVersion });
    expect(renderedFor(need)).toEqual({ controllerVersion: least, gatewayApi: gatewayApiVersion });
  });
});
