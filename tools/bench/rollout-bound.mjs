// The shortest time that any scheduler could need, and where ours lost some.

/** Documented by Azure: what one caller may write in one subscription. */
const ARM_WRITES = { burst: 200, perSecond: 10 };

const seconds = (entry) => (Date.parse(entry.endedAt) - Date.parse(entry.startedAt)) / 1000;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const nameIn = (path, word) => new RegExp(`/${word}/([^/]+)`, 'i').exec(path)?.[1]?.toLowerCase();

/**
 * `writes`: what Azure accepted, with the durations it drew. `lagSeconds`: how long a new identity stays unknown to role
 * assignments. All seconds are Azure's.
 */
export function lowerBound({ writes, slotsPerSubscription, lagSeconds }) {
  const bySubscription = Map.groupBy(writes, ({ subscription }) => subscription);
  const bounds = [...bySubscription.values()].map((own) => boundOf(own, slotsPerSubscription, lagSeconds));
  return bounds.reduce((most, one) => (one.seconds > most.seconds ? one : most));
}

function boundOf(writes, slots, lagSeconds) {
  const timed = writes.filter(({ endedAt }) => endedAt !== undefined);
  const clusters = timed.filter(({ path }) => nameIn(path, 'managedClusters'));
  const subnets = timed.filter(({ path }) => nameIn(path, 'subnets'));
  const networks = Map.groupBy(subnets, ({ path }) => nameIn(path, 'virtualNetworks'));
  const items = clusters.map((one) => seconds(one) + lagSeconds);
  const meanSubnet = sum(subnets.map(seconds)) / Math.max(1, subnets.length);
  const candidates = {
    'concurrency and durations': (sum(items) + sum(subnets.map(seconds))) / slots,
    'the longest cluster': Math.max(...items) + meanSubnet,
    'one writer per VNet': Math.max(...[...networks.values()].map((own) => sum(own.map(seconds)))) + Math.min(...items),
    "ARM's bucket of writes": (writes.length - ARM_WRITES.burst) / ARM_WRITES.perSecond,
  };
  const [by, most] = Object.entries(candidates).reduce((best, one) => (one[1] > best[1] ? one : best));
  return { seconds: most, by };
}

/** Where the slots of the rollout were spent, as shares of all slot seconds. */
export function losses({ writes, operations, items, slots, makespan, lagSeconds }) {
  const azure = new Map(writes.filter(({ endedAt }) => endedAt !== undefined).map((one) => [one.path.toLowerCase(), seconds(one)]));
  const held = sum(items.map(({ seconds: own }) => own));
  const running = sum([...azure.values()]);
  const late = sum(operations.map(({ resourceId, seconds: own }) => Math.max(0, own - (azure.get(resourceId.toLowerCase()) ?? own))));
  const lag = items.length * lagSeconds;
  const all = slots * makespan;
  return {
    "Azure's operations": running / all,
    'identities that were not known yet': lag / all,
    'ends found late': late / all,
    'locks, reads and the engine': Math.max(0, held - running - late - lag) / all,
    'slots with nothing left to start': Math.max(0, all - held) / all,
  };
}
