import { describe, expect, it } from 'vitest';
import { anIntent } from '../testing/builders.js';
import { checkIntent } from './check-intent.js';
import type { GatewayIntent } from './gateway-intent.js';

describe(checkIntent, () => {
  it('finds nothing wrong with a plain request', () => {
    expect(checkIntent(anIntent())).toEqual([]);
  });

  it.each<[string, Partial<GatewayIntent>, string, string]>([
    ['a name of 65 characters (AGC-02)', { name: 'a'.repeat(65) }, 'name', 'name_invalid'],
    ['a name that ends in a dash (AGC-02)', { name: 'shop-' }, 'name', 'name_invalid'],
    ['a sixth frontend (AGC-12)', { frontends: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'frontends', 'agc_limit_exceeded'],
    ['two frontends that ARM would take for one', { frontends: ['public', 'Public'] }, 'frontends[1].name', 'duplicate'],
    ['no frontend', { frontends: [] }, 'frontends', 'frontends_missing'],
    ['the add-on without a word on its preview (AGC-42)', { deployment: 'ADDON' }, 'acceptPreview', 'preview_not_accepted'],
    ['a namespace in capitals', { namespace: 'Shop' }, 'namespace', 'name_invalid'],
    ['a subnet id that is none', { subnetId: '/subnets/x' }, 'subnetId', 'invalid_format'],
    [
      'a default backend without a port',
      { defaultBackend: { service: 'web', namespace: 'shop', port: 0 } },
      'defaultBackend.port',
      'port_out_of_range',
    ],
  ])('refuses %s', (_, over, path, code) => {
    expect(checkIntent(anIntent(over))).toMatchObject([{ path, code }]);
  });

  it('names both sides when a subnet and a pool are given', () => {
    const subnetId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/x';
    expect(checkIntent(anIntent({ subnetId, pool: 'gateways' }))).toMatchObject([
      { code: 'ambiguous_request', value: subnetId, conflictsWith: 'gateways' },
    ]);
  });

  it('reports everything together', () => {
    expect(checkIntent(anIntent({ name: '-', deployment: 'ADDON', frontends: ['_'], namespace: '_' })).map(({ path }) => path)).toEqual([
      'name',
      'acceptPreview',
      'frontends[0].name',
      'namespace',
    ]);
  });
});
