import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { InvalidRequest } from '@podspan/errors';
import type { Arm, OnResponse } from './arm.js';
import { DEFAULT_WAIT_BOUNDS, type WaitBounds } from './domain/retry-after.js';
import { rateHeadersOf } from './rate-headers.js';
import { currentCall, type Exchange } from './sdk/call.js';
import { catalog } from './sdk/catalog.js';
import { loopbackHttpClient } from './sdk/loopback-http-client.js';
import { recordingHttpClient } from './sdk/recording-http-client.js';
import { wirePolicy } from './sdk/wire-policy.js';
import { SdkArm } from './sdk-arm.js';

export const AZURE_PUBLIC_CLOUD = 'https://management.azure.com';

export interface ArmOptions {
  /** `https://...` of a cloud, or `http://` of an emulator on this machine. Defaults to the public cloud. */
  readonly endpoint?: string;
  readonly credential: TokenCredential;
  /** How long one call may take. ARM's front door gives up after 60 s itself, so the default is a little more. */
  readonly httpTimeoutMs?: number;
  /** Every wait that Azure asks for is kept in these bounds: 1 to 600 seconds. */
  readonly waitBounds?: WaitBounds;
  /** Told of every answer. A throw in it is reported as a warning and changes nothing. */
  readonly onResponse?: OnResponse;
}

const DEFAULT_TIMEOUT_MS = 70_000;

/**
 * Connects to Azure Resource Manager. Nothing is loaded or called before the first use.
 * @throws {InvalidRequest} `invalid_endpoint`, `insecure_endpoint`: http beyond this machine would show the token to everyone
 */
export function connectArm(options: ArmOptions): Arm {
  const endpoint = endpointOf(options.endpoint ?? AZURE_PUBLIC_CLOUD);
  const emulated = endpoint.protocol === 'http:';
  // The clients of an emulator are those of the public cloud; only the last step of a request differs.
  const origin = emulated ? AZURE_PUBLIC_CLOUD : endpoint.origin;
  const bounds = options.waitBounds ?? DEFAULT_WAIT_BOUNDS;
  const wire = lateHttpClient();
  const transport = emulated ? loopbackHttpClient(wire, origin, endpoint.origin) : wire;
  const scopes = [`${origin}/.default`];
  const connection = {
    credential: options.credential,
    options: {
      endpoint: origin,
      httpClient: recorded(transport, bounds, options.onResponse),
      // The queue owns waiting; retries here would multiply with its own.
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        { policy: wirePolicy({ origin, timeoutMs: options.httpTimeoutMs ?? DEFAULT_TIMEOUT_MS }), position: 'perRetry' as const },
      ],
      credentials: { scopes },
      credentialScopes: scopes,
    },
  };
  return new SdkArm(catalog(connection), bounds, options.credential);
}

/** The SDK's own transport, loaded with the first request. */
function lateHttpClient(): HttpClient {
  let loaded: Promise<HttpClient> | undefined;
  const load = async (): Promise<HttpClient> => (await import('@azure/core-rest-pipeline')).createDefaultHttpClient();
  return {
    async sendRequest(request) {
      loaded ??= load();
      return (await loaded).sendRequest(request);
    },
  };
}

function recorded(transport: HttpClient, bounds: WaitBounds, onResponse: OnResponse | undefined): HttpClient {
  return recordingHttpClient(transport, (exchange: Exchange) => {
    if (onResponse === undefined) return;
    try {
      onResponse(rateHeadersOf(exchange, currentCall()?.region, Date.now(), bounds));
    } catch (error) {
      // A listener must not make an accepted write look like a lost one.
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw badEndpoint('invalid_endpoint', text, 'is not an http or https URL');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw badEndpoint('insecure_endpoint', text, 'is not encrypted and not on this machine');
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function badEndpoint(code: string, value: string, message: string): InvalidRequest {
  return new InvalidRequest([{ path: 'endpoint', code, message: `the Azure endpoint ${message}`, value, suggestion: AZURE_PUBLIC_CLOUD }]);
}
