import type { KindRef } from './kube-object.js';

const gateway = 'gateway.networking.k8s.io/v1';
const alb = 'alb.networking.azure.io/v1';

/**
 * Everything Podspan may have written for a gateway, in the order in which it is safe to take it away: what leads to
 * something goes before it. Namespaces never: others may live in them.
 */
export const prunableKinds: readonly KindRef[] = [
  { apiVersion: alb, kind: 'WebApplicationFirewallPolicy' },
  { apiVersion: alb, kind: 'RoutePolicy' },
  { apiVersion: alb, kind: 'FrontendTLSPolicy' },
  { apiVersion: gateway, kind: 'GRPCRoute' },
  { apiVersion: gateway, kind: 'HTTPRoute' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: alb, kind: 'IngressExtension' },
  { apiVersion: 'appgw.ingress.azure.io/v1beta1', kind: 'AzureApplicationGatewayRewrite' },
  { apiVersion: 'appgw.ingress.k8s.io/v1', kind: 'AzureIngressProhibitedTarget' },
  { apiVersion: alb, kind: 'BackendLoadBalancingPolicy' },
  { apiVersion: alb, kind: 'BackendTLSPolicy' },
  { apiVersion: alb, kind: 'HealthCheckPolicy' },
  { apiVersion: gateway, kind: 'Gateway' },
  { apiVersion: alb, kind: 'ApplicationLoadBalancer' },
  { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant' },
];
