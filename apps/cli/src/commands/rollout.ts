import { pathTo } from '@podspan/client';
import type { Command } from 'commander';
import type { ItemView, RolloutView } from '../api-views.js';
import { EXIT, Quit } from '../exit-codes.js';
import type { Io } from '../io.js';
import { wholeNumber } from '../output/whole-number.js';
import { table } from '../output/table.js';
import { whatNext } from '../output/what-next.js';
import { watchRollout } from '../progress/watch-rollout.js';
import { contextOf, type CommandContext } from './command-context.js';
import { registerStartRollout } from './start-rollout.js';

/** `podspan rollout ...` */
export function registerRollout(root: Command, io: Io): void {
  const rollout = root.command('rollout').description('Follow and steer rollouts');

  rollout
    .command('list')
    .description('All rollouts, the newest first')
    .option('--lifecycle <state>', 'only those in this state: PENDING, RUNNING, WAITING, PAUSED, STOPPING or DONE')
    .action(async (options: { lifecycle?: string }, command: Command) => list(contextOf(command, io), options.lifecycle));

  rollout
    .command('show <rollout>')
    .description('Where a rollout stands: its waves, what it waits for, what has failed and who must act')
    .option('--items', 'every cluster, not only the failed ones')
    .action(async (name: string, options: { items?: boolean }, command: Command) =>
      show(contextOf(command, io), name, options.items === true),
    );

  rollout
    .command('watch <rollout>')
    .description('Follow a rollout to its end; exits 6 unless every cluster succeeded')
    .option('--after <sequence>', 'only events after this one', wholeNumber(0, 999_999_999))
    .action(async (name: string, options: { after?: number }, command: Command) => watch(contextOf(command, io), name, options.after));

  rollout.command('pause <rollout>').description('Start nothing new; what is under way goes on').action(steering(io, 'pause'));
  rollout
    .command('resume <rollout>')
    .description('Go on after a pause, or accept the failures that stopped the rollout')
    .action(steering(io, 'resume'));

  rollout
    .command('cancel <rollout>')
    .description('Skip what has not started and give its addresses back')
    .option('--mode <mode>', 'what happens to what is under way: ABORT or FINISH; the strategy of the rollout says it otherwise')
    .action(steering(io, 'cancel', ({ mode }) => ({ mode })));

  rollout
    .command('retry <rollout>')
    .description('Try failed clusters again by the same frozen plan; the others are not touched')
    .option('--cluster <name...>', 'only these')
    .action(steering(io, 'retry', ({ cluster }) => ({ clusters: cluster })));

  rollout
    .command('skip <rollout>')
    .description('Leave out clusters, or a whole wave, that have not started; their addresses are given back')
    .option('--cluster <name...>', 'these clusters')
    .option('--wave <name>', 'all of this wave')
    .action(steering(io, 'skip', ({ cluster, wave }) => ({ clusters: cluster, wave })));

  registerStartRollout(rollout, io);

  for (const verb of ['approve', 'reject'] as const) {
    rollout
      .command(`${verb} <rollout>`)
      .description(verb === 'approve' ? 'Let a wave start that waits for approval' : 'Do not let a wave start; its clusters are skipped')
      .option('--wave <name>', 'the wave; without it the one that waits')
      .option('--gate <gate>', 'MIGRATE_INGRESS: SWITCH_DNS or DISABLE_AGIC; without it the one where clusters stand')
      .option('--cluster <name...>', 'with a gate: only these')
      .option('--comment <text>', 'kept with the decision')
      .action(steering(io, verb, ({ wave, gate, cluster, comment }) => ({ wave, gate, clusters: cluster, comment })));
  }
}

async function list({ client, print }: CommandContext, lifecycle: string | undefined): Promise<void> {
  const rollouts: RolloutView[] = [];
  for await (const view of client.items<RolloutView>('/v1/rollouts', { query: { lifecycle } })) rollouts.push(view);
  print.result({ items: rollouts }, () =>
    table(
      ['ROLLOUT', 'ACTION', 'LIFECYCLE', 'OUTCOME', 'DONE', 'RUNNING', 'FAILED', 'CREATED', 'BY'],
      rollouts.map(({ name, action, lifecycle: state, outcome, counts, createdAt, createdBy }) => [
        name,
        action,
        state,
        outcome,
        `${counts.succeeded}/${counts.total}`,
        counts.running,
        counts.failed,
        createdAt,
        createdBy,
      ]),
    ),
  );
}

async function show({ client, print }: CommandContext, name: string, everyItem: boolean): Promise<void> {
  const { body: view } = await client.call<RolloutView>('GET', pathTo('v1', 'rollouts', name));
  const items: ItemView[] = [];
  for await (const item of client.items<ItemView>(pathTo('v1', 'rollouts', name, 'items'), {
    query: { state: everyItem ? undefined : 'FAILED' },
  }))
    items.push(item);
  print.result({ ...view, items }, () => [rolloutReport(view), itemReport(items)].filter((part) => part !== '').join('\n\n'));
}

function rolloutReport(view: RolloutView): string {
  const waiting = view.waitingFor === null ? [] : [`waiting for ${view.waitingFor}`];
  const eta = view.eta === null ? [] : [`ends between ${view.eta.earliest} and ${view.eta.latest}`];
  const waves = table(
    ['WAVE', 'STATE', 'TOTAL', 'SUCCEEDED', 'RUNNING', 'FAILED', 'CANCELED', 'SKIPPED'],
    view.waves.map(({ name, state, counts }) => [
      name,
      state,
      counts.total,
      counts.succeeded,
      counts.running,
      counts.failed,
      counts.canceled,
      counts.skipped,
    ]),
  );
  const next = whatNext(view);
  const lines = next === undefined ? [...waiting, ...eta] : [...waiting, ...eta, next];
  return [`${view.name}  ${view.action}  ${view.outcome ?? view.lifecycle}`, ...lines, waves].join('\n');
}

function itemReport(items: readonly ItemView[]): string {
  if (items.length === 0) return '';
  return table(
    ['CLUSTER', 'WAVE', 'STATE', 'STEP', 'TRY', 'MUST ACT', 'WHY'],
    items.map(({ cluster, wave, state, stepTitle, attempt, mustAct, lastError, waitingFor }) => [
      cluster,
      wave,
      state,
      stepTitle,
      attempt,
      mustAct,
      lastError === null ? waitingFor : `${lastError.code}: ${lastError.message}`,
    ]),
  );
}

async function watch({ client, io, print }: CommandContext, rollout: string, after: number | undefined): Promise<void> {
  const code = await watchRollout({ client, io, rollout, format: print.format, ...(after === undefined ? {} : { after }) });
  if (code !== EXIT.done) throw new Quit(code);
}

type SteeringOptions = Readonly<Record<'mode' | 'wave' | 'gate' | 'comment', string | undefined>> & {
  readonly cluster?: readonly string[];
};

function steering(io: Io, verb: string, bodyOf: (options: SteeringOptions) => Readonly<Record<string, unknown>> = () => ({})) {
  return async (name: string, options: SteeringOptions, command: Command): Promise<void> => {
    const { client, print } = contextOf(command, io);
    const { body } = await client.call<RolloutView>('POST', pathTo('v1', 'rollouts', name, verb), { body: bodyOf(options) });
    print.result(
      body,
      () => `rollout ${body.name}: ${body.outcome ?? body.lifecycle}${body.waitingFor === null ? '' : `, waiting for ${body.waitingFor}`}`,
    );
  };
}
