import type { Json } from '@podspan/engine';
import { describe, expect, it } from 'vitest';
import { anInput } from './builders.js';
import { foreseeCreate } from './foresee.js';

const world = (resources: Record<string, Json>) => {
  const asked: string[] = [];
  const look = async (id: string) => {
    asked.push(id.split('/').at(-1) ?? '');
    return resources[id.split('/').at(-1) ?? ''];
  };
  return { asked, look };
};
const changes = async (resources: Record<string, Json>) =>
  Object.fromEntries((await foreseeCreate(anInput(), world(resources).look)).map(({ step, change }) => [step, change]));

describe(foreseeCreate.name, () => {
  it('creates everything where nothing is, and asks for the two groups alone', async () => {
    const { look, asked } = world({});
    const foreseen = await foreseeCreate(anInput(), look);
    expect(new Set(foreseen.map(({ change }) => change))).toEqual(new Set(['CREATE']));
    expect(asked).toEqual(['rg-spoke-weu-1', 'rg-aks-weu-001']);
  });

  const network = { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } } };

  it('uses the network and the groups that exist', async () => {
    expect(await changes({ 'rg-spoke-weu-1': {}, 'rg-aks-weu-001': {}, 'spoke-weu-1': network })).toMatchObject({
      'network-group': 'NONE',
      network: 'NONE',
      'node-subnet-0': 'CREATE',
      cluster: 'CREATE',
    });
  });

  it('is blocked by a network that does not hold the subnets or is elsewhere', async () => {
    const narrow = { ...network, properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } } };
    expect(await changes({ 'rg-spoke-weu-1': {}, 'spoke-weu-1': narrow })).toMatchObject({ network: 'BLOCKED' });
    expect(await changes({ 'rg-spoke-weu-1': {}, 'spoke-weu-1': { ...network, location: 'northeurope' } })).toMatchObject({
      network: 'BLOCKED',
    });
  });

  it('is blocked by a cluster that somebody else has under the name', async () => {
    expect(await changes({ 'rg-aks-weu-001': {}, 'aks-weu-001': { tags: {} } })).toMatchObject({ cluster: 'BLOCKED' });
  });
});
