// Figures with their limits, as text for people and as rows for docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function machine() {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

/** figure: { name, unit, values, limit?, atMost? = true } */
export function row({ name, unit, values, limit, atMost = true }) {
  const mid = median(values);
  const met = limit === undefined ? '' : (atMost ? mid <= limit : mid >= limit) ? 'met' : 'MISSED';
  const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  return {
    met: met !== 'MISSED',
    text: `| ${name} | ${shown(mid)} ${unit} | ${shown(Math.min(...values))} to ${shown(Math.max(...values))} (${values.length} rounds) | ${limit === undefined ? '' : `${atMost ? '≤' : '≥'} ${limit} ${unit}`} | ${met} |`,
  };
}

const HEAD = '| Figure | Median | Range | Limit | |\n|---|---|---|---|---|';

/** Prints a section; with `write` it replaces the section of that title in docs/benchmarks.md. */
export function publish({ title, notes }, command, figures, write) {
  const rows = figures.map(row);
  const section = `## ${title}\n\n\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${machine()}\n\n${HEAD}\n${rows.map(({ text }) => text).join('\n')}\n${notes ? `\n${notes()}\n` : ''}`;
  console.log(`\n${section}`);
  if (write) replaceSection(title, section);
  return rows.every(({ met }) => met);
}

function replaceSection(title, section) {
  const file = new URL('../../docs/benchmarks.md', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(`## ${title}\n`);
  const next = start < 0 ? -1 : text.indexOf('\n## ', start + 1);
  const before = start < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, start);
  writeFileSync(file, `${before}${section}${next < 0 ? '' : text.slice(next)}`);
}
