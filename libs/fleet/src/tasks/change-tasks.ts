import { type Arm, type ArmResource } from '@podspan/azure';
import { textAt } from '@podspan/aks';
import type { FailureView, Json, TaskOutcome } from '@podspan/engine';
import { DomainError } from '@podspan/errors';
import type { ChangeInput, DeleteInput, ExpandInput, OwnedResource } from '../domain/change/change-input.js';
import type { ChangeTasks } from '../domain/change/change-programs.js';
import { type Found, isOurSubnet, isWrittenBy } from '../domain/change/change-steps.js';
import { recheckChange, verifyChange } from '../domain/change/verify-change.js';
import { isRangesName } from '../start/prepared-rollout.js';
import type { IngressGateways } from '../ports/ingress.js';
import type { Ipam } from '../ports/ipam.js';
import { readOrLater } from './read-or-later.js';

/** Azure's seconds until something that is not there yet is looked at again. */
const againSeconds = { verify: 15, gateway: 10, away: 30 };

/** The parts of a change that are not one ARM write. */
export class ChangeClusterTasks implements ChangeTasks {
  constructor(
    private readonly arm: Arm,
    private readonly ipam: Ipam,
    private readonly gateways: IngressGateways,
    /** Azure's seconds per second: waits are Azure's. */
    private readonly speed = 1,
  ) {}

  async check(input: ChangeInput): Promise<TaskOutcome> {
    const resource = await readOrLater(this.arm, input.resourceId, input.apiVersions.managedCluster);
    if (resource === 'later') return this.#wait(againSeconds.away, 'Azure did not answer');
    if (resource === undefined) return vanished(input);
    const problems = recheckChange(input, resource.raw);
    const [first] = problems;
    if (!first) return { state: 'DONE', output: null };
    const details = problems.map(({ path, code, message, rule }) => ({ path, code, message, ...(rule === undefined ? {} : { rule }) }));
    return failed(first.code, `${first.rule === undefined ? '' : `${first.rule}: `}${first.message}`, 'USER', details);
  }

  async verify(input: ChangeInput): Promise<TaskOutcome> {
    const resource = await readOrLater(this.arm, input.resourceId, input.apiVersions.managedCluster);
    if (resource === 'later') return this.#wait(againSeconds.away, 'Azure did not answer');
    if (resource === undefined) return vanished(input);
    const verdict = verifyChange(input, resource.raw);
    if (verdict.state === 'NOT_YET') return this.#wait(againSeconds.verify, verdict.reason);
    if (verdict.state === 'WRONG') return failed(verdict.code, verdict.message, 'USER', [...verdict.details]);
    return { state: 'DONE', output: null };
  }

  widen({ cluster, podCidr }: ExpandInput): Promise<TaskOutcome> {
    return this.#asked('ipam', () => this.ipam.widenPodRange(cluster.name, podCidr));
  }

  async removeGateway({ cluster }: DeleteInput): Promise<TaskOutcome> {
    let left: readonly string[] = [];
    const outcome = await this.#asked('the ingress service', async () => {
      left = await this.gateways.removeAll(cluster.name);
    });
    if (outcome.state !== 'DONE' || left.length === 0) return outcome;
    return this.#wait(againSeconds.gateway, `ingress gateway '${left.join("', '")}' is being deleted`);
  }

  async look(input: DeleteInput): Promise<TaskOutcome> {
    const { apiVersions, identity, nodeSubnets, gatewaySubnet, apiServerSubnet } = input;
    const subnets = [...nodeSubnets, gatewaySubnet, apiServerSubnet].flatMap((subnet) => subnet ?? []);
    const cluster = await readOrLater(this.arm, input.resourceId, apiVersions.managedCluster);
    const owner = await readOrLater(this.arm, identity.resourceId, apiVersions.identity);
    const read = await Promise.all(
      subnets.map(async (subnet) => [subnet, await readOrLater(this.arm, subnet.resourceId, apiVersions.subnet)] as const),
    );
    if (cluster === 'later' || owner === 'later' || read.some(([, resource]) => resource === 'later'))
      return this.#wait(againSeconds.away, 'Azure did not answer');
    const foreign = [
      ...(cluster && !isWrittenBy(cluster.raw as Json, input) ? [input.resourceId] : []),
      ...(owner && !isWrittenBy(owner.raw as Json, input) ? [identity.resourceId] : []),
      ...read.flatMap(([subnet, resource]) => foreignSubnet(subnet, resource)),
    ];
    const found: Found = { principalId: textAt(owner?.raw, 'properties.principalId') ?? null, foreign };
    return { state: 'DONE', output: { ...found, foreign: [...found.foreign] } };
  }

  release({ addressPlan, cluster }: DeleteInput): Promise<TaskOutcome> {
    return this.#asked('ipam', () =>
      isRangesName(addressPlan) ? this.ipam.releasePodRanges(addressPlan, [cluster.name]) : this.ipam.release(addressPlan, [cluster.name]),
    );
  }

  /** A service that is away is waited for; one that refuses is told. */
  async #asked(service: string, work: () => Promise<void>): Promise<TaskOutcome> {
    try {
      await work();
      return { state: 'DONE', output: null };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.kind === 'transient' || error.kind === 'throttled') return this.#wait(againSeconds.away, `${service} does not answer`);
      const details = error.problems.map(({ path, code, message }) => ({ path, code, message }));
      return failed(error.code, error.message, 'USER', details);
    }
  }

  #wait(seconds: number, reason: string): TaskOutcome {
    return { state: 'WAIT', seconds: Math.max(0.05, seconds / this.speed), reason };
  }
}

function foreignSubnet(subnet: OwnedResource, resource: ArmResource | undefined | 'later'): string[] {
  const isForeign = resource !== undefined && resource !== 'later' && !isOurSubnet(resource.raw as Json, subnet);
  return isForeign ? [subnet.resourceId] : [];
}

function vanished({ cluster }: ChangeInput): TaskOutcome {
  return failed('vanished', `the cluster '${cluster.name}' is no longer there`, 'OPERATOR');
}

function failed(code: string, message: string, mustAct: FailureView['mustAct'], details?: Json): TaskOutcome {
  return { state: 'FAILED', failure: { code, message, retryable: true, mustAct, ...(details === undefined ? {} : { details }) } };
}
