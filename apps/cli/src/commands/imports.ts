import { ApiProblem } from '@podspan/client';
import type { Command } from 'commander';
import { EXIT, Quit } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textOf } from './read-input.js';

interface ImportOptions {
  readonly format?: string;
  readonly dryRun?: boolean;
  readonly onError?: string;
  readonly addressSpace?: string;
  readonly kind?: string;
  readonly force?: boolean;
}

interface Report {
  readonly id: string;
  readonly status: string;
  readonly format: string | null;
  readonly counts: Readonly<Record<'total' | 'created' | 'updated' | 'unchanged' | 'skipped' | 'refused', number>>;
  readonly remarks: readonly { readonly message: string }[];
  readonly ignored: readonly { readonly field: string; readonly at: string }[];
  readonly rows: readonly {
    readonly at: string;
    readonly kind: string | null;
    readonly name: string | null;
    readonly outcome: string;
    readonly problems: readonly { readonly message: string }[];
  }[];
}

interface Discovery {
  readonly id: string;
  readonly status: string;
  readonly subscriptions: readonly {
    readonly subscriptionId: string;
    readonly status: string;
    readonly counts: Readonly<Record<string, number>> | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

/** `podspan import` and `podspan discover` */
export function registerImports(root: Command, io: Io): void {
  root
    .command('import <file>')
    .description(
      'Import a CSV, or the JSON of az network vnet list, az aks list or Resource Graph; - reads standard input. Exits 4 when it is refused',
    )
    .option('--format <format>', 'csv, azure-json or resource-graph; told by the first character without it')
    .option('--dry-run', 'say what would happen, write nothing; exits 4 when it would be refused')
    .option('--on-error <what>', 'refuse: all rows or none; skip: write the good ones', 'refuse')
    .option('--address-space <space>', 'for rows that name none')
    .option('--kind <kind>', 'for CSV rows that say none')
    .option('--force', 'admin: record networks and links although they make conflicts')
    .action(async (file: string, options: ImportOptions, command: Command) => importFile(contextOf(command, io), file, options));
  root
    .command('discover')
    .description('Read networks and clusters of Azure now')
    .option('--subscription <id...>', 'which; those of the configuration without it')
    .option('--address-space <space>', 'where networks go that Podspan does not know')
    .action(async (options: { subscription?: readonly string[]; addressSpace?: string }, command: Command) =>
      discover(contextOf(command, io), options),
    );
}

async function importFile({ client, print, io }: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const content = await textOf(file, io);
  if (io.stderr.isTTY === true) io.stderr.write(`sending ${(content.length / 1024).toFixed(0)} KiB of ${file}\n`);
  const { format, dryRun, onError, addressSpace, kind, force } = options;
  const query = {
    format,
    onError,
    addressSpace,
    kind,
    ...(dryRun ? { dryRun: true } : {}),
    ...(force ? { force: true } : {}),
    ...(file === '-' ? {} : { fileName: file.slice(-256) }),
  };
  try {
    const { body } = await client.call<Report>('POST', '/v1/imports', { query, body: content, contentType: 'text/csv' });
    print.result(body, () => reportText(body));
    if (wouldBeRefused(body, onError)) throw new Quit(EXIT.refused);
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'import_refused') io.stderr.write(`${whereToRead(error)}\n`);
    throw error;
  }
}

/** A rehearsal ends as the import would: whoever checks a file before importing it asks by the exit code. */
function wouldBeRefused({ status, counts }: Report, onError: string | undefined): boolean {
  return status === 'REHEARSED' && counts.refused > 0 && onError?.toLowerCase() !== 'skip';
}

async function discover(
  { client, print }: CommandContext,
  { subscription, addressSpace }: { subscription?: readonly string[]; addressSpace?: string },
): Promise<void> {
  const { body } = await client.call<Discovery>('POST', '/v1/discoveries', { body: { subscriptions: subscription, addressSpace } });
  print.result(body, () =>
    table(
      ['SUBSCRIPTION', 'STATUS', 'CREATED', 'UPDATED', 'UNCHANGED', 'ERROR'],
      body.subscriptions.map(({ subscriptionId, status, counts, error }) => [
        subscriptionId,
        status,
        String(counts?.['created'] ?? ''),
        String(counts?.['updated'] ?? ''),
        String(counts?.['unchanged'] ?? ''),
        error === null ? '' : `${error.code}: ${error.message}`,
      ]),
    ),
  );
}

function whereToRead({ facts }: ApiProblem): string {
  return `nothing was written; every row is under ${String(facts['rows'])}`;
}

function reportText({ id, status, counts, remarks, ignored, rows }: Report): string {
  const remarkable = rows.filter(({ problems }) => problems.length > 0);
  return [
    `import ${id}: ${status}; ${counts.total} rows: ${counts.created} created, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${counts.refused} refused`,
    ...remarks.map(({ message }) => message),
    ...(ignored.length > 0 ? [`ignored: ${ignored.map(({ field, at }) => `${field} (${at})`).join(', ')}`] : []),
    ...(remarkable.length > 0
      ? [
          table(
            ['WHERE', 'KIND', 'NAME', 'OUTCOME', 'WHY'],
            remarkable.map(({ at, kind, name, outcome, problems }) => [
              at,
              kind,
              name,
              outcome,
              problems.map(({ message }) => message).join('; '),
            ]),
          ),
        ]
      : []),
  ].join('\n');
}
