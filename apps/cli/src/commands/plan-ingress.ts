import { type Command, Option } from 'commander';
import { parseDocument } from 'yaml';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textOf } from './read-input.js';

interface PlanOptions {
  readonly file: string;
  readonly cluster?: string;
  readonly name?: string;
  readonly deployment?: string;
}

interface Place {
  readonly gateway: string;
  readonly frontend: string;
}

interface PlanView {
  readonly gateways: readonly {
    readonly name: string;
    readonly exists: boolean;
    readonly frontends: readonly { readonly name: string; readonly hostnames: readonly string[]; readonly routes: readonly string[] }[];
    readonly usage: readonly { readonly limit: string; readonly count: number; readonly max: number }[];
  }[];
  readonly newGateways: number;
  readonly newSubnets: number;
  readonly moves: readonly { readonly route: string; readonly from: Place; readonly to: Place }[];
}

/** `podspan ingress plan` */
export function registerIngressPlan(ingress: Command, io: Io): void {
  ingress
    .command('plan')
    .description('Which gateways, frontends and /24 subnets a set of routes needs; changes nothing')
    .requiredOption('-f, --file <file>', 'YAML or JSON: a list of routes, or a whole plan with routes; - for standard input')
    .option('--cluster <name>', 'where the gateways are to be')
    .option('--name <name>', 'of the first gateway; further ones are name-2, name-3, ...')
    .addOption(new Option('--deployment <kind>', 'who makes the ARM objects').choices(['BYO', 'MANAGED', 'ADDON']))
    .action(async (options: PlanOptions, command: Command) => plan(contextOf(command, io), options));
}

async function plan({ io, client, print }: CommandContext, { file, ...options }: PlanOptions): Promise<void> {
  const { body } = await client.call<PlanView>('POST', '/v1/ingress-gateway-plans', { body: { ...(await planOf(file, io)), ...options } });
  print.result(body, () => reportOf(body));
}

function reportOf({ gateways, newGateways, newSubnets, moves }: PlanView): string {
  const rows = gateways.flatMap(({ name, exists, frontends }) =>
    frontends.map((frontend) => [
      name,
      exists ? 'exists' : 'new',
      frontend.name,
      String(frontend.routes.length),
      String(frontend.hostnames.length),
    ]),
  );
  const fullest = gateways.map(({ name, usage }) => {
    // What can be used once at most says nothing about room.
    const top = usage
      .filter(({ max }) => max > 1)
      .sort((a, b) => b.count / b.max - a.count / a.max)
      .slice(0, 3);
    return `${name}: ${top.map(({ limit, count, max }) => `${limit} ${count} of ${max}`).join(', ')}`;
  });
  const moved = moves.map(({ route, from, to }) => `${route} moves from ${from.gateway}/${from.frontend} to ${to.gateway}/${to.frontend}`);
  const needs = `${newGateways} new ${newGateways === 1 ? 'gateway' : 'gateways'}, ${newSubnets} new /24`;
  return [table(['GATEWAY', 'STATE', 'FRONTEND', 'ROUTES', 'HOSTS'], rows), '', ...fullest, ...moved, needs].join('\n');
}

/** @throws UsageError for a file that cannot be read, or is no YAML */
async function planOf(file: string, io: Io): Promise<object> {
  const document = parseDocument(await textOf(file, io));
  const [fault] = document.errors;
  if (fault) throw new UsageError(`${file}: ${fault.message}`);
  const content: unknown = document.toJS();
  if (Array.isArray(content)) return { routes: content as unknown[] };
  if (typeof content === 'object' && content !== null) return content;
  throw new UsageError(`${file}: expected a list of routes, or an object with routes`);
}
