import type { Problem } from '@podspan/errors';
import { type Findings, merged, problem, under } from '../findings.js';
import { plannedNodes, poolPeak, readSurge } from '../sizing/node-counts.js';
import type { NodePoolInput } from './cluster-input.js';
import { checkName } from './names.js';

/** Pods per node in overlay mode (OV-13). */
export const DEFAULT_MAX_PODS = 250;
export const LEAST_MAX_PODS = 10;
export const MOST_MAX_PODS = 250;
/** Pods every pool must have room for (OV-14). */
export const LEAST_PODS_PER_POOL = 30;
/** Nodes of one pool, and instances of its scale set while it surges (QUO-04, SN-23). */
export const MOST_NODES_PER_POOL = 1_000;
export const MOST_POOLS = 100;
const WINDOWS_PODS_CEILING = 110;

/** Everything wrong with the pools of a cluster; paths begin with `nodePools`. */
export function checkNodePools(pools: readonly NodePoolInput[]): Findings {
  const each = pools.map((pool, index): Findings => {
    const found = checkNodePool(pool);
    const prefix = `nodePools[${index}]`;
    return { problems: under(prefix, found.problems), warnings: under(prefix, found.warnings) };
  });
  return merged({ problems: [...checkPoolCount(pools), ...checkDuplicates(pools), ...checkSystemPool(pools)], warnings: [] }, ...each);
}

/** Everything wrong with one pool; paths are relative to it. */
export function checkNodePool(pool: NodePoolInput): Findings {
  return {
    problems: [
      ...checkName(pool.osType === 'WINDOWS' ? 'WINDOWS_POOL' : 'LINUX_POOL', pool.name),
      ...checkCounts(pool),
      ...checkMaxPods(pool),
      ...checkSurge(pool),
      ...checkScaleSet(pool),
      ...checkMachine(pool),
    ],
    warnings: warnWindowsPods(pool),
  };
}

/** QUO-04: a fixed count, or a minimum and a maximum for the autoscaler. */
function checkCounts({ mode, count, minCount, maxCount }: NodePoolInput): readonly Problem[] {
  const autoscaled = minCount !== undefined || maxCount !== undefined;
  if (autoscaled === (count !== undefined) || (autoscaled && (minCount === undefined || maxCount === undefined))) {
    const message = 'a pool has either a count, or a minCount and a maxCount';
    const conflictsWith = autoscaled ? 'minCount, maxCount' : undefined;
    const suggestion = 'count, or minCount and maxCount';
    return [
      problem({
        path: 'count',
        code: 'node_count_ambiguous',
        rule: 'QUO-04',
        message,
        value: count,
        conflictsWith,
        suggestion,
      }),
    ];
  }
  const least = mode === 'SYSTEM' ? 1 : 0;
  const outside = Object.entries({ count, minCount, maxCount }).flatMap(([path, value]) => {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= MOST_NODES_PER_POOL)) return [];
    const message = `a ${mode.toLowerCase()} pool has ${least} to ${MOST_NODES_PER_POOL} nodes`;
    const suggestion = String(Math.min(MOST_NODES_PER_POOL, Math.max(least, Math.round(value))));
    return [
      problem({
        path,
        code: 'node_count_out_of_range',
        rule: 'QUO-04',
        message,
        value,
        conflictsWith: `${least}..${MOST_NODES_PER_POOL}`,
        suggestion,
      }),
    ];
  });
  if (minCount === undefined || maxCount === undefined || minCount <= maxCount) return outside;
  const message = `minCount ${minCount} is above maxCount ${maxCount}`;
  return [
    ...outside,
    problem({
      path: 'minCount',
      code: 'node_count_out_of_range',
      rule: 'QUO-04',
      message,
      value: minCount,
      conflictsWith: maxCount,
      suggestion: String(maxCount),
    }),
  ];
}

/** OV-13, OV-14. The pool is judged by the fewest nodes it starts with; a pool of none is not judged. */
function checkMaxPods(pool: NodePoolInput): readonly Problem[] {
  const maxPods = pool.maxPods ?? DEFAULT_MAX_PODS;
  if (!Number.isInteger(maxPods) || maxPods < LEAST_MAX_PODS || maxPods > MOST_MAX_PODS) {
    const message = `maxPods ${maxPods} is outside ${LEAST_MAX_PODS} to ${MOST_MAX_PODS}`;
    const suggestion = String(Math.min(MOST_MAX_PODS, Math.max(LEAST_MAX_PODS, Math.round(maxPods))));
    return [
      problem({
        path: 'maxPods',
        code: 'max_pods_out_of_range',
        rule: 'OV-13',
        message,
        value: maxPods,
        conflictsWith: `${LEAST_MAX_PODS}..${MOST_MAX_PODS}`,
        suggestion,
      }),
    ];
  }
  const nodes = pool.count ?? pool.minCount ?? 0;
  if (nodes <= 0 || nodes * maxPods >= LEAST_PODS_PER_POOL) return [];
  const morePods = Math.ceil(LEAST_PODS_PER_POOL / nodes);
  const moreNodes = Math.ceil(LEAST_PODS_PER_POOL / maxPods);
  return [
    problem({
      path: 'maxPods',
      code: 'pool_below_30_pods',
      rule: 'OV-14',
      message: `${nodes} x ${maxPods} = ${nodes * maxPods} pods; a pool needs room for ${LEAST_PODS_PER_POOL}`,
      value: maxPods,
      conflictsWith: nodes,
      suggestion: `maxPods ${morePods} or ${moreNodes} nodes`,
    }),
  ];
}

/** SN-20, SN-22. */
function checkSurge({ maxSurge, maxUnavailable = 0, mode }: NodePoolInput): readonly Problem[] {
  if (maxSurge === undefined) return [];
  const surge = readSurge(maxSurge);
  const facts = { path: 'maxSurge', value: maxSurge };
  if (!surge) {
    const message = 'maxSurge is a number of nodes or a percentage up to 100%';
    return [problem({ ...facts, code: 'max_surge_invalid', rule: 'SN-20', message, suggestion: '33%' })];
  }
  const none = ('nodes' in surge ? surge.nodes : surge.percent) === 0;
  if (!none || (maxUnavailable > 0 && mode === 'USER')) return [];
  const message =
    mode === 'SYSTEM' ? 'a system pool cannot upgrade without a surge node' : 'without surge nodes maxUnavailable must be above 0';
  return [
    problem({
      ...facts,
      code: 'max_surge_invalid',
      rule: 'SN-22',
      message,
      conflictsWith: maxUnavailable,
      suggestion: '1',
    }),
  ];
}

/** SN-23: a pool that cannot surge can never be upgraded. */
function checkScaleSet(pool: NodePoolInput): readonly Problem[] {
  const peak = poolPeak(pool);
  const nodes = plannedNodes(pool);
  if (peak <= MOST_NODES_PER_POOL || nodes > MOST_NODES_PER_POOL) return [];
  const path = pool.maxCount === undefined ? 'count' : 'maxCount';
  const message = `${nodes} nodes and ${peak - nodes} surge nodes are more than the ${MOST_NODES_PER_POOL} of a scale set; upgrades would be refused`;
  const suggestion = 'split the pool or lower maxSurge';
  return [
    problem({
      path,
      code: 'pool_too_large_to_upgrade',
      rule: 'SN-23',
      message,
      value: nodes,
      conflictsWith: peak,
      suggestion,
    }),
  ];
}

/** OV-112. */
function checkMachine({ vmSize }: NodePoolInput): readonly Problem[] {
  if (!/^Standard_DC\d+m?s_v2$/i.test(vmSize)) return [];
  const message = `${vmSize} nodes are not supported in overlay mode`;
  return [
    problem({
      path: 'vmSize',
      code: 'vm_size_unsupported',
      rule: 'OV-112',
      message,
      value: vmSize,
      suggestion: vmSize.replace(/_v2$/i, '_v3'),
    }),
  ];
}

/** OV-17. */
function warnWindowsPods({ osType, maxPods = DEFAULT_MAX_PODS }: NodePoolInput): readonly Problem[] {
  if (osType !== 'WINDOWS' || maxPods <= WINDOWS_PODS_CEILING) return [];
  const message = `${maxPods} pods per Windows node are above the recommended ${WINDOWS_PODS_CEILING}`;
  return [
    problem({
      path: 'maxPods',
      code: 'windows_max_pods_high',
      rule: 'OV-17',
      message,
      value: maxPods,
      conflictsWith: WINDOWS_PODS_CEILING,
      suggestion: String(WINDOWS_PODS_CEILING),
    }),
  ];
}

/** QUO-05. */
function checkPoolCount(pools: readonly NodePoolInput[]): readonly Problem[] {
  if (pools.length >= 1 && pools.length <= MOST_POOLS) return [];
  const message = `a cluster has 1 to ${MOST_POOLS} pools`;
  return [
    problem({
      path: 'nodePools',
      code: 'pool_count_out_of_range',
      rule: 'QUO-05',
      message,
      value: pools.length,
      conflictsWith: `1..${MOST_POOLS}`,
    }),
  ];
}

function checkDuplicates(pools: readonly NodePoolInput[]): readonly Problem[] {
  return pools.flatMap(({ name }, index) => {
    const earlier = pools.findIndex((other) => other.name === name);
    if (earlier === index) return [];
    const message = `two pools are named '${name}'`;
    return [
      problem({
        path: `nodePools[${index}].name`,
        code: 'duplicate_name',
        rule: 'QUO-41',
        message,
        value: name,
        conflictsWith: `nodePools[${earlier}].name`,
      }),
    ];
  });
}

/** QUO-04: the system pods need a Linux pool of mode SYSTEM. */
function checkSystemPool(pools: readonly NodePoolInput[]): readonly Problem[] {
  if (pools.length === 0) return [];
  const system = pools.flatMap((pool, index) => (pool.mode === 'SYSTEM' ? [{ ...pool, index }] : []));
  if (system.length === 0) {
    return [
      problem({
        path: 'nodePools',
        code: 'system_pool_missing',
        rule: 'QUO-04',
        message: 'a cluster needs a pool of mode SYSTEM',
        suggestion: 'set mode SYSTEM on one Linux pool',
      }),
    ];
  }
  return system.flatMap(({ osType, index }) => {
    if (osType !== 'WINDOWS') return [];
    const facts = { path: `nodePools[${index}].osType`, value: osType, conflictsWith: 'SYSTEM', suggestion: 'LINUX' };
    return [problem({ ...facts, code: 'system_pool_not_linux', rule: 'QUO-04', message: 'a system pool runs Linux' })];
  });
}
