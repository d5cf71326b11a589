import { createHash, randomUUID } from 'node:crypto';
import { ApiProblem, pathTo, type PodspanClient } from '@podspan/client';
import { DomainError } from '@podspan/errors';
import type { RolloutView, TopologyChange } from '../api-views.js';
import { EXIT, Quit, UsageError } from '../exit-codes.js';
import type { FleetRequest, ReadFleet } from '../fleet-file/read-fleet-file.js';
import { changeReport } from '../output/plan-report.js';
import { watchRollout } from '../progress/watch-rollout.js';
import type { CommandContext } from './command-context.js';
import { checkFleet, refusal } from './check-fleet.js';
import { loadFleet } from './load-fleet.js';
import { checkedReport } from './plan.js';

export interface ApplyOptions {
  readonly watch?: boolean;
  readonly yes?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

interface Applied {
  readonly changes: readonly TopologyChange[];
  readonly rollout: { readonly name: string; readonly change: 'CREATED' | 'UNCHANGED'; readonly lifecycle: string } | undefined;
}

/**
 * `podspan apply`: the same dry run as `plan` first, and nothing is written when it is refused. Then the topology, then the
 * rollout. Doing it again with the same file changes nothing and says so.
 */
export async function apply(context: CommandContext, file: string, options: ApplyOptions): Promise<void> {
  const { io, client, print } = context;
  const fleet = await loadFleet(file, io);
  const running = await runningRollout(client, fleet);
  if (running === undefined) {
    const checked = await checkFleet(client, fleet);
    print.note(`${checkedReport(fleet, checked)}\n`);
    await confirmed(context, options);
  } else {
    print.note(`The rollout ${running.name} is there already; nothing new is planned.`);
  }
  const applied = await write(client, fleet, running);
  const followed = options.watch === true && applied.rollout !== undefined;
  // A program that watches gets one document per line: what was applied, then the events.
  if (followed && !print.forPeople) io.stdout.write(`${JSON.stringify(applied)}\n`);
  else print.result(applied, () => appliedReport(applied));
  if (!followed || applied.rollout === undefined) return;
  const code = await watchRollout({ client, io, rollout: applied.rollout.name, format: print.format });
  if (code !== EXIT.done) throw new Quit(code);
}

/** The rollout of this file when it was applied before: its clusters are taken by itself, a new plan would be refused. */
async function runningRollout(client: PodspanClient, { request, problems }: ReadFleet): Promise<RolloutView | undefined> {
  const name = request?.rollout?.['name'];
  if (problems.length > 0 || typeof name !== 'string' || name === '') return undefined;
  try {
    return (await client.call<RolloutView>('GET', pathTo('v1', 'rollouts', name))).body;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

async function confirmed({ io }: CommandContext, { yes }: ApplyOptions): Promise<void> {
  if (yes === true) return;
  if (io.confirm === undefined) throw new UsageError('there is no terminal to ask on: add --yes to apply without being asked');
  if (await io.confirm('Apply this?')) return;
  io.stderr.write('podspan: nothing was applied\n');
  throw new Quit(EXIT.done);
}

async function write(client: PodspanClient, fleet: ReadFleet, running: RolloutView | undefined): Promise<Applied> {
  if (fleet.request === undefined) throw new Error('a file that cannot be read was to be applied');
  try {
    return await writeRequest(client, fleet.request, running);
  } catch (error) {
    throw error instanceof DomainError ? refusal(fleet, error) : error;
  }
}

async function writeRequest(
  client: PodspanClient,
  { topology, rollout }: FleetRequest,
  running: RolloutView | undefined,
): Promise<Applied> {
  // A rollout of this name that came from another content is refused; then its networks must not be written either.
  if (running !== undefined && rollout !== undefined) await start(client, rollout);
  // A key of this run alone, for repeats within it: the answer of an earlier run would say what was created then.
  const { body } = await client.call<{ changes: readonly TopologyChange[] }>('POST', '/v1/topologies', {
    body: topology,
    idempotencyKey: randomUUID(),
  });
  if (rollout === undefined) return { changes: body.changes, rollout: undefined };
  if (running !== undefined)
    return { changes: body.changes, rollout: { name: running.name, lifecycle: running.lifecycle, change: 'UNCHANGED' } };
  return { changes: body.changes, rollout: await start(client, rollout) };
}

async function start(client: PodspanClient, rollout: Json): Promise<NonNullable<Applied['rollout']>> {
  const { status, headers, body } = await client.call<RolloutView>('POST', '/v1/rollouts', {
    body: rollout,
    idempotencyKey: keyOf(String(rollout['name']), rollout),
  });
  const isNew = status === 202 && headers.get('idempotency-replayed') !== 'true';
  return { name: body.name, lifecycle: body.lifecycle, change: isNew ? 'CREATED' : 'UNCHANGED' };
}

/** The same content under the same name is the same request, from wherever and however often it is sent. */
function keyOf(name: string, content: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}-${hash.slice(0, 32)}`;
}

function appliedReport({ changes, rollout }: Applied): string {
  const started =
    rollout === undefined
      ? ''
      : rollout.change === 'CREATED'
        ? `created rollout ${rollout.name}`
        : `left    rollout ${rollout.name} (${rollout.lifecycle})`;
  return [changeReport(changes), started].filter((part) => part !== '').join('\n');
}
