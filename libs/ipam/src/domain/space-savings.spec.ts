import { legacyAddresses, nodeSubnetPrefixFor, podPrefixFor } from '@podspan/aks';
import { describe, expect, it } from 'vitest';
import { savingsOfClusters } from './space-savings.js';

const cluster = (index: number, nodes: number, surge: number, subnetLength: number, podCidr: string) => ({
  peakNodes: nodes + surge,
  savings: { flatAddresses: String(legacyAddresses(nodes + surge, 30)), overlayAddresses: String(nodes + surge) },
  nodeSubnets: [{ cidr: `10.${index}.0.0/${subnetLength}` }],
  podCidr,
});

describe('the saving of overlay mode', () => {
  it('is the worked example of the rules: 50 nodes, surge 1, 30 pods, 2,048 against 64 addresses (SN-11)', () => {
    const length = nodeSubnetPrefixFor({ peakNodes: 51 });
    expect(savingsOfClusters([cluster(0, 50, 1, length, `10.244.0.0/${podPrefixFor(51)}`)])).toEqual({
      clusters: 1,
      nodes: 51,
      flatAddresses: '1581',
      overlayAddresses: '51',
      savedAddresses: '1530',
      flatSubnetAddresses: '2048',
      overlaySubnetAddresses: '64',
      savedSubnetAddresses: '1984',
      podAddresses: '16384',
      podAddressesShared: '16384',
    });
  });

  it('counts a pod range that 40 clusters share once, and each use beside it', () => {
    const fleet = Array.from({ length: 40 }, (_, index) => cluster(index, 100, 1, 24, '10.244.0.0/16'));
    const { flatAddresses, flatSubnetAddresses, overlaySubnetAddresses, podAddresses, podAddressesShared } = savingsOfClusters(fleet);
    expect(flatAddresses).toBe('125240');
    expect([flatSubnetAddresses, overlaySubnetAddresses]).toEqual(['163840', '10240']);
    expect([podAddresses, podAddressesShared]).toEqual(['2621440', '65536']);
  });

  it('is nothing for a space without clusters', () => {
    expect(savingsOfClusters([])).toMatchObject({ clusters: 0, savedAddresses: '0', podAddressesShared: '0' });
  });
});
