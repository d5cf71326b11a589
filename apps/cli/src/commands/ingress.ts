import type { Command } from 'commander';
import type { IngressGatewayView } from '../api-views.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { registerApplyIngress } from './apply-ingress.js';
import { contextOf, type CommandContext } from './command-context.js';
import { registerManifests } from './ingress-manifests.js';
import { registerIngressPlan } from './plan-ingress.js';
import { registerCutover } from './plan-cutover.js';
import { registerTranslate } from './translate-ingress.js';

/** `podspan ingress ...` */
export function registerIngress(root: Command, io: Io): void {
  const ingress = root.command('ingress').description('Look at ingress gateways and get their manifests');
  ingress
    .command('list')
    .description('All ingress gateways and their addresses')
    .action(async (_: object, command: Command) => list(contextOf(command, io)));
  registerManifests(ingress, io);
  registerApplyIngress(ingress, io);
  registerIngressPlan(ingress, io);
  registerCutover(ingress, io);
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
        frontends.map(({ name: frontend, fqdn, ipAddress }) => fqdn ?? ipAddress ?? frontend).join(' '),
      ]),
    ),
  );
}
