import type { ClusterFacts } from '../domain/cluster-facts.js';

/** Provisioning, as this service needs it. `authorization` is the caller's header, or the service's own in the background. */
export abstract class Clusters {
  /** `undefined` when there is no such cluster. @throws Transient when provisioning does not answer */
  abstract find(cluster: string, authorization: string): Promise<ClusterFacts | undefined>;
}
