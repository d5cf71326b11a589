import { pathTo } from '@podspan/client';
import type { Command } from 'commander';
import type { BlockView, PoolView, UtilizationView } from '../api-views.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { prefixLength, wholeNumber } from '../output/whole-number.js';
import { contextOf, type CommandContext } from './command-context.js';

/** `podspan pool ...` */
export function registerPools(root: Command, io: Io): void {
  const pool = root.command('pool').description('Look at pools and their free space');
  pool
    .command('list')
    .description('All pools')
    .action(async (_: object, command: Command) => list(contextOf(command, io)));
  pool
    .command('show <pool>')
    .description('One pool and how full it is')
    .action(async (name: string, _: object, command: Command) => show(contextOf(command, io), name));
  pool
    .command('free <pool>')
    .description('The first free blocks, each as large as it is free, or with --prefix-length the blocks of that length one would get next')
    .option('--prefix-length <length>', 'such as 24', prefixLength)
    .option('--count <number>', 'how many to name at most', wholeNumber(1, 1000), 10)
    .action(async (name: string, options: { prefixLength?: number; count: number }, command: Command) =>
      free(contextOf(command, io), name, options),
    );
}

async function list({ client, print }: CommandContext): Promise<void> {
  const pools: PoolView[] = [];
  for await (const view of client.items<PoolView>('/v1/pools')) pools.push(view);
  print.result({ items: pools }, () =>
    table(
      ['POOL', 'SPACE', 'REUSE', 'RANGES', 'NETWORK', 'PARENT'],
      pools.map(({ name, addressSpace, reuse, cidrs, network, parentPool }) => [
        name,
        addressSpace,
        reuse,
        cidrs.join(' '),
        network,
        parentPool,
      ]),
    ),
  );
}

async function show({ client, print }: CommandContext, name: string): Promise<void> {
  const [{ body: pool }, { body: utilization }] = await Promise.all([
    client.call<PoolView>('GET', pathTo('v1', 'pools', name)),
    client.call<UtilizationView>('GET', pathTo('v1', 'pools', name, 'utilization')),
  ]);
  print.result({ ...pool, utilization }, () => {
    const { usedAddresses, totalAddresses, percent, largestFreePrefixLength } = utilization;
    return [
      table(
        ['POOL', 'SPACE', 'REUSE', 'RANGES', 'NETWORK', 'PARENT'],
        [[pool.name, pool.addressSpace, pool.reuse, pool.cidrs.join(' '), pool.network, pool.parentPool]],
      ),
      `used ${usedAddresses} of ${totalAddresses} addresses (${Math.round(percent * 100) / 100} %), largest free block ${largestFreePrefixLength === null ? 'none' : `/${largestFreePrefixLength}`}`,
    ].join('\n');
  });
}

async function free(
  { client, print }: CommandContext,
  name: string,
  { prefixLength, count }: { prefixLength?: number; count: number },
): Promise<void> {
  const [path, query] =
    prefixLength === undefined ? (['free', { limit: count }] as const) : (['available', { prefixLength, count }] as const);
  const { body } = await client.call<{ items: readonly BlockView[] }>('GET', pathTo('v1', 'pools', name, path), { query });
  print.result(body, () =>
    table(
      ['BLOCK', 'ADDRESSES'],
      body.items.map(({ cidr, addresses }) => [cidr, addresses]),
    ),
  );
}
