import type { Problem } from '@podspan/errors';
import { problemIf } from '../findings.js';
import { clusterPeak } from '../sizing/node-counts.js';
import type { ClusterInput } from './cluster-input.js';

/** Nodes Azure's own policy engine can serve, and when it ends (OV-111, MG-51). */
const NPM_MOST_NODES = 250;
const NPM_LINUX_END = '2028-09-30';
const NPM_WINDOWS_END = '2026-09-30';
const replacement = 'dataplane CILIUM with networkPolicy CILIUM';

/** OV-111: policy engine and data plane belong together, and Azure's own engine has limits. */
export function checkNetworkPolicy(cluster: ClusterInput): readonly Problem[] {
  const { networkPolicy } = cluster;
  if (networkPolicy === undefined) return [];
  return networkPolicy === 'AZURE' && cluster.dataplane === 'AZURE' ? checkNpm(cluster) : checkMatch(cluster);
}

function checkMatch({ dataplane, networkPolicy }: ClusterInput): readonly Problem[] {
  const ciliumPlane = dataplane === 'CILIUM';
  return problemIf(ciliumPlane !== (networkPolicy === 'CILIUM'), {
    path: 'networkPolicy',
    code: 'network_policy_dataplane_mismatch',
    rule: 'OV-111',
    message: ciliumPlane
      ? 'the Cilium data plane enforces policies itself; no other engine is possible'
      : 'policy engine CILIUM needs the Cilium data plane',
    value: networkPolicy,
    conflictsWith: dataplane,
    suggestion: ciliumPlane ? 'CILIUM' : 'dataplane CILIUM, or networkPolicy NONE',
  });
}

function checkNpm({ networkPolicy, nodePools }: ClusterInput): readonly Problem[] {
  const facts = { path: 'networkPolicy', rule: 'OV-111', value: networkPolicy };
  const peak = clusterPeak(nodePools);
  const windows = nodePools.filter(({ osType }) => osType === 'WINDOWS').map(({ name }) => name);
  return [
    ...problemIf(peak > NPM_MOST_NODES, {
      ...facts,
      code: 'network_policy_too_many_nodes',
      message: `policy engine AZURE serves ${NPM_MOST_NODES} nodes, the peak is ${peak}`,
      conflictsWith: peak,
      suggestion: replacement,
    }),
    ...problemIf(windows.length > 0, {
      ...facts,
      code: 'network_policy_retired',
      message: `policy engine AZURE is unsupported on Windows since ${NPM_WINDOWS_END}`,
      conflictsWith: windows,
      suggestion: 'CALICO',
    }),
  ];
}

export function warnNetworkPolicy({ networkPolicy }: ClusterInput): readonly Problem[] {
  return problemIf(networkPolicy === 'AZURE', {
    path: 'networkPolicy',
    code: 'network_policy_retiring',
    rule: 'OV-111',
    message: `policy engine AZURE is unsupported on Linux from ${NPM_LINUX_END}`,
    value: networkPolicy,
    conflictsWith: NPM_LINUX_END,
    suggestion: replacement,
  });
}
