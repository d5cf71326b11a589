import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { occupied } from '../cluster.fixture.js';
import { assessMigration, type MigrationSource } from '../index.js';

function source(over: Partial<MigrationSource> = {}): MigrationSource {
  return {
    mode: 'NODE_SUBNET',
    kubernetesVersion: '1.34.1',
    networkPolicy: 'NONE',
    identity: 'USER_ASSIGNED',
    nodePools: [{ name: 'system' }],
    ...over,
  };
}

describe('moving a cluster to overlay (3.1, 3.2)', () => {
  it.each(['NODE_SUBNET', 'KUBENET'] as const)('%s can move when nothing is in the way (MG-01, MG-02)', (mode) => {
    expect(assessMigration(source({ mode }))).toEqual({ verdict: 'READY', problems: [] });
  });

  it.each`
    mode                    | rule       | code
    ${'POD_SUBNET_DYNAMIC'} | ${'MG-03'} | ${'migration_source_unsupported'}
    ${'POD_SUBNET_STATIC'}  | ${'MG-04'} | ${'migration_source_unsupported'}
    ${'NONE'}               | ${'MG-05'} | ${'migration_source_unsupported'}
    ${'OVERLAY'}            | ${'MG-06'} | ${'migration_irreversible'}
  `('$mode cannot ($rule)', ({ mode, rule, code }) => {
    expect(assessMigration(source({ mode }))).toMatchObject({
      verdict: 'UNSUPPORTED',
      problems: [{ path: 'networkMode', code, rule, value: mode, conflictsWith: ['NODE_SUBNET', 'KUBENET'] }],
    });
  });

  it.each`
    over                                                                                         | path                              | code                                           | rule
    ${{ kubernetesVersion: '1.26.9' }}                                                           | ${'kubernetesVersion'}            | ${'migration_kubernetes_too_old'}              | ${'MG-10'}
    ${{ networkPolicy: 'CALICO' }}                                                               | ${'networkPolicy'}                | ${'migration_network_policy_enabled'}          | ${'MG-11'}
    ${{ nodePools: [{ name: 'a', podSubnetId: '/subnets/pods' }] }}                              | ${'nodePools[0].podSubnetId'}     | ${'migration_pod_subnet'}                      | ${'MG-12'}
    ${{ nodePools: [{ name: 'w', windows: { runtime: 'DOCKER' } }] }}                            | ${'nodePools[0].windows.runtime'} | ${'migration_windows_docker'}                  | ${'MG-13'}
    ${{ nodePools: [{ name: 'w', windows: { runtime: 'CONTAINERD', osBuild: '20348.1607' } }] }} | ${'nodePools[0].windows.osBuild'} | ${'migration_windows_build_too_old'}           | ${'MG-13'}
    ${{ customIpMasqConfig: true }}                                                              | ${'customIpMasqConfig'}           | ${'migration_ip_masq_config'}                  | ${'MG-14'}
    ${{ mode: 'KUBENET', identity: 'SYSTEM_ASSIGNED' }}                                          | ${'identity'}                     | ${'migration_requires_user_assigned_identity'} | ${'MG-15'}
    ${{ requestsCilium: true }}                                                                  | ${'dataplane'}                    | ${'migration_combined_operation'}              | ${'MG-31'}
    ${{ agcSubnet: Cidr.parse('10.0.4.0/23') }}                                                  | ${'agcSubnet'}                    | ${'agc_subnet_not_24'}                         | ${'MG-18'}
    ${{ mode: 'KUBENET', agcSubnet: Cidr.parse('10.0.4.0/24') }}                                 | ${'agcSubnet'}                    | ${'agc_unsupported_cni'}                       | ${'MG-18'}
    ${{ agic: { version: '1.7.6', subnet: Cidr.parse('10.0.4.0/24'), inNodeNetwork: true } }}    | ${'agic.version'}                 | ${'migration_agic_too_old'}                    | ${'MG-19'}
    ${{ agic: { version: '1.8.1', subnet: Cidr.parse('10.0.4.0/23'), inNodeNetwork: true } }}    | ${'agic.subnet'}                  | ${'agic_subnet_too_large'}                     | ${'MG-19'}
    ${{ agic: { version: '1.10.0', subnet: Cidr.parse('10.0.4.0/25'), inNodeNetwork: false } }}  | ${'agic.subnet'}                  | ${'agic_vnet_mismatch'}                        | ${'MG-19'}
  `('is blocked by $rule: $code', ({ over, path, code, rule }) => {
    const { verdict, problems } = assessMigration(source(over));
    expect(verdict).toBe('BLOCKED');
    expect(problems).toMatchObject([{ path, code, rule }]);
    expect(problems[0]?.suggestion).toBeTruthy();
  });

  it('needs a system-assigned identity replaced on kubenet only (MG-15)', () => {
    expect(assessMigration(source({ identity: 'SYSTEM_ASSIGNED' })).verdict).toBe('READY');
  });

  it('accepts Windows pools with containerd and a recent build (MG-13)', () => {
    const nodePools = [{ name: 'w', windows: { runtime: 'CONTAINERD', osBuild: '20348.1668' } }] as const;
    expect(assessMigration(source({ nodePools })).verdict).toBe('READY');
  });

  it('judges the target range: the network as a whole, and room for the peak (MG-16, MG-17)', () => {
    const target = {
      podCidr: Cidr.parse('10.244.0.0/20'),
      peakNodes: 27,
      occupied: [occupied('10.0.0.0/8', { kind: 'VNET', network: 'spoke' })],
    };
    expect(assessMigration(source(), target)).toMatchObject({
      verdict: 'BLOCKED',
      problems: [
        { code: 'pod_cidr_too_small', rule: 'MG-17' },
        { code: 'pod_cidr_overlaps_vnet', rule: 'OV-32' },
      ],
    });
  });

  it('lists every failed precondition together', () => {
    const { problems } = assessMigration(
      source({ mode: 'KUBENET', identity: 'SYSTEM_ASSIGNED', networkPolicy: 'CALICO', kubernetesVersion: '1.25' }),
    );
    expect(problems.map(({ rule }) => rule)).toEqual(['MG-10', 'MG-11', 'MG-15']);
  });
});
