import type { Command } from 'commander';
import type { RolloutPlan, RolloutView } from '../api-views.js';
import { EXIT, Quit, UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { watchRollout } from '../progress/watch-rollout.js';
import { contextOf, type CommandContext } from './command-context.js';

interface StartOptions {
  readonly action: string;
  readonly cluster?: readonly string[];
  readonly selector?: readonly string[];
  readonly podPool?: string;
  readonly kubernetesVersion?: string;
  readonly nodeImage?: boolean;
  readonly gatewayPool?: string;
  readonly agic?: string;
  readonly ttl?: string;
  readonly maxConcurrency?: string;
  readonly maxFailures?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
}

/** `podspan rollout start`: an action on clusters that exist. Its plan is shown first, and what cannot be undone is asked about. */
export function registerStartRollout(rollout: Command, io: Io): void {
  rollout
    .command('start <name>')
    .description('Change clusters that exist: MIGRATE_TO_OVERLAY, EXPAND_POD_CIDR, ENABLE_CILIUM, UPGRADE, MIGRATE_INGRESS or DELETE')
    .requiredOption('--action <action>', 'what is done to them')
    .option('--cluster <name...>', 'names or ids in Podspan, or ARM ids')
    .option('--selector <member=value...>', 'names, region, subscriptionId, network or mesh of clusters that Podspan knows')
    .option('--pod-pool <pool>', 'MIGRATE_TO_OVERLAY: the pool the pod ranges come from')
    .option('--kubernetes-version <version>', 'UPGRADE: a full version, or a minor for its newest patch')
    .option('--node-image', 'UPGRADE: the newest node image of each pool')
    .option('--gateway-pool <pool>', 'MIGRATE_INGRESS: the pool of the /24 of each AGC')
    .option('--agic <install>', 'MIGRATE_INGRESS: ADDON, or HELM where a person uninstalls it')
    .option('--ttl <seconds>', 'MIGRATE_INGRESS: TTL of the DNS records when they are switched')
    .option('--max-concurrency <count>', 'clusters at a time, a number or a percentage')
    .option('--max-failures <count>', 'failures allowed, a number or a percentage')
    .option('--dry-run', 'show the plan and end')
    .option('--yes', 'do not ask; confirms what cannot be undone')
    .option('--watch', 'follow it to its end')
    .action(async (name: string, options: StartOptions, command: Command) => start(contextOf(command, io), name, options));
}

async function start({ client, io, print }: CommandContext, name: string, options: StartOptions): Promise<void> {
  const body = bodyOf(name, options);
  const { body: plan } = await client.call<RolloutPlan>('POST', '/v1/rollouts', { query: { dryRun: true }, body });
  if (options.dryRun === true) return print.result(plan, () => planReport(plan));
  print.note(`${planReport(plan)}\n`);
  if (options.yes !== true) {
    if (io.confirm === undefined) throw new UsageError('there is no terminal to ask on: add --yes to start without being asked');
    if (!(await io.confirm('Start this?'))) {
      io.stderr.write('podspan: nothing was started\n');
      return;
    }
  }
  const { body: view } = await client.call<RolloutView>('POST', '/v1/rollouts', { body: { ...body, confirmIrreversible: true } });
  print.result(view, () => `started rollout ${view.name} (${view.lifecycle})`);
  if (options.watch !== true) return;
  const code = await watchRollout({ client, io, rollout: view.name, format: print.format });
  if (code !== EXIT.done) throw new Quit(code);
}

function bodyOf(name: string, options: StartOptions): Readonly<Record<string, unknown>> {
  const { action, cluster, selector, podPool, kubernetesVersion, nodeImage, maxConcurrency, maxFailures } = options;
  const strategy = {
    ...(maxConcurrency === undefined ? {} : { maxConcurrency: numberOrPercent(maxConcurrency) }),
    ...(maxFailures === undefined ? {} : { maxFailures: numberOrPercent(maxFailures) }),
  };
  const upgrade = { ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }), ...(nodeImage === true ? { nodeImage } : {}) };
  return {
    name,
    action: action.toUpperCase(),
    ...(cluster === undefined ? {} : { clusters: cluster.map((ref) => ({ ref })) }),
    ...(selector === undefined ? {} : { selector: selectorOf(selector) }),
    ...(podPool === undefined ? {} : { pools: { podCidr: podPool } }),
    ...(Object.keys(upgrade).length === 0 ? {} : { upgrade }),
    ...ingressOf(options),
    ...(Object.keys(strategy).length === 0 ? {} : { strategy }),
  };
}

function ingressOf({ gatewayPool, agic, ttl }: StartOptions): Readonly<Record<string, unknown>> {
  const ingress = {
    ...(gatewayPool === undefined ? {} : { pool: gatewayPool }),
    ...(agic === undefined ? {} : { agic: agic.toUpperCase() }),
    ...(ttl === undefined ? {} : { ttlSeconds: Number(ttl) }),
  };
  return Object.keys(ingress).length === 0 ? {} : { ingress };
}

function numberOrPercent(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function selectorOf(pairs: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const selector: Record<string, string[]> = {};
  for (const pair of pairs) {
    const [member = '', value] = pair.split('=', 2);
    if (value === undefined || value === '') throw new UsageError(`--selector takes member=value, not '${pair}'`);
    selector[member] = [...(selector[member] ?? []), value];
  }
  return selector;
}

/** Where nothing changes from one value to another. */
const WHAT_HAPPENS: Readonly<Record<string, string>> = {
  CREATE: 'created',
  UPDATE: 'updated',
  DELETE: 'deleted',
  NONE: 'as wanted already',
  BLOCKED: 'left alone',
};

function planReport({ name, action, clusters, resources, eta, warnings }: RolloutPlan): string {
  const rows = clusters.flatMap(({ name: cluster, wave, changes = [], resources: each = [] }) =>
    changes.length > 0
      ? changes.map(({ member, from, to }) => [cluster, wave, member, from ?? '', to])
      : each.map(({ title, change, reason }) => [
          cluster,
          wave,
          title,
          '',
          [WHAT_HAPPENS[change] ?? change, ...(reason === undefined ? [] : [reason])].join(': '),
        ]),
  );
  const effort =
    resources === undefined
      ? []
      : [
          `Resources: ${resources.update} to update, ${resources.delete ?? 0} to delete, ${resources.none} as wanted already, ${resources.blocked} left alone`,
        ];
  const time = eta === undefined ? [] : [`Time: ${eta.earliestSeconds} to ${eta.latestSeconds} s`];
  const told = warnings.map(({ message, rule }) => `warning${rule === undefined ? '' : ` ${rule}`}: ${message}`);
  return [`${name}  ${action ?? ''}`, table(['CLUSTER', 'WAVE', 'WHAT', 'FROM', 'TO'], rows), ...effort, ...time, ...told].join('\n');
}
