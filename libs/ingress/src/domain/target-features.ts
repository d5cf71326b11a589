import type { Problem } from '@podspan/errors';
import { compareVersions } from './controller-version.js';
import type { RenderedGateway } from './gateway-intent.js';
import type { GatewayApiVersion } from './schemas/bundles.js';

interface Feature {
  readonly of: string;
  /** Version of the ALB Controller. */
  readonly since: string;
  readonly gatewayApi?: GatewayApiVersion;
}

/** AGC-54: since when the ALB Controller has a feature, and the Gateway API its field. */
const features = {
  regularExpressions: { of: 'regular expressions', since: '1.4.12' },
  grpc: { of: 'gRPC routes', since: '1.2.3' },
  frontendTlsPolicy: { of: 'TLS policies of listeners', since: '1.2.3' },
  waf: { of: 'WAF policies', since: '1.7.9' },
  redirectStatus: { of: 'redirects with 303, 307 and 308', since: '1.11.1', gatewayApi: 'v1.5.1' },
} as const satisfies Readonly<Record<string, Feature>>;

type Target = Pick<RenderedGateway, 'controllerVersion' | 'gatewayApi'>;

/** `agc_feature_unsupported` where the controller or the CRDs of the gateway are too old for a feature, or nothing. */
export function tooOldFor(feature: keyof typeof features, target: Target, path: string, value?: unknown): readonly Problem[] {
  const { of, since, gatewayApi }: Feature = features[feature];
  const oldController = compareVersions(target.controllerVersion, since) < 0;
  const oldApi = gatewayApi !== undefined && compareVersions(target.gatewayApi.slice(1), gatewayApi.slice(1)) < 0;
  if (!oldController && !oldApi) return [];
  const needs = `ALB Controller ${since}${gatewayApi === undefined ? '' : ` and Gateway API ${gatewayApi.slice(1)}`} or newer`;
  return [
    {
      path,
      code: 'agc_feature_unsupported',
      message: `${of} need ${needs}; this gateway has ALB Controller ${target.controllerVersion} with Gateway API ${target.gatewayApi.slice(1)}`,
      ...(value === undefined ? {} : { value }),
      conflictsWith: { controllerVersion: target.controllerVersion, gatewayApi: target.gatewayApi },
      suggestion: `leave it out, or make a gateway for ${needs}`,
      rule: 'AGC-54',
    },
  ];
}
