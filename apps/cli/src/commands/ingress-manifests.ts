import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathTo } from '@podspan/client';
import { type Command, Option } from 'commander';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';
import { contextOf, type CommandContext } from './command-context.js';

const folders: readonly string[] = ['kustomize', 'helm'];

interface ManifestOptions {
  readonly api?: string;
  readonly format?: string;
  readonly out?: string;
}

/** `podspan ingress manifests` */
export function registerManifests(ingress: Command, io: Io): void {
  ingress
    .command('manifests <gateway>')
    .description(
      'The Kubernetes objects of a gateway, the same bytes each time: podspan ingress manifests NAME | kubectl apply --server-side -f -',
    )
    .addOption(new Option('--api <api>', "what to write; the gateway's own by default").choices(['GATEWAY', 'INGRESS']))
    .addOption(new Option('--format <format>', 'one text, or a folder').choices(['yaml', 'json', ...folders]))
    .option('--out <folder>', 'with --format kustomize or helm: write the files there')
    .action(async (name: string, options: ManifestOptions, command: Command) => manifests(contextOf(command, io), name, options));
}

/** The bytes of the server, unchanged: YAML by default, with `--output json` a List. */
async function manifests({ io, client, print }: CommandContext, name: string, { api, format, out }: ManifestOptions): Promise<void> {
  const chosen = format ?? (print.format === 'json' ? 'json' : 'yaml');
  if (out !== undefined && !folders.includes(chosen)) throw new UsageError(`--out needs --format ${folders.join(' or ')}`);
  const path = pathTo('v1', 'ingress-gateways', name, 'manifests');
  const accept = chosen === 'yaml' ? 'application/yaml' : 'application/json';
  const query = { ...(api === undefined ? {} : { api }), ...(format === undefined ? {} : { format }) };
  const { body } = await client.call<unknown>('GET', path, { accept, query });
  if (out !== undefined) writeFolder(io, out, body as Readonly<Record<string, string>>);
  else if (typeof body === 'string') io.stdout.write(body);
  else io.stdout.write(`${JSON.stringify(body, undefined, 2)}\n`);
}

/** @throws UsageError where a file cannot be written, or its name leads out of the folder */
function writeFolder(io: Io, out: string, files: Readonly<Record<string, string>>): void {
  const folder = resolve(io.cwd, out);
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    if (relative(folder, file).startsWith('..')) throw new UsageError(`the server names a file outside the folder: ${name}`);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      throw new UsageError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    io.stdout.write(`${file}\n`);
  }
}
