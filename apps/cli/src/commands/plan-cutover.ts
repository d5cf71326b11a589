import { type Command, Option } from 'commander';
import type { Io } from '../io.js';
import { contextOf, type CommandContext } from './command-context.js';
import { textsOf } from './read-input.js';

interface CutoverOptions {
  readonly file: readonly string[];
  readonly gateway?: string;
  readonly pool?: string;
  readonly agic: string;
  readonly overlay: string;
  readonly ttl: string;
  readonly namespace: string;
  readonly ingressClass?: string;
}

/** `podspan ingress cutover` */
export function registerCutover(ingress: Command, io: Io): void {
  ingress
    .command('cutover <cluster>')
    .description('The ordered steps from AGIC to Application Gateway for Containers for a cluster, with the way back at every point')
    .requiredOption('-f, --file <file...>', 'YAML of Ingresses and what they name; - for standard input')
    .option('--gateway <name>', "the AGC gateway, there already or to be made; the cluster's only one by default")
    .option('--pool <name>', 'pool of the /24 for a gateway that is still to be made')
    .addOption(new Option('--agic <install>', 'how AGIC was installed').choices(['ADDON', 'HELM']).default('ADDON'))
    .addOption(
      new Option('--overlay <when>', 'whether the cluster moves to overlay too').choices(['NONE', 'BEFORE', 'AFTER']).default('NONE'),
    )
    .option('--ttl <seconds>', 'TTL of the DNS records as they are', '3600')
    .option('--namespace <name>', 'of objects that name none', 'default')
    .option('--ingress-class <names>', "further classes to take for AGIC's, separated by commas")
    .action(async (cluster: string, options: CutoverOptions, command: Command) => cutover(contextOf(command, io), cluster, options));
}

async function cutover({ io, client, print }: CommandContext, cluster: string, { file, ttl, ...options }: CutoverOptions): Promise<void> {
  const { body } = await client.call<{ readonly text: string }>('POST', '/v1/ingress-cutovers', {
    query: { cluster, ttlSeconds: ttl, ...options },
    body: await textsOf(file, io),
    contentType: 'application/yaml',
  });
  const { text, ...document } = body;
  print.result(document, () => text.trimEnd());
}
