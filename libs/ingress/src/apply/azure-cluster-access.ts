import { Arm, ArmFailure, type ClusterCredential } from '@podspan/azure';
import { Conflict, Transient } from '@podspan/errors';
import { ClusterAccess, type ClusterApi } from './cluster-api.js';

/** Signs in with what Azure gives the identity of this process: asked for each time, kept nowhere. */
export class AzureClusterAccess extends ClusterAccess {
  constructor(private readonly arm: Arm) {
    super();
  }

  override async open(clusterId: string): Promise<ClusterApi> {
    // The client brings types of all of Kubernetes, which only whoever applies should wait for.
    const [{ sessionOf }, { ClientNodeApi }] = await Promise.all([import('./sign-in.js'), import('./client-node-api.js')]);
    try {
      const credential = await this.#credential(clusterId);
      return new ClientNodeApi(await sessionOf(credential));
    } catch (error) {
      throw error instanceof ArmFailure ? refused(error) : error;
    }
  }

  async #credential(clusterId: string): Promise<ClusterCredential> {
    const credential = await this.arm.clusterCredential(clusterId);
    if (!credential) throw new Conflict('cluster_gone', `Azure has no cluster ${clusterId}`);
    return credential;
  }
}

function refused(failure: ArmFailure): Error {
  const { class: kind, code, retryAfterSeconds = 5 } = failure.facts;
  if (kind === 'TRANSIENT' || kind === 'ADOPT' || kind === 'WAIT')
    return new Transient('azure_unavailable', `Azure gave no credential for the cluster: ${failure.message}`, retryAfterSeconds, {
      cause: failure,
    });
  return new Conflict(
    'cluster_access_denied',
    `Azure gave no credential for the cluster: ${failure.message}. The identity of Podspan needs the role Azure Kubernetes Service Cluster User on it`,
    { facts: { azureCode: code }, cause: failure },
  );
}
