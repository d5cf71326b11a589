import type { Command } from 'commander';
import type { IpamCheck } from '../api-views.js';
import { EXIT, Quit } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';

/** `podspan ipam ...` */
export function registerIpam(root: Command, io: Io): void {
  root
    .command('ipam')
    .description('Look after the address manager itself')
    .command('check')
    .description(
      'Whether everything holds in the live database that must: no overlap, nothing lost, counters, conflicts. Exits 5 when something is broken',
    )
    .action(async (_: object, command: Command) => check(contextOf(command, io)));
}

async function check({ client, print }: CommandContext): Promise<void> {
  const { body } = await client.call<IpamCheck>('POST', '/v1/ipam/checks', { body: {} });
  print.result(body, () => textOf(body));
  if (!body.clean) throw new Quit(EXIT.conflict);
}

function textOf({ clean, checkedAt, tookMilliseconds, counts, invariants }: IpamCheck): string {
  const broken = invariants.filter((invariant) => invariant.broken > 0);
  const lookedAt = `${counts.held} of ${counts.allocations} allocations held, ${counts.pools} pools, ${counts.freeBlocks} free blocks, ${counts.networks} networks, ${counts.openConflicts} open conflicts`;
  const summary = `${clean ? 'clean' : `${broken.length} of ${invariants.length} invariants broken`} at ${checkedAt}: ${lookedAt} (${tookMilliseconds} ms)`;
  return [
    summary,
    ...broken.flatMap(({ name, rule, broken: count, examples }) => [
      '',
      `${name}: ${count} ${count === 1 ? 'breach' : 'breaches'} of "${rule}"`,
      table(
        ['WHERE', 'WHAT'],
        examples.map(({ subject, message }) => [subject, message]),
      ),
    ]),
  ].join('\n');
}
