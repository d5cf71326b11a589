import type { AccessToken, TokenCredential } from '@azure/identity';

/** One fixed token: for an emulator. It is sent as it is and never renewed. */
export function staticCredential(token: string): TokenCredential {
  return { getToken: async (): Promise<AccessToken> => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}

/**
 * The identity of this process in Azure: workload identity, managed identity, environment or the developer's own login,
 * in the order of DefaultAzureCredential. Loaded at the first token.
 * @param managedIdentityClientId which identity, where the machine has several
 */
export function azureCredential(managedIdentityClientId?: string): TokenCredential {
  let loaded: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential(managedIdentityClientId === undefined ? {} : { managedIdentityClientId });
  };
  return {
    getToken: async (scopes, options) => {
      loaded ??= load();
      return (await loaded).getToken(scopes, options);
    },
  };
}
