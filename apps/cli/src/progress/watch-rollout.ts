import type { PodspanClient, RolloutEvent } from '@podspan/client';
import { pathTo } from '@podspan/client';
import { createLogUpdate } from 'log-update';
import type { RolloutView } from '../api-views.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Io, OutputFormat } from '../io.js';
import { whatNext } from '../output/what-next.js';
import { drawProgress } from './draw-progress.js';
import { eventLine } from './event-line.js';
import { advance, beginning, type RolloutProgress } from './rollout-progress.js';

export interface WatchOptions {
  readonly client: PodspanClient;
  readonly io: Io;
  readonly rollout: string;
  readonly format: OutputFormat;
  /** Only events after this sequence. */
  readonly after?: number;
}

const DRAW_EVERY_MS = 100;
const ETA_EVERY_MS = 3_000;

/** Follows a rollout to its end: a live picture on a terminal, one line per event elsewhere. Answers the exit code. */
export async function watchRollout(options: WatchOptions): Promise<ExitCode> {
  const { client, io, rollout, format, after = 0 } = options;
  const view = await readRollout(client, rollout);
  const events = client.rolloutEvents(rollout, { after, signal: io.signal });
  if (format === 'table' && io.stdout.isTTY === true) await drawLive(options, view, events);
  else await printLines(io, format, events);
  if (io.signal.aborted) {
    io.stderr.write(`podspan: not watching any more; the rollout goes on: podspan rollout watch ${rollout}\n`);
    return EXIT.interrupted;
  }
  return closing(io, format, await readRollout(client, rollout));
}

async function readRollout(client: PodspanClient, rollout: string): Promise<RolloutView> {
  return (await client.call<RolloutView>('GET', pathTo('v1', 'rollouts', rollout))).body;
}

async function printLines(io: Io, format: OutputFormat, events: AsyncIterable<RolloutEvent>): Promise<void> {
  for await (const event of events) io.stdout.write(`${format === 'table' ? eventLine(event) : JSON.stringify(event)}\n`);
}

/** Draws at most ten times a second, and once a second when nothing happens, for the clocks. */
async function drawLive({ client, io, rollout }: WatchOptions, view: RolloutView, events: AsyncIterable<RolloutEvent>): Promise<void> {
  const screen = createLogUpdate(io.stdout as NodeJS.WriteStream);
  let progress: RolloutProgress = beginning(view);
  let eta = view.eta;
  let drawnAt = -Infinity;
  let readAt = performance.now();
  const draw = (): void => {
    drawnAt = performance.now();
    screen(drawProgress({ progress, eta, now: io.now(), columns: io.stdout.columns ?? 80, colors: io.env['NO_COLOR'] === undefined }));
  };
  const tick = setInterval(() => {
    draw();
    if (performance.now() - readAt < ETA_EVERY_MS) return;
    readAt = performance.now();
    // An ETA that cannot be had now is had the next time.
    readRollout(client, rollout).then(
      ({ eta: latest }) => (eta = latest),
      () => undefined,
    );
  }, 1_000);
  try {
    draw();
    for await (const event of events) {
      progress = advance(progress, event);
      if (performance.now() - drawnAt >= DRAW_EVERY_MS) draw();
    }
  } finally {
    clearInterval(tick);
    draw();
    screen.done();
  }
}

function closing(io: Io, format: OutputFormat, rollout: RolloutView): ExitCode {
  const { succeeded, failed, total } = rollout.counts;
  if (format === 'table') {
    const next = whatNext(rollout);
    io.stdout.write(
      `rollout ${rollout.name}: ${rollout.outcome ?? rollout.lifecycle}, ${succeeded} of ${total} succeeded${failed > 0 ? `, ${failed} failed: podspan rollout show ${rollout.name}` : ''}\n`,
    );
    if (next !== undefined) io.stdout.write(`${next}\n`);
  }
  return rollout.outcome === 'SUCCEEDED' ? EXIT.done : EXIT.rolloutFailed;
}
