import { readSubnet, textAt } from '@podspan/aks';
import { apiVersions, Arm } from '@podspan/azure';
import type { Json, TaskOutcome } from '@podspan/engine';
import { frontendId } from '../domain/agc-names.js';
import type { GatewaysRepository } from '../gateways.repository.js';
import type { Prefixes } from '../ports/prefixes.js';
import { addOnIdentityOf } from '../domain/alb-add-on.js';
import { kubernetesName } from '../domain/kubernetes-names.js';
import { deploymentOf, type AgcInput, type AgcRemoval } from './agc-input.js';
import type { AgcDeleteTasks } from './agc-removals.js';
import { idsOf, type AgcCreateTasks } from './agc-steps.js';
import { failed, outcomeOf } from './task-outcomes.js';

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

  awaitAddOn({ clusterId }: AgcInput): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const cluster = await this.arm.get(clusterId, apiVersions.containerServicePreview);
      if (!cluster) return failed('cluster_missing', `Azure has no managed cluster ${clusterId}`, 'USER');
      const identity = addOnIdentityOf(cluster.raw);
      if (!identity) return { state: 'WAIT', seconds: 15, reason: 'AKS has not made the identity of the add-on yet' };
      return { state: 'DONE', output: { ...identity } };
    });
  }

  awaitController(input: AgcInput): Promise<TaskOutcome> {
    if (deploymentOf(input) === 'ADDON') return this.awaitAddOn(input);
    return outcomeOf(async () => {
      const principalId = await this.#principalOf(input);
      if (principalId === undefined) return { state: 'WAIT', seconds: 15, reason: 'the gateway has no ALB identity yet' };
      return { state: 'DONE', output: { principalId } };
    });
  }

  awaitRelease({ gateway, subnet, resources }: AgcRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const found = await this.arm.get(subnet.id, apiVersions.network);
      if (!found || !readSubnet(found.raw).occupied) return { state: 'DONE' };
      // What holds it when the subnet was never ours is none of our business.
      if (subnet.source === 'POOL' && resources['subnet'] === undefined) return { state: 'DONE' };
      const reason = `the subnet is in use: delete the objects of the gateway, ApplicationLoadBalancer '${kubernetesName(gateway)}' among them, from the cluster`;
      return { state: 'WAIT', seconds: 30, reason };
    });
  }

  readController(input: AgcRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      const addOn = deploymentOf(input) === 'ADDON';
      const cluster = await this.arm.get(input.clusterId, addOn ? apiVersions.containerServicePreview : apiVersions.containerService);
      const principalId = addOn ? addOnIdentityOf(cluster?.raw)?.principalId : await this.#principalOf(input);
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

  async #principalOf(input: AgcInput): Promise<string | undefined> {
    const identity = await this.arm.get(idsOf(input).identity, apiVersions.managedIdentity);
    return textAt(identity?.raw, 'properties.principalId');
  }

  giveBack({ allocationId }: AgcRemoval): Promise<TaskOutcome> {
    return outcomeOf(async () => {
      if (allocationId !== null) await this.prefixes.giveBack(allocationId, this.authorization);
      return { state: 'DONE' };
    });
  }
}
