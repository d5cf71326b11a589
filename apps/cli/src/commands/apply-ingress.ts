import { pathTo } from '@podspan/client';
import { InvalidArgumentError, type Command } from 'commander';
import { EXIT, Quit } from '../exit-codes.js';
import type { Io } from '../io.js';
import { table } from '../output/table.js';
import { contextOf, type CommandContext } from './command-context.js';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly force?: boolean;
  readonly wait: number;
}

interface AppliedObject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly action: string;
  readonly state: string;
  readonly reasons: readonly AppliedReason[];
}

interface AppliedReason {
  readonly reason: string;
  readonly message: string;
  readonly explanation: string | null;
  readonly rule: string | null;
}

interface AppliedView {
  readonly gateway: string;
  readonly cluster: string;
  readonly state: string;
  readonly objects: readonly AppliedObject[];
}

/** What one request may wait at most. */
const longestRequestSeconds = 45;

/** `podspan ingress apply` */
export function registerApplyIngress(ingress: Command, io: Io): void {
  ingress
    .command('apply <gateway>')
    .description("Bring the cluster to hold a gateway's manifests, and watch until they are accepted and programmed")
    .option('--dry-run', 'ask the cluster about every object and keep nothing')
    .option('--prune', "delete what is marked as this gateway's and is not rendered any more")
    .option('--force', 'take over fields and objects that others manage')
    .option('--wait <seconds>', 'how long to wait for the ALB Controller', seconds, 300)
    .action(async (gateway: string, options: ApplyOptions, command: Command) => apply(contextOf(command, io), gateway, options));
}

/** Asking again changes nothing and waits on, so a long wait is several short ones. */
async function apply(context: CommandContext, gateway: string, options: ApplyOptions): Promise<void> {
  const deadline = performance.now() + options.wait * 1000;
  let view = await once(context, gateway, options, Math.min(options.wait, longestRequestSeconds));
  while (view.state === 'WAITING' && performance.now() < deadline) {
    const left = Math.ceil((deadline - performance.now()) / 1000);
    const next = await once(context, gateway, options, Math.min(left, longestRequestSeconds));
    view = { ...next, objects: next.objects.map((object, index) => ({ ...object, action: view.objects[index]?.action ?? object.action })) };
  }
  context.print.result(view, () => report(view));
  if (view.state === 'WAITING' || view.state === 'REFUSED') throw new Quit(EXIT.rolloutFailed);
}

async function once(
  { client }: CommandContext,
  gateway: string,
  { dryRun, prune, force }: ApplyOptions,
  waitSeconds: number,
): Promise<AppliedView> {
  const { body } = await client.call<AppliedView>('POST', pathTo('v1', 'ingress-gateways', gateway, 'apply'), {
    query: { dryRun: dryRun === true ? true : undefined },
    body: { prune: prune === true, force: force === true, waitSeconds },
  });
  return body;
}

function report({ gateway, cluster, state, objects }: AppliedView): string {
  const rows = objects.map((object) => [
    object.kind,
    object.namespace,
    object.name,
    object.action,
    object.state === 'NONE' ? null : object.state,
  ]);
  const reasons = objects.flatMap((object) => object.reasons.map((reason) => reasonLine(object, reason)));
  return [table(['KIND', 'NAMESPACE', 'NAME', 'ACTION', 'STATE'], rows), ...new Set(reasons), `${gateway} on ${cluster}: ${state}`].join(
    '\n',
  );
}

function reasonLine({ kind, namespace, name }: AppliedObject, { reason, message, explanation, rule }: AppliedReason): string {
  const said = [[kind, namespace, name].filter(Boolean).join('/'), reason, message].filter((part) => part !== '').join(': ');
  return `${said}${explanation === null ? '' : `. ${explanation}`}${rule === null ? '' : ` (${rule})`}`;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 3600) throw new InvalidArgumentError('a whole number from 0 to 3600');
  return value;
}
