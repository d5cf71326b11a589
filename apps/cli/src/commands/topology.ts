import type { Command } from 'commander';
import { parse } from 'yaml';
import type { Clash, ReuseCheck, SearchHit, Simulation } from '../api-views.js';
import { EXIT, Quit, UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textOf } from './read-input.js';

interface SearchOptions {
  readonly contains?: string;
  readonly within?: string;
  readonly overlaps?: string;
}

interface SimulateOptions {
  readonly file?: string;
  readonly addLink?: readonly string[];
  readonly removeLink?: readonly string[];
  readonly addPrefix?: readonly string[];
  readonly addToMesh?: readonly string[];
}

/** `podspan search`, `conflicts`, `simulate` and `reuse check` */
export function registerTopology(root: Command, io: Io): void {
  root
    .command('search')
    .description('Who holds an address or a range: pools, allocations, networks, discovered ranges')
    .argument('[what]', 'an address (who holds it?) or a range (what touches it?)')
    .option('--contains <address>', 'what holds this address or range')
    .option('--within <range>', 'what lies in this range')
    .option('--overlaps <range>', 'what touches this range')
    .action(async (what: string | undefined, options: SearchOptions, command: Command) =>
      search(contextOf(command, io), asked(what, options)),
    );
  root
    .command('conflicts')
    .description('Ranges that overlap although they are routed together, and by which way')
    .action(async (_: object, command: Command) => conflicts(contextOf(command, io)));
  root
    .command('simulate')
    .description('Which overlaps a change of the topology would make; nothing is changed. Exits 5 when it would make any')
    .option('--add-link <from,to,kind...>', 'such as hub-a,hub-b,PEERING')
    .option('--remove-link <link...>', 'the id or name of a link')
    .option('--add-prefix <network=range...>', 'such as spoke-1=10.99.0.0/16')
    .option('--add-to-mesh <mesh=cluster...>', 'such as core=aks-1')
    .option('-f, --file <file>', 'the whole request as YAML or JSON; - for standard input')
    .action(async (options: SimulateOptions, command: Command) => simulate(contextOf(command, io), options));
  root
    .command('reuse')
    .description('Questions about sharing pod ranges')
    .command('check <cluster...>')
    .description('Whether clusters may hold the same pod range, and if not, why. Exits 4 when they may not')
    .option('--pod-cidr <range>', 'the range; without it the ranges the clusters hold')
    .action(async (clusters: readonly string[], options: { podCidr?: string }, command: Command) =>
      reuseCheck(contextOf(command, io), clusters, options.podCidr),
    );
}

/** An address alone is looked for in what contains it, a range in what overlaps it. */
function asked(what: string | undefined, options: SearchOptions): SearchOptions {
  const ways = Object.keys(options).length;
  if (what === undefined && ways === 1) return options;
  if (what === undefined && ways === 0) throw new UsageError('say what to search for: an address or a range');
  if (what === undefined || ways > 0) throw new UsageError('say what to search for once: alone, or by --contains, --within or --overlaps');
  return what.includes('/') ? { overlaps: what } : { contains: what };
}

async function search({ client, print }: CommandContext, { contains, within, overlaps }: SearchOptions): Promise<void> {
  const hits: SearchHit[] = [];
  for await (const hit of client.items<SearchHit>('/v1/search', { query: { contains, within, overlaps } })) hits.push(hit);
  print.result({ items: hits }, () =>
    table(
      ['KIND', 'RANGE', 'NAME', 'SPACE', 'POOL', 'STATUS'],
      hits.map(({ kind, cidr, name, addressSpace, pool, status }) => [kind, cidr, name, addressSpace, pool, status]),
    ),
  );
}

async function conflicts({ client, print }: CommandContext): Promise<void> {
  const clashes: Clash[] = [];
  for await (const clash of client.items<Clash>('/v1/conflicts')) clashes.push(clash);
  print.result({ items: clashes }, () => clashTable(clashes));
}

async function simulate({ client, print, io }: CommandContext, options: SimulateOptions): Promise<void> {
  const { body } = await client.call<Simulation>('POST', '/v1/topology/simulate', { body: await simulationOf(options, io) });
  const resolved = body.resolved ?? [];
  print.result(body, () =>
    [
      `${body.conflicts.length} new ${overlaps(body.conflicts)}`,
      ...(body.conflicts.length > 0 ? [clashTable(body.conflicts)] : []),
      ...(resolved.length > 0 ? [`${resolved.length} ${overlaps(resolved)} would end`, clashTable(resolved)] : []),
    ].join('\n'),
  );
  if (body.conflicts.length > 0) throw new Quit(EXIT.conflict);
}

async function reuseCheck({ client, print }: CommandContext, clusters: readonly string[], podCidr: string | undefined): Promise<void> {
  const { body } = await client.call<ReuseCheck>('POST', '/v1/reuse/check', { body: { clusters, podCidr } });
  print.result(body, () =>
    [
      body.allowed ? 'allowed' : 'not allowed',
      ...body.reasons.map(
        ({ rule, message, path }) => `  ${message} [${[rule, path.join(' -> ')].filter((part) => part !== '').join(', ')}]`,
      ),
    ].join('\n'),
  );
  if (!body.allowed) throw new Quit(EXIT.refused);
}

function overlaps({ length }: readonly unknown[]): string {
  return length === 1 ? 'overlap' : 'overlaps';
}

function clashTable(clashes: readonly Clash[]): string {
  return table(
    ['KIND', 'RANGES', 'RULE', 'WAY', 'SINCE', 'WHAT'],
    clashes.map(({ kind, ranges, rule, path, message, since }) => [
      kind,
      ranges.map(({ cidr, holder }) => `${cidr} (${holder})`).join(' / '),
      rule,
      path.join(' -> '),
      since,
      message,
    ]),
  );
}

async function simulationOf(
  { file, addLink = [], removeLink = [], addPrefix = [], addToMesh = [] }: SimulateOptions,
  io: Io,
): Promise<unknown> {
  const given = addLink.length + removeLink.length + addPrefix.length + addToMesh.length;
  if (file !== undefined && given > 0) throw new UsageError('--file is the whole request: it goes with no other change');
  if (file !== undefined) return readRequest(file, io);
  if (given === 0) throw new UsageError('say what to simulate: --add-link, --remove-link, --add-prefix, --add-to-mesh or --file');
  return {
    addLinks: addLink.map((text) => {
      const [from, to, kind, ...rest] = text.split(',');
      if (from === undefined || to === undefined || kind === undefined || rest.length > 0)
        throw new UsageError(`--add-link is from,to,kind, not '${text}'`);
      return { from, to, kind };
    }),
    removeLinks: removeLink,
    addPrefixes: addPrefix.map((text) => pairOf(text, '--add-prefix', ([network, cidr]) => ({ network, cidr }))),
    addToMesh: addToMesh.map((text) => pairOf(text, '--add-to-mesh', ([mesh, cluster]) => ({ mesh, cluster }))),
  };
}

function pairOf<T>(text: string, option: string, make: (pair: readonly [string, string]) => T): T {
  const equals = text.indexOf('=');
  if (equals <= 0 || equals === text.length - 1) throw new UsageError(`${option} is two names with = between, not '${text}'`);
  return make([text.slice(0, equals), text.slice(equals + 1)]);
}

async function readRequest(file: string, io: Io): Promise<unknown> {
  const text = await textOf(file, io);
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
