import { Injectable } from '@nestjs/common';
import { readSubnet, textAt } from '@podspan/aks';
import { apiVersions, Arm, ArmFailure, type ArmResource } from '@podspan/azure';
import { Transient } from '@podspan/errors';
import { addOnFeatures, featureId } from './domain/alb-add-on.js';
import type { SubnetGuards } from './domain/agic/check-subnet-guards.js';
import type { SubnetFacts } from './domain/cluster-facts.js';

/** What Azure says about the things a request names. All of it is read only. @throws Transient when Azure cannot be asked */
@Injectable()
export class AzureFacts {
  constructor(private readonly arm: Arm) {}

  async subnet(id: string): Promise<SubnetFacts | undefined> {
    const resource = await this.read(id, apiVersions.network, 'the subnet');
    return resource && { id, ...readSubnet(resource.raw) };
  }

  /** What is attached to a subnet: its route table and its network security group, as far as there are any. */
  async guardsOf(subnetId: string): Promise<SubnetGuards> {
    const subnet = (await this.read(subnetId, apiVersions.network, 'the subnet'))?.raw;
    const [routeTable, networkSecurityGroup] = await Promise.all(
      ['routeTable', 'networkSecurityGroup'].map(async (member) => {
        const id = textAt(subnet, `properties.${member}.id`);
        return id === undefined ? undefined : (await this.read(id, apiVersions.network, `the ${member} of the subnet`))?.raw;
      }),
    );
    return { routeTable, networkSecurityGroup };
  }

  /** Wire JSON of a WAF policy. */
  async wafPolicy(id: string): Promise<unknown> {
    return (await this.read(id, apiVersions.network, 'the WAF policy'))?.raw;
  }

  /** AGC-42: preview features the add-on needs and the subscription is not registered for. One that Azure no longer knows has become GA. */
  async missingFeatures(subscriptionId: string): Promise<readonly string[]> {
    const states = await Promise.all(
      addOnFeatures.map(async (feature) => {
        const resource = await this.read(featureId(subscriptionId, feature), apiVersions.features, 'its preview features');
        return textAt(resource?.raw, 'properties.state') ?? 'Registered';
      }),
    );
    return addOnFeatures.filter((_, index) => states[index] !== 'Registered');
  }

  /** Any resource; `what` names it in the failure. */
  async read(id: string, apiVersion: string, what: string): Promise<ArmResource | undefined> {
    try {
      return await this.arm.get(id, apiVersion);
    } catch (error) {
      if (!(error instanceof ArmFailure)) throw error;
      const message = `Azure could not be asked about ${what}: ${error.message}`;
      throw new Transient('azure_unavailable', message, error.facts.retryAfterSeconds ?? 5, { cause: error });
    }
  }
}
