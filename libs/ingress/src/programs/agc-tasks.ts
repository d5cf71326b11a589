import { textAt } from '@podspan/aks';
import { apiVersions, Arm, ArmFailure } from '@podspan/azure';
import type { FailureView, Json, TaskOutcome } from '@podspan/engine';
import { DomainError } from '@podspan/errors';
import { frontendId } from '../domain/agc-names.js';
import type { GatewaysRepository } from '../gateways.repository.js';
import type { Prefixes } from '../ports/prefixes.js';
import { idsOf, type AgcCreateTasks } from './agc-create.js';
import type { AgcDeleteTasks } from './agc-delete.js';
import type { AgcInput, AgcRemoval } from './agc-input.js';

/** The steps that are not one ARM write. All of them only read Azure, or repeat safely. */
export class AgcTasks implements AgcCreateTasks, AgcDeleteTasks {
  constructor(
    private readonly arm: Arm,
    private readonly prefixes: Prefixes,
    private readonly gateways: GatewaysRepository,
    /** The service's own credentials: the caller's may have expired by now. */
    private readonly authorization: string,
  ) {}

  readCluster({ clusterId }: AgcInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const cluster = await this.arm.get(clusterId, apiVersions.containerService);
      const nodeResourceGroup = textAt(cluster?.raw, 'properties.nodeResourceGroup');
      const oidcIssuerUrl = textAt(cluster?.raw, 'properties.oidcIssuerProfile.issuerURL');
      if (!cluster || nodeResourceGroup === undefined)
        return failed('cluster_missing', `Azure has no managed cluster ${clusterId}`, 'USER');
      if (oidcIssuerUrl === undefined)
        return failed(
          'oidc_issuer_missing',
          'the cluster has no OIDC issuer: turn on oidcIssuerProfile and workload identity (AGC-30)',
          'USER',
        );
      return { state: 'DONE', output: { nodeResourceGroup, oidcIssuerUrl } };
    });
  }

  takeBlock({ gatewayId, pool }: AgcInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      if (!pool) return { state: 'DONE' };
      const block = { pool: pool.name, gatewayId, cidr: pool.cidr, within: pool.within };
      const { allocationId, cidr } = await this.prefixes.take(block, this.authorization);
      await this.gateways.change(gatewayId, { subnet_cidr: cidr, allocation_id: allocationId });
      return { state: 'DONE', output: { cidr, allocationId } };
    });
  }

  verify(input: AgcInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const { trafficController, association } = idsOf(input);
      const bound = await this.arm.get(association, apiVersions.serviceNetworking);
      if (!bound || bound.provisioningState !== 'Succeeded')
        return { state: 'WAIT', seconds: 10, reason: `association ${bound?.provisioningState ?? 'absent'}` };
      const frontends: Json[] = [];
      for (const name of input.frontends) {
        const resourceId = frontendId(trafficController, name);
        const fqdn = textAt((await this.arm.get(resourceId, apiVersions.serviceNetworking))?.raw, 'properties.fqdn');
        if (fqdn === undefined) return { state: 'WAIT', seconds: 10, reason: `frontend ${name} has no address yet` };
        frontends.push({ name, fqdn, resourceId });
      }
      return { state: 'DONE', output: { frontends } };
    });
  }

  readController(input: AgcRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const identity = await this.arm.get(idsOf(input).identity, apiVersions.managedIdentity);
      const cluster = await this.arm.get(input.clusterId, apiVersions.containerService);
      const principalId = textAt(identity?.raw, 'properties.principalId');
      const nodeResourceGroup = textAt(cluster?.raw, 'properties.nodeResourceGroup');
      return {
        state: 'DONE',
        output: {
          ...(principalId === undefined ? {} : { principalId }),
          ...(nodeResourceGroup === undefined ? {} : { nodeResourceGroup }),
        },
      };
    });
  }

  giveBack({ allocationId }: AgcRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      if (allocationId !== null) await this.prefixes.giveBack(allocationId, this.authorization);
      return { state: 'DONE' };
    });
  }
}

/** What may pass by itself is waited for; the rest ends the run, and says who must act. */
async function outcomeOf(work: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArmFailure) return ofArm(error);
    if (error instanceof DomainError) return ofDomain(error);
    throw error;
  }
}

function ofArm({ facts, message }: ArmFailure): TaskOutcome {
  if (facts.class === 'QUOTA' || facts.class === 'FATAL') {
    const { code, httpStatus, requestIds, mustAct } = facts;
    return {
      state: 'FAILED',
      failure: { code, message: facts.message, ...(httpStatus === undefined ? {} : { httpStatus }), requestIds, retryable: false, mustAct },
    };
  }
  return { state: 'WAIT', seconds: facts.retryAfterSeconds ?? 15, reason: message };
}

function ofDomain(error: DomainError): TaskOutcome {
  if (error.kind === 'transient' || error.kind === 'throttled')
    return { state: 'WAIT', seconds: error.retryAfterSeconds ?? 15, reason: error.message };
  return failed(error.code, error.message, error.kind === 'unauthenticated' || error.kind === 'forbidden' ? 'OPERATOR' : 'USER');
}

function failed(code: string, message: string, mustAct: FailureView['mustAct']): TaskOutcome {
  return { state: 'FAILED', failure: { code, message, retryable: true, mustAct } };
}
