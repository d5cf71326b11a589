import { type Command, Option } from 'commander';
import type { Io } from '../io.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textsOf } from './read-input.js';

interface TranslateOptions {
  readonly file: readonly string[];
  readonly deployment: string;
  readonly albId?: string;
  readonly frontend?: string;
  readonly subnetId?: string;
  readonly api: string;
  readonly namespace: string;
  readonly ingressClass?: string;
  readonly strict?: boolean;
}

interface Entry {
  readonly source: { readonly kind: string; readonly namespace: string; readonly name: string; readonly annotation?: string };
  readonly outcome: string;
  readonly rule: string;
  readonly message: string;
  readonly action?: string;
  readonly path?: string;
  readonly line?: number;
  readonly blocking: boolean;
}

interface TranslationView {
  readonly manifests: string;
  readonly report: readonly Entry[];
  readonly blockers: readonly Entry[];
}

/** `podspan ingress translate` */
export function registerTranslate(ingress: Command, io: Io): void {
  ingress
    .command('translate')
    .description(
      'AGIC or ingress-nginx objects as objects for Application Gateway for Containers: manifests to standard output, the report to standard error',
    )
    .requiredOption('-f, --file <file...>', 'YAML of Ingresses and what they name; - for standard input')
    .addOption(new Option('--deployment <kind>', 'who makes the ARM objects').choices(['BYO', 'MANAGED']).default('BYO'))
    .option('--alb-id <id>', 'BYO: ARM id of the trafficController')
    .option('--frontend <name>', 'BYO: the frontend; several, separated by commas, for more than 63 HTTPS hosts')
    .option('--subnet-id <id>', 'MANAGED: ARM id of the delegated subnet')
    .addOption(new Option('--api <api>', 'what to write').choices(['GATEWAY', 'INGRESS']).default('GATEWAY'))
    .option('--namespace <name>', 'of objects that name none', 'default')
    .option('--ingress-class <names>', "further classes to take for AGIC's, separated by commas")
    .option('--strict', 'refuse while there are blockers')
    .action(async (options: TranslateOptions, command: Command) => translate(contextOf(command, io), options));
}

async function translate({ io, client, print }: CommandContext, { file, ...options }: TranslateOptions): Promise<void> {
  const { body } = await client.call<TranslationView>('POST', '/v1/ingress-translations', {
    query: { ...options },
    body: await textsOf(file, io),
    contentType: 'application/yaml',
  });
  if (!print.forPeople) {
    print.result(body, () => '');
    return;
  }
  io.stdout.write(body.manifests);
  for (const entry of body.report) io.stderr.write(`${lineOf(entry)}\n`);
  io.stderr.write(`${body.report.length} entries, ${body.blockers.length} blockers\n`);
}

function lineOf({ source, outcome, rule, message, action, path, line, blocking }: Entry): string {
  const { kind, namespace, name, annotation } = source;
  const place = [
    `${kind}/${[namespace, name].filter(Boolean).join('/')}`,
    annotation,
    path,
    line === undefined ? undefined : `line ${line}`,
  ];
  return `${blocking ? 'BLOCKER ' : ''}${outcome} ${place.filter(Boolean).join(' ')}: ${message} (${rule})${action === undefined ? '' : `. ${action}`}`;
}
