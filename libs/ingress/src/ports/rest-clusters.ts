import { pathTo, type ServiceRest } from '@podspan/client';
import { z } from 'zod';
import type { ClusterFacts, Cni } from '../domain/cluster-facts.js';
import { Clusters } from './clusters.js';

const GatewaySubnet = z.object({ cidr: z.string(), subnetId: z.string() });

/** The members of `GET /v1/clusters/{c}` that matter here. */
const ClusterBody = z.object({
  name: z.string(),
  subscriptionId: z.string(),
  region: z.string(),
  network: z.string(),
  kubernetesVersion: z.string().nullish(),
  resourceId: z.string(),
  vnetResourceId: z.string(),
  networkPlugin: z.string().nullish(),
  networkPluginMode: z.string().nullish(),
  addresses: z.object({ gatewaySubnet: GatewaySubnet.nullish() }).nullish(),
});

export class RestClusters extends Clusters {
  constructor(private readonly provisioning: ServiceRest) {
    super();
  }

  async find(cluster: string, authorization: string): Promise<ClusterFacts | undefined> {
    const body = await this.provisioning.find({ method: 'GET', path: pathTo('v1', 'clusters', cluster), authorization }, ClusterBody);
    if (!body) return undefined;
    const { name, subscriptionId, region, network, resourceId, vnetResourceId } = body;
    return {
      name,
      subscriptionId,
      region,
      network,
      resourceId,
      vnetResourceId,
      kubernetesVersion: body.kubernetesVersion ?? undefined,
      cni: cniOf(body),
      gatewaySubnet: body.addresses?.gatewaySubnet ?? undefined,
    };
  }
}

/** Podspan makes overlay clusters only; what was discovered says its plugin. */
function cniOf({ networkPlugin, networkPluginMode }: z.infer<typeof ClusterBody>): Cni {
  if (networkPlugin?.toLowerCase() === 'kubenet') return 'KUBENET';
  return networkPlugin?.toLowerCase() === 'azure' && networkPluginMode?.toLowerCase() !== 'overlay' ? 'FLAT' : 'OVERLAY';
}
