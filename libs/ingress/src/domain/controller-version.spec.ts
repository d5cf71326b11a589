import { describe, expect, it } from 'vitest';
import { checkControllerVersion, controllerRelease } from './controller-version.js';

describe(controllerRelease, () => {
  it.each([
    ['1.34.2', undefined, '1.13.0', 'v1.6.2'],
    ['1.31', undefined, '1.11.3', 'v1.5.1'],
    [undefined, undefined, '1.10.27', 'v1.2.1'],
    ['1.34', '1.9.11', '1.9.11', 'v1.2.1'],
  ])('for Kubernetes %s and a wish for %s is %s with the Gateway API %s (AGC-32)', (kubernetes, wanted, version, gatewayApiVersion) => {
    expect(controllerRelease(kubernetes, wanted)).toMatchObject({ version, gatewayApiVersion });
  });
});

describe(checkControllerVersion, () => {
  it.each([
    ['1.7.8', '1.34', true, 'agc_controller_too_old'],
    ['1.12.1', '1.31.9', true, 'agc_controller_too_new'],
    ['latest', '1.34', true, 'invalid_format'],
  ])('refuses %s on Kubernetes %s', (version, kubernetes, overlay, code) => {
    expect(checkControllerVersion(version, kubernetes, overlay)).toMatchObject([{ path: 'controllerVersion', code }]);
  });

  it.each([
    ['1.7.9', '1.27.0', true],
    ['1.7.8', '1.34', false],
    ['1.12.1', '1.32.0', true],
    ['1.11.3', undefined, true],
  ])('takes %s on Kubernetes %s, overlay %s', (version, kubernetes, overlay) => {
    expect(checkControllerVersion(version, kubernetes, overlay)).toEqual([]);
  });
});
