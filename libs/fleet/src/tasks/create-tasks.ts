import { type Arm } from '@podspan/azure';
import type { FailureView, Json, TaskOutcome } from '@podspan/engine';
import { DomainError } from '@podspan/errors';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { CreateInput } from '../domain/create/create-input.js';
import type { CreateTasks } from '../domain/create/create-program.js';
import { clusterId } from '../domain/create/names.js';
import { verifyCluster } from '../domain/create/verify-cluster.js';
import type { IngressGateways } from '../ports/ingress.js';
import { readOrLater } from './read-or-later.js';

/** Seconds until a cluster or a gateway that is not ready is looked at again. */
const againSeconds = { verify: 15, ingress: 10, away: 30 };

/** The parts of CREATE that are not one ARM write. */
export class CreateClusterTasks implements CreateTasks {
  constructor(
    private readonly db: Db,
    private readonly arm: Arm,
    private readonly gateways: IngressGateways,
    /** Azure's seconds per second: waits are Azure's. */
    private readonly speed = 1,
  ) {}

  async verify(input: CreateInput, readBack: Json | undefined): Promise<TaskOutcome> {
    const { cluster, apiVersions } = input;
    const known = verifyCluster(input, readBack);
    if (known.state === 'AS_PLANNED') return verified(known.oidcIssuerUrl);
    const resource = await readOrLater(
      this.arm,
      clusterId(cluster.subscriptionId, cluster.resourceGroup, cluster.name),
      apiVersions.managedCluster,
    );
    if (resource === 'later') return this.#wait(againSeconds.away, 'Azure did not answer');
    if (resource === undefined) return failed('vanished', `the cluster '${cluster.name}' is no longer there`, 'OPERATOR');
    const verdict = verifyCluster(input, resource.raw);
    if (verdict.state === 'NOT_YET') return this.#wait(againSeconds.verify, verdict.reason);
    if (verdict.state === 'WRONG') return failed(verdict.code, verdict.message, 'USER', [...verdict.details]);
    return verified(verdict.oidcIssuerUrl);
  }

  async ingress({ cluster }: CreateInput, runId: string): Promise<TaskOutcome> {
    const spec = cluster.ingress;
    if (!spec || spec.kind === 'NONE') return { state: 'SKIPPED' };
    const name = spec.name ?? cluster.name;
    try {
      const gateway = await this.gateways.ensure({
        name,
        cluster: cluster.name,
        spec,
        attempt: `${runId}-${await attemptOf(this.db, runId)}`,
      });
      if (gateway.status === 'READY') return { state: 'DONE', output: { name, frontends: [...gateway.frontends] } };
      if (gateway.status !== 'FAILED') return this.#wait(againSeconds.ingress, `ingress gateway '${name}' is ${gateway.status}`);
      return failed(gateway.failure?.code ?? 'ingress_failed', gateway.failure?.message ?? `ingress gateway '${name}' failed`, 'USER');
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.kind === 'transient' || error.kind === 'throttled')
        return this.#wait(againSeconds.away, 'the ingress service does not answer');
      return failed(
        error.code,
        error.message,
        'USER',
        error.problems.map(({ path, code, message }) => ({ path, code, message })),
      );
    }
  }

  #wait(seconds: number, reason: string): TaskOutcome {
    return { state: 'WAIT', seconds: Math.max(0.05, seconds / this.speed), reason };
  }
}

function verified(oidcIssuerUrl: string | null): TaskOutcome {
  return { state: 'DONE', output: { oidcIssuerUrl } };
}

function failed(code: string, message: string, mustAct: FailureView['mustAct'], details?: Json): TaskOutcome {
  return { state: 'FAILED', failure: { code, message, retryable: true, mustAct, ...(details === undefined ? {} : { details }) } };
}

async function attemptOf(db: Db, runId: string): Promise<number> {
  const { rows } = await sql<{ attempt: number }>`select attempt from item where id = ${runId}`.execute(db);
  return rows[0]?.attempt ?? 1;
}
