import type { TokenCredential } from '@azure/identity';
import { refused } from './failures.js';
import { isFields } from './domain/resource.js';

/** How to sign in to the API server of a cluster. Secret: for one piece of work, never kept and never logged. */
export interface ClusterCredential {
  /** As AKS wrote it, YAML. Whoever reads it must run nothing it names. */
  readonly kubeconfig: string;
  /** A token of our own identity for the API server, where the kubeconfig wants a plugin for Entra ID. */
  readonly token: (serverApplication: string) => Promise<string>;
}

/** @throws ArmFailure for an answer without a kubeconfig, and for a token that cannot be had */
export function clusterCredentialOf(body: unknown, credential: TokenCredential, clientRequestId: string): ClusterCredential {
  const list: unknown = isFields(body) ? body['kubeconfigs'] : undefined;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const value = isFields(first) ? first['value'] : undefined;
  if (typeof value !== 'string') throw refused('NoKubeconfig', 'Azure answered without a kubeconfig', clientRequestId);
  return {
    kubeconfig: Buffer.from(value, 'base64').toString('utf8'),
    token: async (serverApplication) => {
      const token = await credential.getToken(`${serverApplication}/.default`).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw refused('CredentialUnavailable', why, clientRequestId);
      });
      if (!token) throw refused('NoToken', `there is no token for ${serverApplication}`, clientRequestId);
      return token.token;
    },
  };
}
