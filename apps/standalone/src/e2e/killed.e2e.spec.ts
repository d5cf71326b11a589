import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@podspan/azure-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf, type Api } from '../testing/api.js';
import { acceptedWrites, createdByType, createdTwice } from '../testing/azure-journal.js';
import { rolloutEvents } from '../testing/event-streams.js';
import { podspanProcesses, type PodspanProcess, type PodspanProcesses } from '../testing/podspan-process.js';
import { rolloutOf, sixClusters, topology } from '../testing/small-fleet.js';

let azure: Emulator;
let place: PodspanProcesses;

beforeAll(async () => {
  // Outside the process that dies: what Azure was told stays known.
  azure = await startEmulator({ speed: 300 });
  place = podspanProcesses();
});
afterAll(async () => {
  await place.end();
  await azure.close();
});

async function serving(podspan: PodspanProcess): Promise<Api> {
  const [, url = ''] = await podspan.wrote(/listens on (http:\S+)\n/);
  return apiOf(url, readFileSync(join(place.home, 'token'), 'utf8').trim());
}

describe('a Podspan that is killed', () => {
  it('lets nobody else onto its data folder, and after the kill finishes the rollout with every resource created once and no address lost', async () => {
    const first = place.start('main', { AZURE_ENDPOINT: azure.url });
    const api = await serving(first);
    await api.post('/v1/topologies', topology).expect(200);
    const second = place.start('main', { AZURE_ENDPOINT: azure.url });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`${place.home} is in use by process ${first.pid}; stop it, or set PODSPAN_HOME to another folder`);
    await api.post('/v1/rollouts', rolloutOf('survivor', sixClusters)).expect(202);
    const seen = await rolloutEvents(api, 'survivor', { atMost: 45 });
    const { body: before } = await api.get('/v1/rollouts/survivor').expect(200);
    expect(before.counts.running).toBeGreaterThan(0);
    first.kill('SIGKILL');
    expect(await first.ended).toBeNull();

    const third = place.start('main', { AZURE_ENDPOINT: azure.url });
    const revived = await serving(third);
    const rest = await rolloutEvents(revived, 'survivor', { lastSeen: seen.at(-1)!.id });
    const { body: rollout } = await revived.get('/v1/rollouts/survivor').expect(200);
    expect(rollout).toMatchObject({ lifecycle: 'DONE', outcome: 'SUCCEEDED', counts: { succeeded: 6 } });
    expect([...seen, ...rest].map(({ id }) => id)).toEqual(Array.from({ length: rollout.lastSequence }, (_, index) => index + 1));
    const writes = await acceptedWrites(azure.url);
    expect(createdTwice(writes)).toEqual([]);
    expect(createdByType(writes)).toMatchObject({
      'Microsoft.ContainerService/managedClusters': 6,
      'Microsoft.Network/virtualNetworks/subnets': 8,
      'Microsoft.ServiceNetworking/trafficControllers': 2,
    });
    const { body: allocations } = await revived.get('/v1/allocations?limit=1000').expect(200);
    const holders = allocations.items.map(
      ({ owner, purpose, cidr }: { owner: { id: string }; purpose: string; cidr: string }) => `${owner.id} ${purpose} ${cidr}`,
    ) as string[];
    expect(new Set(holders).size).toBe(holders.length);
    expect(new Set(holders.map((holder) => holder.split(' ')[0]))).toEqual(new Set(sixClusters.map(({ name }) => name)));
    third.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  }, 120_000);
});
