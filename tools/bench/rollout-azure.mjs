// The emulator in a process of its own, so that what it costs is not taken for the engine's.
import { startEmulator } from '@podspan/azure-emulator';

const { delayMs = 0, ...options } = JSON.parse(process.argv[2]);
const azure = await startEmulator({ journalLimit: 1_000_000, ...options });
if (delayMs > 0) azure.faults.add({ match: {}, do: { delayMs } });
const kinds = {
  writes: (all) => all.filter(({ accepted }) => accepted),
  counts: (all) => countsOf(all),
};
process.on('message', ({ ask }) => {
  if (ask === 'reset') azure.reset();
  process.send(ask === 'reset' ? {} : kinds[ask](azure.journal()));
});
process.on('disconnect', () => process.exit());
process.send({ url: azure.url });

/** What was asked of Azure: how often by kind, and how fast the busiest budget of status reads was spent. */
function countsOf(all) {
  const statusReads = new Map();
  const counts = { requests: all.length, throttled: 0, writes: 0, statusReads: 0, lists: 0, otherReads: 0 };
  for (const { method, path, status, accepted } of all) {
    if (status === 429) counts.throttled++;
    if (accepted) counts.writes++;
    if (method !== 'GET') continue;
    const budget = /^\/subscriptions\/([^/]+)\/providers\/microsoft\.containerservice\/locations\/([^/]+)\/operation/i.exec(path);
    if (budget) {
      counts.statusReads++;
      const key = `${budget[1]}/${budget[2]}`.toLowerCase();
      statusReads.set(key, (statusReads.get(key) ?? 0) + 1);
    } else if (/managedclusters$/i.test(path)) counts.lists++;
    else counts.otherReads++;
  }
  return { ...counts, busiestStatusReads: Math.max(0, ...statusReads.values()) };
}
