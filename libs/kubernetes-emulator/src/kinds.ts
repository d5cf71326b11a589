/** A kind that the server serves. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const gatewayApi = 'gateway.networking.k8s.io';
const alb = 'alb.networking.azure.io';

/** What a cluster with the Gateway API and the CRDs of the ALB Controller and of AGIC serves, as far as ingress is concerned. */
export const kindsOfIngress: readonly Kind[] = [
  kind('', 'v1', 'Namespace', 'namespaces', false),
  kind('', 'v1', 'Service', 'services'),
  kind('', 'v1', 'Secret', 'secrets'),
  kind('networking.k8s.io', 'v1', 'Ingress', 'ingresses'),
  kind(gatewayApi, 'v1', 'GatewayClass', 'gatewayclasses', false),
  kind(gatewayApi, 'v1', 'Gateway', 'gateways'),
  kind(gatewayApi, 'v1', 'HTTPRoute', 'httproutes'),
  kind(gatewayApi, 'v1', 'GRPCRoute', 'grpcroutes'),
  kind(gatewayApi, 'v1beta1', 'ReferenceGrant', 'referencegrants'),
  kind(alb, 'v1', 'ApplicationLoadBalancer', 'applicationloadbalancers'),
  kind(alb, 'v1', 'BackendLoadBalancingPolicy', 'backendloadbalancingpolicies'),
  kind(alb, 'v1', 'BackendTLSPolicy', 'backendtlspolicies'),
  kind(alb, 'v1', 'FrontendTLSPolicy', 'frontendtlspolicies'),
  kind(alb, 'v1', 'HealthCheckPolicy', 'healthcheckpolicies'),
  kind(alb, 'v1', 'IngressExtension', 'ingressextensions'),
  kind(alb, 'v1', 'RoutePolicy', 'routepolicies'),
  kind(alb, 'v1', 'WebApplicationFirewallPolicy', 'webapplicationfirewallpolicies'),
  kind('appgw.ingress.azure.io', 'v1beta1', 'AzureApplicationGatewayRewrite', 'azureapplicationgatewayrewrites'),
  kind('appgw.ingress.k8s.io', 'v1', 'AzureIngressProhibitedTarget', 'azureingressprohibitedtargets'),
];

export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

function kind(group: string, version: string, name: string, plural: string, namespaced = true): Kind {
  return { group, version, kind: name, plural, namespaced };
}
