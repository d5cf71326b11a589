import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import type { Emulator } from '../start-emulator.js';

export const subscription = '11111111-1111-4111-8111-111111111111';

interface WithPipeline {
  readonly pipeline: {
    removePolicy(options: { name: string }): unknown;
    addPolicy(policy: {
      name: string;
      sendRequest: (request: Request, next: (request: Request) => Promise<unknown>) => Promise<never>;
    }): void;
  };
}
interface Request {
  readonly headers: { set(name: string, value: string): void };
}

/** The SDK sends no bearer token over http, so its policy makes way for one that does. */
function withToken<T extends WithPipeline>(client: T, token: string): T {
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  client.pipeline.addPolicy({
    name: 'emulatorToken',
    sendRequest: async (request, next) => {
      request.headers.set('authorization', `Bearer ${token}`);
      return (await next(request)) as never;
    },
  });
  return client;
}

/** The real SDK clients against the emulator, without their own retries. */
export function azureClients({ url }: Pick<Emulator, 'url'>, token = 'token-a') {
  const options = { endpoint: url, allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  return {
    containers: withToken(
      new ContainerServiceClient(credential, subscription, options) as never as ContainerServiceClient & WithPipeline,
      token,
    ),
    networks: withToken(
      new NetworkManagementClient(credential, subscription, options) as never as NetworkManagementClient & WithPipeline,
      token,
    ),
    resources: withToken(
      new ResourceManagementClient(credential, subscription, options) as never as ResourceManagementClient & WithPipeline,
      token,
    ),
    identities: withToken(
      new ManagedServiceIdentityClient(credential, subscription, options) as never as ManagedServiceIdentityClient & WithPipeline,
      token,
    ),
    roles: withToken(
      new AuthorizationManagementClient(credential, subscription, options) as never as AuthorizationManagementClient & WithPipeline,
      token,
    ),
  };
}
