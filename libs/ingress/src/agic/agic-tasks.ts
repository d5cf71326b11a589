import { textAt } from '@podspan/aks';
import { apiVersions, Arm } from '@podspan/azure';
import type { Json, TaskOutcome } from '@podspan/engine';
import { addOnGateway, agicAddOnIdentityOf, drives, isAddOnOn } from '../domain/agic/agic-add-on.js';
import { privateFrontend, publicFrontend } from '../domain/agic/agic-gateway.js';
import type { GatewaysRepository } from '../gateways.repository.js';
import type { Prefixes } from '../ports/prefixes.js';
import { failed, outcomeOf } from '../programs/task-outcomes.js';
import { idsIn, type AgicCreateTasks } from './agic-create.js';
import type { AgicDeleteTasks } from './agic-delete.js';
import type { AgicInput, AgicRemoval } from './agic-input.js';

/** The steps that are not one ARM write. All of them only read Azure, or repeat safely. */
export class AgicTasks implements AgicCreateTasks, AgicDeleteTasks {
  constructor(
    private readonly arm: Arm,
    private readonly prefixes: Prefixes,
    private readonly gateways: GatewaysRepository,
    /** The service's own credentials: the caller's may have expired by now. */
    private readonly authorization: string,
  ) {}

  readCluster(input: AgicInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const cluster = (await this.arm.get(input.clusterId, apiVersions.containerService))?.raw;
      if (cluster === undefined) return failed('cluster_missing', `Azure has no managed cluster ${input.clusterId}`, 'USER');
      const other = otherAgic(cluster, input);
      if (other !== undefined) return failed('agic_add_on_taken', other, 'USER');
      const oidcIssuerUrl = textAt(cluster, 'properties.oidcIssuerProfile.issuerURL');
      if (oidcIssuerUrl === undefined && input.deployment === 'BYO')
        return failed(
          'oidc_issuer_missing',
          'the cluster has no OIDC issuer: turn on oidcIssuerProfile and workload identity (AGIC-02)',
          'USER',
        );
      return { state: 'DONE', output: oidcIssuerUrl === undefined ? {} : { oidcIssuerUrl } };
    });
  }

  takeBlock({ gatewayId, pool }: AgicInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      if (!pool) return { state: 'DONE' };
      const { name, ...block } = pool;
      const { allocationId, cidr } = await this.prefixes.take({ pool: name, gatewayId, ...block }, this.authorization);
      await this.gateways.change(gatewayId, { subnet_cidr: cidr, allocation_id: allocationId });
      return { state: 'DONE', output: { cidr, allocationId } };
    });
  }

  awaitAddOn({ clusterId }: AgicInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const cluster = await this.arm.get(clusterId, apiVersions.containerService);
      if (!cluster) return failed('cluster_missing', `Azure has no managed cluster ${clusterId}`, 'USER');
      const identity = agicAddOnIdentityOf(cluster.raw);
      if (!identity) return { state: 'WAIT', seconds: 15, reason: 'AKS has not made the identity of the add-on yet' };
      return { state: 'DONE', output: { ...identity } };
    });
  }

  awaitIdentity(input: AgicInput): Promise<TaskOutcome> {
    if (input.deployment === 'ADDON') return this.awaitAddOn(input);
    return outcomeOf(async () => {
      const identity = await this.arm.get(idsIn(input).identity, apiVersions.managedIdentity);
      const principalId = textAt(identity?.raw, 'properties.principalId');
      if (principalId === undefined) return { state: 'WAIT', seconds: 15, reason: 'the identity of AGIC is not there yet' };
      return { state: 'DONE', output: { principalId } };
    });
  }

  verify(input: AgicInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const { applicationGateway, publicAddress } = idsIn(input);
      const gateway = await this.arm.get(applicationGateway, apiVersions.network);
      if (gateway?.provisioningState !== 'Succeeded')
        return { state: 'WAIT', seconds: 15, reason: `Application Gateway ${gateway?.provisioningState ?? 'absent'}` };
      const ipAddress = textAt((await this.arm.get(publicAddress, apiVersions.network))?.raw, 'properties.ipAddress');
      if (ipAddress === undefined) return { state: 'WAIT', seconds: 10, reason: 'the public address is not known yet' };
      const inside = privateAddressOf(gateway.raw);
      const frontends: Json[] = [
        { name: publicFrontend, ipAddress, resourceId: publicAddress },
        ...(inside === undefined ? [] : [{ name: privateFrontend, ipAddress: inside, resourceId: null }]),
      ];
      return { state: 'DONE', output: { frontends } };
    });
  }

  findCluster({ clusterId }: AgicRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const cluster = await this.arm.get(clusterId, apiVersions.containerService);
      return { state: 'DONE', output: { present: cluster !== undefined } };
    });
  }

  giveBack({ allocationId }: AgicRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      if (allocationId !== null) await this.prefixes.giveBack(allocationId, this.authorization);
      return { state: 'DONE' };
    });
  }
}

/** Two AGICs in a cluster serve the same class and undo each other's gateway (AGIC-30). */
function otherAgic(cluster: unknown, input: AgicInput): string | undefined {
  if (!isAddOnOn(cluster) || (input.deployment === 'ADDON' && drives(cluster, idsIn(input).applicationGateway))) return undefined;
  return `the AGIC add-on of the cluster is on already, for ${addOnGateway(cluster) ?? 'a gateway of its own'}: switch it off first (AGIC-01)`;
}

function privateAddressOf(gateway: unknown): string | undefined {
  const frontends = (gateway as { readonly properties?: { readonly frontendIPConfigurations?: readonly unknown[] } }).properties
    ?.frontendIPConfigurations;
  return (frontends ?? []).map((frontend) => textAt(frontend, 'properties.privateIPAddress')).find((address) => address !== undefined);
}
