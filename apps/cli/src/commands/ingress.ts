import { pathTo } from '@podspan/client';
import type { Command } from 'commander';
import type { IngressGatewayView } from '../api-views.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';
import { registerTranslate } from './translate-ingress.js';

/** `podspan ingress ...` */
export function registerIngress(root: Command, io: Io): void {
  const ingress = root.command('ingress').description('Look at ingress gateways and get their manifests');
  ingress
    .command('list')
    .description('All ingress gateways and their addresses')
    .action(async (_: object, command: Command) => list(contextOf(command, io)));
  ingress
    .command('manifests <gateway>')
    .description(
      'The Kubernetes objects of a gateway, the same bytes each time: podspan ingress manifests NAME | kubectl apply --server-side -f -',
    )
    .action(async (name: string, _: object, command: Command) => manifests(contextOf(command, io), name));
  registerTranslate(ingress, io);
}

async function list({ client, print }: CommandContext): Promise<void> {
  const gateways: IngressGatewayView[] = [];
  for await (const view of client.items<IngressGatewayView>('/v1/ingress-gateways')) gateways.push(view);
  print.result({ items: gateways }, () =>
    table(
      ['GATEWAY', 'CLUSTER', 'KIND', 'DEPLOYMENT', 'STATUS', 'FRONTENDS'],
      gateways.map(({ name, cluster, kind, deployment, status, frontends }) => [
        name,
        cluster,
        kind,
        deployment,
        status,
        frontends.map(({ fqdn }) => fqdn).join(' '),
      ]),
    ),
  );
}

/** The bytes of the server, unchanged: YAML, or with `--output json` a List. */
async function manifests({ io, client, print }: CommandContext, name: string): Promise<void> {
  const path = pathTo('v1', 'ingress-gateways', name, 'manifests');
  if (print.format === 'json') {
    const { body } = await client.call('GET', path, { accept: 'application/json' });
    print.result(body, () => '');
    return;
  }
  const { body } = await client.call<string>('GET', path, { accept: 'application/yaml' });
  io.stdout.write(body);
}
