import { listAt, textAt } from '@podspan/aks';
import { type Arm, type ArmResource } from '@podspan/azure';
import type { EngineRef, FailureView, Json, StepContext, TaskOutcome } from '@podspan/engine';
import { DomainError } from '@podspan/errors';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { MigrateIngressInput } from '../domain/change/change-input.js';
import { recheckChange, verifyChange } from '../domain/change/verify-change.js';
import type { IngressGate } from '../domain/ingress/ingress-migration.js';
import type { IngressMigrationTasks } from '../domain/ingress/ingress-program.js';
import { dispatchJob } from '../dispatch/jobs.js';
import type { IngressGateways } from '../ports/ingress.js';
import type { Ipam } from '../ports/ipam.js';
import { gateDecision } from './item-gates.js';
import { readOrLater } from '../tasks/read-or-later.js';

type Context = StepContext<MigrateIngressInput>;

/** Azure's seconds until something that is not there yet is looked at again. */
const againSeconds = { verify: 15, gateway: 10, manifests: 15, gate: 15, away: 30 };

export interface Neighbours {
  readonly ipam: Ipam;
  readonly gateways: IngressGateways;
}

/** The parts of MIGRATE_INGRESS that are not one ARM write. */
export class MigrateIngressTasks implements IngressMigrationTasks {
  constructor(
    private readonly db: Db,
    private readonly arm: Arm,
    private readonly neighbours: Neighbours,
    private readonly engines: EngineRef,
    /** Azure's seconds per second: waits are Azure's. */
    private readonly speed = 1,
  ) {}

  async check(input: MigrateIngressInput): Promise<TaskOutcome> {
    const resource = await this.#cluster(input);
    if (!isHere(resource)) return this.#absent(resource, input);
    const [first, ...others] = recheckChange(input, resource.raw);
    if (!first) return { state: 'DONE', output: null };
    const details = [first, ...others].map(({ path, code, message, rule }) => ({
      path,
      code,
      message,
      ...(rule === undefined ? {} : { rule }),
    }));
    return failed(first.code, `${first.rule === undefined ? '' : `${first.rule}: `}${first.message}`, 'USER', details);
  }

  gateway({ input, runId }: Context): Promise<TaskOutcome> {
    const { gateway: name, cluster, spec } = input;
    return this.#asked('the ingress service', async () => {
      const attempt = `${runId}-${await attemptOf(this.db, runId)}`;
      const found = await this.neighbours.gateways.ensure({ name, cluster: cluster.name, spec, attempt });
      if (found.status === 'READY') return { state: 'DONE', output: { name, frontends: [...found.frontends] } };
      if (found.status !== 'FAILED') return this.#wait(againSeconds.gateway, `ingress gateway '${name}' is ${found.status}`);
      return failed(found.failure?.code ?? 'ingress_failed', found.failure?.message ?? `ingress gateway '${name}' failed`, 'USER');
    });
  }

  /** Routes that Podspan holds. Translated objects are a person's to apply, and a frontend serves one Gateway only (AGC-19). */
  async manifests({ apply, gateway }: MigrateIngressInput): Promise<TaskOutcome> {
    if (!apply) return { state: 'SKIPPED' };
    return this.#asked('the ingress service', async () => {
      const applied = await this.neighbours.gateways.apply(gateway);
      if (applied.state === 'OFF' || applied.state === 'NO_ROUTES') return { state: 'SKIPPED' };
      if (applied.state === 'READY') return { state: 'DONE', output: { applied: true } };
      const why = applied.reasons.join('; ') || 'the ALB Controller has not answered';
      return this.#wait(againSeconds.manifests, `manifests of '${gateway}' are applied and ${applied.state}: ${why}`);
    });
  }

  async gate({ input, runId, outputs }: Context, gate: IngressGate): Promise<TaskOutcome> {
    const decision = await gateDecision(this.db, runId, gate);
    if (decision?.approved === true) return { state: 'DONE', output: { by: decision.by } };
    if (decision)
      return failed('gate_rejected', `${decision.by} rejected ${gate}${decision.comment === null ? '' : `: ${decision.comment}`}`, 'USER');
    // The rollout says what it waits for; nobody else tells it that an item has come to a gate.
    await this.engines.engine.ring(this.db, dispatchJob, input.rollout.id);
    return this.#wait(againSeconds.gate, `approval of ${gate}: ${whatToDo(input, outputs, gate)}`);
  }

  async drain({ input, runId }: Context): Promise<TaskOutcome> {
    const decision = await gateDecision(this.db, runId, 'SWITCH_DNS');
    const left = input.switchSeconds - (decision?.secondsAgo ?? 0) * this.speed;
    if (left <= 0) return { state: 'DONE', output: null };
    const reason = `${Math.ceil(left)} s until every client has the new address and old connections are drained (MAP-34, AGC-53)`;
    return this.#wait(Math.min(left, againSeconds.away), reason);
  }

  retire({ cluster }: MigrateIngressInput): Promise<TaskOutcome> {
    return this.#asked('the ingress service', async () => {
      const left = await this.neighbours.gateways.retireAgic(cluster.name);
      if (left.length === 0) return { state: 'DONE', output: null };
      return this.#wait(againSeconds.gateway, `ingress gateway '${left.join("', '")}' is being deleted`);
    });
  }

  async verify(input: MigrateIngressInput): Promise<TaskOutcome> {
    const resource = await this.#cluster(input);
    if (!isHere(resource)) return this.#absent(resource, input);
    const verdict = verifyChange(input, resource.raw);
    if (verdict.state === 'NOT_YET') return this.#wait(againSeconds.verify, verdict.reason);
    if (verdict.state === 'WRONG') return failed(verdict.code, verdict.message, 'USER', [...verdict.details]);
    return { state: 'DONE', output: null };
  }

  /** A range is free when Azure has no subnet of it any more: until a person has deleted the gateway and the subnet, it is kept. */
  async release({ agicRange, apiVersions }: MigrateIngressInput): Promise<TaskOutcome> {
    if (agicRange?.allocation == null) return { state: 'SKIPPED' };
    const { allocation, subnetId, cidr } = agicRange;
    const subnet = await readOrLater(this.arm, subnetId, apiVersions.subnet);
    if (subnet === 'later') return this.#wait(againSeconds.away, 'Azure did not answer');
    const kept = (reason: string): TaskOutcome => ({ state: 'DONE', output: { released: false, allocation, reason } });
    if (subnet)
      return kept(
        `subnet ${subnetId} ${usersOf(subnet) > 0 ? 'is in use' : 'is there'}: delete it, then release allocation ${allocation} (${cidr ?? ''})`,
      );
    return this.#asked('ipam', async () => {
      await this.neighbours.ipam.releaseAllocation(allocation);
      return { state: 'DONE', output: { released: true, allocation } };
    });
  }

  /** A service that is away is waited for; one that refuses is told. */
  async #asked(service: string, work: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.kind === 'transient' || error.kind === 'throttled')
        return this.#wait(againSeconds.away, `${service} does not answer: ${error.message}`);
      const details = error.problems.map(({ path, code, message }) => ({ path, code, message }));
      return failed(error.code, error.message, 'USER', details);
    }
  }

  #cluster({ resourceId, apiVersions }: MigrateIngressInput): Promise<ArmResource | undefined | 'later'> {
    return readOrLater(this.arm, resourceId, apiVersions.managedCluster);
  }

  #absent(resource: undefined | 'later', { cluster }: MigrateIngressInput): TaskOutcome {
    if (resource === 'later') return this.#wait(againSeconds.away, 'Azure did not answer');
    return failed('vanished', `the cluster '${cluster.name}' is no longer there`, 'OPERATOR');
  }

  #wait(seconds: number, reason: string): TaskOutcome {
    return { state: 'WAIT', seconds: Math.max(0.05, seconds / this.speed), reason };
  }
}

function isHere(resource: ArmResource | undefined | 'later'): resource is ArmResource {
  return resource !== undefined && resource !== 'later';
}

/** What a person does before saying yes. */
function whatToDo({ gateway, agic }: MigrateIngressInput, outputs: Context['outputs'], gate: IngressGate): string {
  const frontends = listAt(outputs['gateway'], 'frontends').join(', ');
  if (gate === 'DISABLE_AGIC')
    return agic === 'HELM'
      ? 'see that no request reaches AGIC, helm uninstall ingress-azure, then approve'
      : 'see that no request reaches AGIC any more, then approve: its add-on is switched off';
  const manifests = outputs['manifests'] == null ? `install the ALB Controller, apply the objects for '${gateway}', ` : '';
  return `${manifests}test every host against ${frontends}, switch DNS there, then approve`;
}

function usersOf(subnet: ArmResource): number {
  return (
    listAt(subnet.raw, 'properties.ipConfigurations').length + (textAt(subnet.raw, 'properties.applicationGatewayIPConfigurations') ? 1 : 0)
  );
}

function failed(code: string, message: string, mustAct: FailureView['mustAct'], details?: Json): TaskOutcome {
  return { state: 'FAILED', failure: { code, message, retryable: true, mustAct, ...(details === undefined ? {} : { details }) } };
}

async function attemptOf(db: Db, runId: string): Promise<number> {
  const { rows } = await sql<{ attempt: number }>`select attempt from item where id = ${runId}`.execute(db);
  return rows[0]?.attempt ?? 1;
}
