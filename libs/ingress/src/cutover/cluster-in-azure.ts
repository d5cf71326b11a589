import { Injectable } from '@nestjs/common';
import { listAt, objectAt, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import { NotFound } from '@podspan/errors';
import { AzureFacts } from '../azure-facts.js';
import type { ClusterFacts, Cni } from '../domain/cluster-facts.js';
import type { CutoverFacts } from '../domain/cutover/cutover-facts.js';
import { Clusters } from '../ports/clusters.js';

export type ClusterInAzure = CutoverFacts['cluster'] &
  Pick<ClusterFacts, 'gatewaySubnet'> & {
    /** As ARM answers it. */
    readonly raw: unknown;
  };

@Injectable()
export class ReadClusterInAzure {
  constructor(
    private readonly clusters: Clusters,
    private readonly azure: AzureFacts,
  ) {}

  /**
   * A cluster as Azure has it now, whether Podspan knows it or not.
   * @param key name or id in Podspan, or an ARM id
   * @throws NotFound
   */
  async execute(key: string, authorization: string): Promise<ClusterInAzure> {
    const known = key.startsWith('/subscriptions/') ? undefined : await this.clusters.find(key, authorization);
    const id = key.startsWith('/subscriptions/') ? key : known?.resourceId;
    const resource = id === undefined ? undefined : await this.azure.read(id, apiVersions.containerService, 'the cluster');
    if (!resource) throw new NotFound('cluster', key);
    const { raw } = resource;
    const properties = objectAt(raw, 'properties');
    return {
      name: known?.name ?? resource.name,
      resourceId: resource.id,
      resourceGroup: resource.id.split('/')[4] ?? '',
      network: known?.network ?? networkOf(properties),
      cni: cniOf(properties),
      oidcIssuer: objectAt(properties, 'oidcIssuerProfile')['enabled'] === true,
      workloadIdentity: objectAt(properties, 'securityProfile.workloadIdentity')['enabled'] === true,
      gatewaySubnet: known?.gatewaySubnet,
      raw,
    };
  }
}

/** The VNet's own name, which is what ipam calls it where nobody said otherwise. */
function networkOf(properties: unknown): string {
  const subnet = textAt(listAt(properties, 'agentPoolProfiles')[0], 'vnetSubnetID');
  return /\/virtualNetworks\/([^/]+)/i.exec(subnet ?? '')?.[1] ?? '';
}

function cniOf(properties: unknown): Cni {
  const plugin = textAt(properties, 'networkProfile.networkPlugin');
  if (plugin === 'kubenet') return 'KUBENET';
  // OV-02: no plugin means overlay; azure without a mode is flat.
  return plugin === 'azure' && textAt(properties, 'networkProfile.networkPluginMode') !== 'overlay' ? 'FLAT' : 'OVERLAY';
}
