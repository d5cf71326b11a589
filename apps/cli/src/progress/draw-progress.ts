import { styleText } from 'node:util';
import type { RolloutView } from '../api-views.js';
import type { RolloutProgress, WaveProgress } from './rollout-progress.js';

export interface Drawing {
  readonly progress: RolloutProgress;
  readonly eta: RolloutView['eta'];
  readonly now: Date;
  readonly columns: number;
  readonly colors: boolean;
}

const MOST_RUNNING = 8;
const MOST_FAILED = 5;
const FULL = '█';
const PART = '▒';
const EMPTY = '░';

/** The live picture of a rollout: counts and ETA, a bar per wave, what is under way, what has failed. No line is wider than the terminal. */
export function drawProgress(drawing: Drawing): string {
  const lines = [headLine(drawing), ...waveLines(drawing), ...runningLines(drawing), ...failedLines(drawing)];
  return lines.join('\n');
}

function headLine({ progress, eta, now, columns, colors }: Drawing): string {
  const sum = (count: (wave: WaveProgress) => number): number => progress.waves.reduce((total, wave) => total + count(wave), 0);
  const [total, succeeded, running, failed, ended] = [
    sum((w) => w.total),
    sum((w) => w.succeeded),
    sum((w) => w.running),
    sum((w) => w.failed),
    sum((w) => w.ended),
  ];
  const counts = [`${succeeded}/${total} done`, `${running} running`, `${failed} failed`, ...(ended > 0 ? [`${ended} ended`] : [])].join(
    '  ',
  );
  const state = progress.outcome ?? progress.lifecycle;
  const line = clip(`${progress.name}  ${state}  ${counts}  ${etaText(eta, now, progress.outcome)}`.trimEnd(), columns);
  return colors ? styleText('bold', line, { validateStream: false }) : line;
}

function etaText(eta: Drawing['eta'], now: Date, outcome: string | null): string {
  if (eta === null || outcome !== null) return '';
  const left = (instant: string): string => clock(Math.max(0, (Date.parse(instant) - now.getTime()) / 1000));
  return `ETA ${left(eta.earliest)} to ${left(eta.latest)}`;
}

function waveLines({ progress, columns, colors }: Drawing): readonly string[] {
  const nameWidth = Math.min(24, Math.max(4, ...progress.waves.map(({ name }) => name.length)));
  const barWidth = Math.max(10, Math.min(40, columns - nameWidth - 32));
  return progress.waves.map((wave) => {
    const label = clip(wave.name, nameWidth).padEnd(nameWidth);
    const settled = wave.succeeded + wave.failed + wave.ended;
    const counts = `${String(settled).padStart(String(wave.total).length)}/${wave.total}`;
    const extra = [
      ...(wave.running > 0 ? [`${wave.running} running`] : []),
      ...(wave.failed > 0 ? [`${wave.failed} failed`] : []),
      ...(wave.state === 'PENDING' ? ['waits'] : []),
    ].join(', ');
    return [label, ' ', bar(wave, barWidth, colors), clip(` ${counts}  ${extra}`.trimEnd(), columns - nameWidth - 1 - barWidth)].join('');
  });
}

/** Done, failed, under way and open parts of a wave, in whole cells that always add up to the width. */
export function bar(
  wave: Pick<WaveProgress, 'total' | 'running' | 'succeeded' | 'failed' | 'ended'>,
  width: number,
  colors: boolean,
): string {
  const ends = [wave.succeeded, wave.failed + wave.ended, wave.running].reduce<number[]>(
    (sums, count) => [...sums, (sums.at(-1) ?? 0) + count],
    [],
  );
  const [good = 0, bad = 0, busy = 0] = ends.map((end) => (wave.total === 0 ? 0 : Math.min(width, Math.round((end / wave.total) * width))));
  const parts = [
    ['green', FULL.repeat(good)],
    ['red', FULL.repeat(bad - good)],
    ['yellow', PART.repeat(busy - bad)],
    ['gray', EMPTY.repeat(width - busy)],
  ] as const;
  return parts.map(([color, cells]) => (colors && cells !== '' ? styleText(color, cells, { validateStream: false }) : cells)).join('');
}

function runningLines({ progress, now, columns }: Drawing): readonly string[] {
  const running = [...progress.items].filter(([, { state }]) => state === 'RUNNING').sort(([, a], [, b]) => a.since.localeCompare(b.since));
  const shown = running.slice(0, MOST_RUNNING).map(([cluster, { step, waitingFor, since }]) => {
    const elapsed = clock(Math.max(0, (now.getTime() - Date.parse(since)) / 1000));
    const waiting = waitingFor === undefined ? '' : ` (waiting for ${waitingFor})`;
    return clip(`  ${cluster}  ${step ?? 'starting'}${waiting}  ${elapsed}`, columns);
  });
  const more = running.length > MOST_RUNNING ? [`  and ${running.length - MOST_RUNNING} more`] : [];
  // While it runs, what is under way says it better; the reason in the log is that of the last change of state.
  const waiting =
    progress.waitingFor === null || progress.lifecycle === 'RUNNING' ? [] : [clip(`waiting for ${progress.waitingFor}`, columns)];
  return [...shown, ...more, ...waiting];
}

function failedLines({ progress, columns, colors }: Drawing): readonly string[] {
  const failed = [...progress.items].filter(([, { state }]) => state === 'FAILED');
  return failed.slice(-MOST_FAILED).map(([cluster, { failure }]) => {
    const line = clip(
      `  failed: ${cluster}  ${failure === undefined ? '' : `${failure.code}: ${failure.message}`}`.replaceAll(/\s*\n\s*/g, ' ').trimEnd(),
      columns,
    );
    return colors ? styleText('red', line, { validateStream: false }) : line;
  });
}

/** `1:05` or `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function clip(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
