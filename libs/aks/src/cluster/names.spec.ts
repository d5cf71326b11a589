import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkName, checkNodeLabelName, isName, type NamedKind, nodeResourceGroupName } from '../index.js';

describe('names (QUO-40 to QUO-48)', () => {
  it.each`
    kind                     | name                     | rule        | suggestion
    ${'MANAGED_CLUSTER'}     | ${''}                    | ${'QUO-40'} | ${undefined}
    ${'MANAGED_CLUSTER'}     | ${'-aks'}                | ${'QUO-40'} | ${'aks'}
    ${'MANAGED_CLUSTER'}     | ${'aks.weu'}             | ${'QUO-40'} | ${'aks-weu'}
    ${'LINUX_POOL'}          | ${'1pool'}               | ${'QUO-41'} | ${'pool'}
    ${'LINUX_POOL'}          | ${'averylongpoolname'}   | ${'QUO-41'} | ${'averylongpoo'}
    ${'WINDOWS_POOL'}        | ${'winpool1'}            | ${'QUO-41'} | ${'winpoo'}
    ${'DNS_PREFIX'}          | ${'a_b'}                 | ${'QUO-42'} | ${'a-b'}
    ${'DNS_PREFIX'}          | ${`${'a'.repeat(53)}-b`} | ${'QUO-42'} | ${'a'.repeat(53)}
    ${'RESOURCE_GROUP'}      | ${'rg.'}                 | ${'QUO-43'} | ${'rg'}
    ${'RESOURCE_GROUP'}      | ${'r'.repeat(91)}        | ${'QUO-43'} | ${'r'.repeat(90)}
    ${'NODE_RESOURCE_GROUP'} | ${'r'.repeat(81)}        | ${'QUO-44'} | ${'r'.repeat(80)}
    ${'VIRTUAL_NETWORK'}     | ${'v'}                   | ${'QUO-45'} | ${undefined}
    ${'SUBNET'}              | ${'snet nodes'}          | ${'QUO-45'} | ${'snet-nodes'}
    ${'APPLICATION_GATEWAY'} | ${'agw-'}                | ${'QUO-46'} | ${'agw'}
    ${'IDENTITY'}            | ${'id'}                  | ${'QUO-47'} | ${undefined}
    ${'AGC'}                 | ${'agc-01-'}             | ${'QUO-48'} | ${'agc-01'}
  `('$kind "$name" is refused by $rule', ({ kind, name, rule, suggestion }) => {
    const [found, ...others] = checkName(kind, name);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path: 'name', code: 'name_invalid', rule, value: name });
    expect(found?.suggestion).toBe(suggestion);
  });

  it.each`
    kind                 | name
    ${'MANAGED_CLUSTER'} | ${'a'}
    ${'MANAGED_CLUSTER'} | ${'aks_weu-01'}
    ${'LINUX_POOL'}      | ${'user0123456a'}
    ${'WINDOWS_POOL'}    | ${'win001'}
    ${'RESOURCE_GROUP'}  | ${'rg-(weu)_1'}
    ${'RESOURCE_GROUP'}  | ${'gruppe-ä'}
    ${'VIRTUAL_NETWORK'} | ${'vnet.weu_'}
    ${'AGC'}             | ${'agc.weu-1'}
  `('$kind "$name" is accepted', ({ kind, name }) => {
    expect(checkName(kind, name)).toEqual([]);
  });

  it('only suggests names that are accepted', () => {
    const kinds: readonly NamedKind[] = ['MANAGED_CLUSTER', 'LINUX_POOL', 'WINDOWS_POOL', 'DNS_PREFIX', 'RESOURCE_GROUP', 'SUBNET', 'AGC'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string({ maxLength: 100, unit: fc.constantFrom(...'aZ09-_. ä/') }), (kind, name) => {
        for (const { suggestion } of checkName(kind, name)) expect(suggestion === undefined || isName(kind, suggestion)).toBe(true);
      }),
    );
  });

  it.each(['my-microsoft-aks', 'aks-Windows', 'login-aks', 'xbox-aks'])('%s uses a reserved word (QUO-49)', (name) => {
    expect(checkName('MANAGED_CLUSTER', name)).toMatchObject([{ code: 'name_invalid', rule: 'QUO-49', value: name }]);
    expect(checkName('MANAGED_CLUSTER', name)[0]?.conflictsWith).toMatch(/^(MICROSOFT|WINDOWS|LOGIN|XBOX)$/);
  });

  it('lets login and xbox stand elsewhere than at the start (QUO-49)', () => {
    expect(checkName('MANAGED_CLUSTER', 'aks-login-xbox')).toEqual([]);
  });
});

describe('names that become node labels (OV-113)', () => {
  it('have at most 63 characters', () => {
    const [found] = checkNodeLabelName('v'.repeat(64), 'network');
    expect(found).toMatchObject({
      path: 'network',
      code: 'name_too_long_for_node_label',
      rule: 'OV-113',
      conflictsWith: 63,
      suggestion: 'v'.repeat(63),
    });
    expect(checkNodeLabelName('v'.repeat(63), 'network')).toEqual([]);
  });

  it('are label values, which resource groups with brackets are not', () => {
    expect(checkNodeLabelName('rg-(weu)', 'network')).toMatchObject([{ code: 'name_invalid', rule: 'OV-113', suggestion: 'rg--weu' }]);
  });
});

describe('the node resource group (QUO-44)', () => {
  it('has the conventional name while that is short enough', () => {
    expect(nodeResourceGroupName('rg-a', 'aks-a', 'westeurope')).toBe('MC_rg-a_aks-a_westeurope');
  });

  it('is cut to 80 characters, always the same, and different for different clusters', () => {
    const group = 'g'.repeat(90);
    const [one, again, other] = ['aks-1', 'aks-1', 'aks-2'].map((name) => nodeResourceGroupName(group, name, 'westeurope'));
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    expect(one).toHaveLength(80);
    expect(isName('NODE_RESOURCE_GROUP', one ?? '')).toBe(true);
  });
});
