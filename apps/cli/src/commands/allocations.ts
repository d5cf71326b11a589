import { pathTo } from '@podspan/client';
import { type Command, Option } from 'commander';
import type { AllocationView } from '../api-views.js';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { prefixLength } from '../output/whole-number.js';
import { contextOf, type CommandContext } from './command-context.js';

interface AllocateOptions {
  readonly prefixLength?: number;
  readonly cidr?: string;
  readonly owner: string;
  readonly purpose: string;
  readonly strategy?: string;
  readonly within?: readonly string[];
  readonly exclude?: readonly string[];
  readonly expiresAt?: string;
  readonly label?: readonly string[];
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
}

/** `podspan allocate` and `podspan release` */
export function registerAllocations(root: Command, io: Io): void {
  root
    .command('allocate <pool>')
    .description('Take a block from a pool. The same owner and purpose get the same block again. Prints the block alone, for scripts')
    .option('--prefix-length <length>', 'any free block of this length', prefixLength)
    .option('--cidr <range>', 'exactly this block')
    .requiredOption('--owner <kind/id>', 'who holds it, such as CLUSTER/aks-1 or TEAM/payments')
    .requiredOption('--purpose <purpose>', 'what for, such as node-subnet')
    .addOption(new Option('--strategy <strategy>', 'how to choose').choices(['FIRST_FIT', 'BEST_FIT', 'LAST_FIT']))
    .option('--within <range...>', 'only from these ranges')
    .option('--exclude <range...>', 'nothing that overlaps these ranges')
    .option('--expires-at <instant>', 'a reservation that ends by itself, such as 2027-01-01T00:00:00Z')
    .option('--label <key=value...>', 'kept with the allocation')
    .option('--idempotency-key <key>', 'the same key again gives the same answer')
    .option('--dry-run', 'say which block it would be; take nothing')
    .action(async (pool: string, options: AllocateOptions, command: Command) => allocate(contextOf(command, io), pool, options));
  root
    .command('release <allocation>')
    .description('Give a block back')
    .action(async (allocation: string, _: object, command: Command) => release(contextOf(command, io), allocation));
}

async function allocate({ client, print }: CommandContext, pool: string, options: AllocateOptions): Promise<void> {
  const { prefixLength, cidr, purpose, strategy, within, exclude, expiresAt, idempotencyKey, dryRun } = options;
  const body = {
    prefixLength,
    cidr,
    purpose,
    strategy,
    within,
    exclude,
    expiresAt,
    owner: ownerOf(options.owner),
    labels: labelsOf(options.label),
  };
  const { body: allocation } = await client.call<AllocationView>('POST', pathTo('v1', 'pools', pool, 'allocations'), {
    body,
    query: { dryRun: dryRun === true ? true : undefined },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  print.result(allocation, () => allocation.cidr);
}

async function release({ client, print }: CommandContext, allocation: string): Promise<void> {
  const { body } = await client.call<AllocationView | undefined>('POST', pathTo('v1', 'allocations', allocation, 'release'), { body: {} });
  print.result(body ?? { id: allocation, status: 'RELEASED' }, () =>
    body === undefined ? `released ${allocation}` : `released ${body.cidr} of ${body.pool} (${body.status})`,
  );
}

function ownerOf(text: string): { readonly kind: string; readonly id: string } {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) throw new UsageError(`--owner is a kind and an id, such as CLUSTER/aks-1, not '${text}'`);
  return { kind: text.slice(0, slash), id: text.slice(slash + 1) };
}

function labelsOf(pairs: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals <= 0) throw new UsageError(`--label is key=value, not '${pair}'`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
