// What a process and everything it started use, read from /proc.
import { readdirSync, readFileSync } from 'node:fs';

function parents() {
  const table = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      table.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Ended while we looked.
    }
  }
  return table;
}

/** The process, its children, their children. */
export function familyOf(root) {
  const table = parents();
  const family = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of table) {
      if (!family.has(pid) && family.has(parent)) {
        family.add(pid);
        grown = true;
      }
    }
  }
  return [...family];
}

/** Proportional set size in MB of all of them: memory that PostgreSQL's processes share is counted once. */
export function memoryOf(root) {
  return familyOf(root).reduce((sum, pid) => sum + pssKilobytes(pid), 0) / 1024;
}

function pssKilobytes(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Samples the peak until `stop`; `every` in milliseconds. */
export function watchMemory(root, every = 250) {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOf(root))), every);
  return { stop: () => (clearInterval(timer), peak) };
}
