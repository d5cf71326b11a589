import { loadConfig, type Config } from '@podspan/platform';
import { testAuthenticator, testTokens } from '@podspan/platform/testing';
import { createGateway, type Gateway, type GatewayOptions } from '../create-gateway.js';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  /** POSTs one operation as the viewer and reads the JSON answer. */
  query(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: GraphqlAnswer }>;
}

export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly [member: string]: unknown;
}

/** A gateway on a free port of loopback in front of the given services, with the test tokens. */
export async function bootGateway(
  urls: { ipam: string; provisioning: string; ingress: string },
  options: Partial<GatewayOptions> & { settings?: Partial<Config> } = {},
): Promise<TestGateway> {
  const config = loadConfig(
    {},
    {
      IPAM_URL: urls.ipam,
      PROVISIONING_URL: urls.provisioning,
      INGRESS_URL: urls.ingress,
      PORT: 0,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] === undefined ? 'silent' : 'warn',
      ...options.settings,
    },
  );
  const gateway = await createGateway({ config, authenticator: testAuthenticator(), serviceToken: testTokens.admin, ...options });
  const url = await gateway.listen();
  return {
    gateway,
    url,
    query: async (query, variables = {}, headers = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${testTokens.viewer}`, ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: (await response.json()) as GraphqlAnswer };
    },
  };
}
