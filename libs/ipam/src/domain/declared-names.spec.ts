import { describe, expect, it } from 'vitest';
import { declaredNames, withoutConsequences } from './declared-names.js';

const unknown = (path: string, value: string) => ({ path, code: 'unknown_reference', message: 'x', value });
const wrong = { path: 'topology.networks[0].kind', code: 'invalid_value', message: 'x' };

describe('consequences of a part that could not be made', () => {
  const declared = declaredNames({ networks: [{ name: 'home', kind: 'HOUSE' }, 7], pools: [{ name: 'home-subnets' }], links: 'none' });

  it('are not told beside it', () => {
    const found = [
      wrong,
      unknown('topology.links[0].to', 'home'),
      unknown('clusters[1].network', 'home'),
      unknown('pools.nodeSubnet', 'home-subnets'),
      unknown('topology.pools[3].parentPool', 'home-subnets'),
    ];
    expect(withoutConsequences(found, declared)).toEqual([wrong]);
  });

  it('are none of what nobody declared, or declared as another kind', () => {
    const found = [
      wrong,
      unknown('clusters[1].network', 'abroad'),
      unknown('clusters[1].mesh', 'home'),
      unknown('pools.nodeSubnet', 'home'),
    ];
    expect(withoutConsequences(found, declared)).toEqual(found);
  });

  it('are told when there is no other cause', () => {
    const found = [unknown('clusters[1].network', 'home')];
    expect(withoutConsequences(found, declared)).toEqual(found);
  });
});
