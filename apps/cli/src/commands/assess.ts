import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { MigrationAssessment } from '../api-views.js';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textOf } from './read-input.js';

interface AssessOptions {
  readonly file?: string;
  readonly networks?: string;
  readonly subscription?: readonly string[];
  readonly pool?: string;
  readonly report?: 'csv' | 'html';
  readonly out?: string;
}

const CONTENT_TYPES = { csv: 'text/csv', html: 'text/html' } as const;

/** `podspan assess` */
export function registerAssess(root: Command, io: Io): void {
  root
    .command('assess')
    .description('Which clusters can move to overlay, what is in the way, where their pods go, and in which order. Writes nothing')
    .option('-f, --file <file>', 'the output of az aks list, - for standard input; without it Azure is asked')
    .option('--networks <file>', 'the output of az network vnet list; - for standard input')
    .option('--subscription <id...>', 'where to look in Azure')
    .option('--pool <pool>', 'where new pod ranges come from')
    .addOption(new Option('--report <format>', 'the whole report instead of a table').choices(['csv', 'html']))
    .option('--out <file>', 'where to write the report; standard output without it')
    .action(async (options: AssessOptions, command: Command) => assess(contextOf(command, io), options));
}

async function assess({ client, print, io }: CommandContext, options: AssessOptions): Promise<void> {
  if (options.file !== undefined && options.subscription !== undefined)
    throw new UsageError('--file is what Azure has: it goes with no --subscription');
  if (options.out !== undefined && options.report === undefined) throw new UsageError('--out needs --report csv or --report html');
  const body = {
    clusters: options.file === undefined ? undefined : await listIn(options.file, io),
    networks: options.networks === undefined ? undefined : await listIn(options.networks, io),
    subscriptionIds: options.subscription,
    pool: options.pool,
  };
  if (options.report !== undefined) {
    const { body: report } = await client.call<string>('POST', '/v1/migrations/assess', { body, accept: CONTENT_TYPES[options.report] });
    if (options.out === undefined) io.stdout.write(report);
    else writeFileSync(resolve(io.cwd, options.out), report);
    return;
  }
  const { body: assessment } = await client.call<MigrationAssessment>('POST', '/v1/migrations/assess', { body });
  print.result(assessment, () => text(assessment));
}

function text({ clusters, summary, kubenetEnd }: MigrationAssessment): string {
  return [
    table(
      ['CLUSTER', 'REGION', 'FROM', 'VERDICT', 'POD RANGE', 'GIVEN BACK', 'FIRST MOVE'],
      clusters.map(({ name, region, networkMode, verdict, target, addresses, moves }) => [
        name,
        region,
        networkMode,
        verdict,
        target?.podCidr,
        verdict === 'UNSUPPORTED' ? undefined : addresses.givenBack,
        moves[0]?.title,
      ]),
    ),
    ...clusters
      .filter(({ problems }) => problems.length > 0)
      .flatMap(({ name, problems }) => [
        '',
        `${name}:`,
        ...problems.map(
          ({ message, suggestion, rule }) =>
            `  ${message}${suggestion === undefined ? '' : `: ${suggestion}`}${rule === undefined ? '' : ` [${rule}]`}`,
        ),
      ]),
    '',
    `${summary.clusters} ${summary.clusters === 1 ? 'cluster' : 'clusters'}: ${summary.ready} ready, ${summary.blocked} blocked, ${summary.unsupported} cannot move (${summary.alreadyOverlay} are on overlay already)`,
    `${summary.givenBackAddresses} addresses given back; kubenet ends on ${kubenetEnd.date}, in ${kubenetEnd.daysLeft} days`,
  ].join('\n');
}

/** From here on what means nothing is left out: half of what `az` writes is null, and the service takes 32 MiB. */
const LARGE = 16 * 1024 * 1024;

function withoutNull(_: string, member: unknown): unknown {
  return member ?? undefined;
}

/** The list in a JSON document, as `az` and ARM write it. */
async function listIn(file: string, io: Io): Promise<readonly unknown[]> {
  const text = await textOf(file, io);
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''), text.length > LARGE ? withoutNull : undefined);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const found = Array.isArray(document) ? (document as readonly unknown[]) : memberOf(document, 'value', 'data');
  if (!Array.isArray(found)) throw new UsageError(`${file} holds no list`);
  return found as readonly unknown[];
}

function memberOf(document: unknown, ...names: readonly string[]): unknown {
  if (typeof document !== 'object' || document === null) return undefined;
  const members = document as Readonly<Record<string, unknown>>;
  return names.map((name) => members[name]).find((member) => member !== undefined);
}
