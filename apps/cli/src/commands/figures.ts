import { pathTo } from '@podspan/client';
import { type Command, Option } from 'commander';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { prefixLength, wholeNumber } from '../output/whole-number.js';
import { contextOf, type CommandContext } from './command-context.js';

interface ForecastAnswer {
  readonly windowDays: number;
  readonly lengths: readonly {
    readonly prefixLength: number;
    readonly blocksLeft: string;
    readonly allBlocksPerDay: number;
    readonly runsOutAt: { readonly earliest: string; readonly latest: string | null } | null;
    readonly confidence: string | null;
    readonly message: string;
  }[];
}

interface AdviceAnswer {
  readonly message: string;
  readonly options: readonly {
    readonly block: string;
    readonly allocations: number;
    readonly addresses: string;
    readonly moves: readonly {
      readonly cidr: string;
      readonly owner: { readonly kind: string; readonly id: string };
      readonly how: string;
    }[];
  }[];
}

type SavingsAnswer = Readonly<Record<string, string | number>>;

/** `podspan pool forecast`, `pool advice`, `savings` and `export` */
export function registerFigures(root: Command, io: Io): void {
  const pool = root.commands.find((command) => command.name() === 'pool');
  pool
    ?.command('forecast <pool>')
    .description('When each length runs out at the rate of the last weeks')
    .option('--window-days <days>', 'how many days the rate is taken from', wholeNumber(1, 365), 28)
    .option('--prefix-length <length>', 'only this length', prefixLength)
    .action(async (name: string, options: { windowDays: number; prefixLength?: number }, command: Command) =>
      forecast(contextOf(command, io), name, options),
    );
  pool
    ?.command('advice <pool>')
    .description('Which few allocations would have to leave so that a block of a length is free')
    .requiredOption('--prefix-length <length>', 'such as 16', prefixLength)
    .option('--include-rebuilds', 'also what would have to be built anew')
    .action(async (name: string, options: { prefixLength: number; includeRebuilds?: boolean }, command: Command) =>
      advice(contextOf(command, io), name, options),
    );
  root
    .command('savings <address-space>')
    .description('What overlay mode saves an address space against flat mode')
    .action(async (space: string, _: object, command: Command) => savings(contextOf(command, io), space));
  root
    .command('export <what>')
    .description(
      'address-spaces, networks, links, meshes, pools, allocations, planned-clusters, discovered-ranges, conflicts or audit-events, to standard output',
    )
    .addOption(new Option('--format <format>').choices(['csv', 'json', 'jsonl']).default('csv'))
    .option('--as-of <instant>', 'the state at this moment')
    .option('--pool <pool>', 'of allocations: only of this pool')
    .option('--address-space <space>', 'of allocations: only in this space')
    .action(async (what: string, options: ExportOptions, command: Command) => exportThings(contextOf(command, io), what, options));
}

interface ExportOptions {
  readonly format: string;
  readonly asOf?: string;
  readonly pool?: string;
  readonly addressSpace?: string;
}

async function forecast(
  { client, print }: CommandContext,
  name: string,
  options: { readonly windowDays: number; readonly prefixLength?: number },
): Promise<void> {
  const { body } = await client.call<ForecastAnswer>('GET', pathTo('v1', 'pools', name, 'forecast'), { query: options });
  print.result(body, () =>
    table(
      ['LENGTH', 'LEFT', 'PER DAY', 'EARLIEST', 'LATEST', 'CONFIDENCE', 'WHAT'],
      body.lengths.map(({ prefixLength, blocksLeft, allBlocksPerDay, runsOutAt, confidence, message }) => [
        `/${prefixLength}`,
        blocksLeft,
        allBlocksPerDay,
        runsOutAt?.earliest.slice(0, 10),
        runsOutAt?.latest?.slice(0, 10),
        confidence,
        message,
      ]),
    ),
  );
}

async function advice(
  { client, print }: CommandContext,
  name: string,
  { prefixLength, includeRebuilds }: { readonly prefixLength: number; readonly includeRebuilds?: boolean },
): Promise<void> {
  const query = { prefixLength, includeRebuilds: includeRebuilds === true ? true : undefined };
  const { body } = await client.call<AdviceAnswer>('GET', pathTo('v1', 'pools', name, 'advice'), { query });
  print.result(body, () =>
    [
      body.message,
      table(
        ['BLOCK', 'ALLOCATIONS', 'ADDRESSES', 'MOVES'],
        body.options.map(({ block, allocations, addresses, moves }) => [
          block,
          allocations,
          addresses,
          moves.map(({ cidr, owner, how }) => `${how} ${cidr} (${owner.kind}/${owner.id})`).join(', '),
        ]),
      ),
    ].join('\n'),
  );
}

async function savings({ client, print }: CommandContext, space: string): Promise<void> {
  const { body } = await client.call<SavingsAnswer>('GET', pathTo('v1', 'address-spaces', space, 'savings'));
  print.result(body, () =>
    table(
      ['CLUSTERS', 'NODES', 'FLAT', 'OVERLAY', 'SAVED', 'FLAT SUBNETS', 'OVERLAY SUBNETS', 'PODS', 'PODS SHARED'],
      [
        [
          body['clusters'],
          body['nodes'],
          body['flatAddresses'],
          body['overlayAddresses'],
          body['savedAddresses'],
          body['flatSubnetAddresses'],
          body['overlaySubnetAddresses'],
          body['podAddresses'],
          body['podAddressesShared'],
        ],
      ],
    ),
  );
}

/** The file itself, whatever --output says: it is what was asked for. */
async function exportThings({ client, io }: CommandContext, what: string, options: ExportOptions): Promise<void> {
  const { format, asOf, pool, addressSpace } = options;
  const { body } = await client.call<unknown>('GET', pathTo('v1', 'exports', what), { query: { format, asOf, pool, addressSpace } });
  io.stdout.write(typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`);
}
