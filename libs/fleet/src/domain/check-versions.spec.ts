import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { checkVersions, defaultVersion, versionFor } from './check-versions.js';

const offered = new Map([
  ['11111111-1111-4111-8111-111111111111/westeurope', ['1.34.2', '1.34.10', '1.34.9', `${defaultVersion}.1`, `${defaultVersion}.2`]],
]);

describe('the version of a new cluster', () => {
  it.each`
    asked        | region           | code
    ${'1.34'}    | ${'westeurope'}  | ${undefined}
    ${'1.34.9'}  | ${'WestEurope'}  | ${undefined}
    ${undefined} | ${'westeurope'}  | ${undefined}
    ${'1.34.3'}  | ${'westeurope'}  | ${'kubernetes_version_not_offered'}
    ${'1.99'}    | ${'westeurope'}  | ${'kubernetes_version_not_offered'}
    ${'1.99'}    | ${'northeurope'} | ${undefined}
    ${'1.12'}    | ${'westeurope'}  | ${'kubernetes_version_unsupported'}
  `('$asked in $region: $code', ({ asked, region, code }) => {
    const spec = aCluster({ region, ...(asked === undefined ? {} : { kubernetesVersion: asked }) });
    expect(checkVersions(spec, 'clusters[3]', offered).map((found) => [found.path, found.code])).toEqual(
      code === undefined ? [] : [['clusters[3].kubernetesVersion', code]],
    );
  });

  it.each`
    asked        | region           | frozen
    ${'1.34'}    | ${'westeurope'}  | ${'1.34.10'}
    ${'1.34.2'}  | ${'westeurope'}  | ${'1.34.2'}
    ${undefined} | ${'westeurope'}  | ${`${defaultVersion}.2`}
    ${'1.34'}    | ${'northeurope'} | ${'1.34'}
    ${undefined} | ${'northeurope'} | ${defaultVersion}
  `('$asked in $region is frozen as $frozen, so that every wave gets the same', ({ asked, region, frozen }) => {
    expect(versionFor(aCluster({ region, ...(asked === undefined ? {} : { kubernetesVersion: asked }) }), offered)).toBe(frozen);
  });
});
