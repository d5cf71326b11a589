import agic from './data/agic.json' with { type: 'json' };
import alb from './data/alb.json' with { type: 'json' };
import v121 from './data/gateway-api-v1.2.1.json' with { type: 'json' };
import v130 from './data/gateway-api-v1.3.0.json' with { type: 'json' };
import v141 from './data/gateway-api-v1.4.1.json' with { type: 'json' };
import v151 from './data/gateway-api-v1.5.1.json' with { type: 'json' };
import kubernetes from './data/kubernetes-1.35.json' with { type: 'json' };

/** Schemas of one origin, brought by tools/schemas/update.mjs. */
export interface SchemaBundle {
  readonly source: string;
  readonly revision: string;
  readonly date: string;
  readonly licence: string;
  readonly schemas: readonly { readonly group: string; readonly version: string; readonly kind: string; readonly schema: object }[];
}

/** AGC-43: the Gateway API that AKS manages, by Kubernetes minor; the ALB Controller's own bundles are among them (AGC-32). */
const gatewayApi = { 'v1.2.1': v121, 'v1.3.0': v130, 'v1.4.1': v141, 'v1.5.1': v151 } as const;
export type GatewayApiVersion = keyof typeof gatewayApi;
export const gatewayApiVersions = Object.keys(gatewayApi) as readonly GatewayApiVersion[];

/** The oldest bundle still served: what validates against it runs on every newer one, since the standard channel only grows. */
export const oldestGatewayApi: GatewayApiVersion = 'v1.2.1';

/** AGC-43. */
export function gatewayApiOf(kubernetesMinor: number): GatewayApiVersion {
  if (kubernetesMinor >= 36) return 'v1.5.1';
  if (kubernetesMinor === 35) return 'v1.4.1';
  return kubernetesMinor === 34 ? 'v1.3.0' : 'v1.2.1';
}

export function bundlesFor(version: GatewayApiVersion): readonly SchemaBundle[] {
  return [gatewayApi[version], alb, agic, kubernetes];
}

/** Of every object: the definition that those of the API server itself refer to. CRDs leave it to the API server. */
export const objectMeta: object = kubernetes.schemas.find(({ kind }) => kind === 'Namespace')?.schema.properties.metadata ?? {};
