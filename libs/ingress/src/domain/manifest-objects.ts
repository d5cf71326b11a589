import type { IGRPCRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GRPCRoute';
import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IReferenceGrant } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1beta1/ReferenceGrant';

/** The kinds Podspan writes. Typed by the schemas themselves, so a misspelt field does not compile. */
export type ManifestObject =
  | NamespaceObject
  | LoadBalancerObject
  | IReferenceGrant
  | IGateway
  | IHTTPRoute
  | IGRPCRoute
  | IngressObject
  | IngressExtensionObject
  | AgicObject
  | HealthCheckPolicyObject
  | PolicyObject;

export interface NamespaceObject {
  apiVersion: 'v1';
  kind: 'Namespace';
  metadata: { name: string; labels: Record<string, string> };
}

/** What Podspan writes of it; backends are Services. */
export interface IngressObject {
  apiVersion: 'networking.k8s.io/v1';
  kind: 'Ingress';
  metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: {
    ingressClassName: string;
    tls?: { hosts?: string[]; secretName: string }[];
    rules: { host?: string; http: { paths: IngressPath[] } }[];
  };
}

export interface IngressPath {
  path: string;
  pathType: 'Exact' | 'Prefix';
  backend: { service: { name: string; port: { number: number } } };
}

/** AGC-60. */
export interface LoadBalancerObject {
  apiVersion: 'alb.networking.azure.io/v1';
  kind: 'ApplicationLoadBalancer';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  /** ARM ids of subnets: one (AGC-11). */
  spec: { associations: string[] };
}

/** AGC-63. */
export interface HealthCheckPolicyObject {
  apiVersion: 'alb.networking.azure.io/v1';
  kind: 'HealthCheckPolicy';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: {
    targetRef: { group: ''; kind: 'Service'; name: string; namespace: string };
    default: {
      interval: string;
      timeout: string;
      healthyThreshold: number;
      unhealthyThreshold: number;
      port?: number;
      useTLS?: boolean;
      http?: { host: string; path: string; match: { statusCodes: { start: number; end: number }[] } };
      grpc?: { service?: string; authority?: string };
    };
  };
}

/** The other policies of `alb.networking.azure.io/v1`; the CRDs decide whether the spec is right. */
export interface PolicyObject {
  apiVersion: 'alb.networking.azure.io/v1';
  kind: 'BackendTLSPolicy' | 'FrontendTLSPolicy' | 'RoutePolicy' | 'WebApplicationFirewallPolicy';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: object;
}

/** AGC-65: what the annotation of an Ingress of AGC refers to. */
export interface IngressExtensionObject {
  apiVersion: 'alb.networking.azure.io/v1';
  kind: 'IngressExtension';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: { rules?: object[]; backendSettings?: object[] };
}

/** AGIC-63, AGIC-30: the custom resources that AGIC reads. */
export interface AgicObject {
  apiVersion: 'appgw.ingress.azure.io/v1beta1' | 'appgw.ingress.k8s.io/v1';
  kind: 'AzureApplicationGatewayRewrite' | 'AzureIngressProhibitedTarget';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: object;
}

/** On every object, so that `kubectl get -l` finds what belongs together. */
export function labelsOf(gatewayNamespace: string): Record<string, string> {
  return { [managedLabel]: 'podspan', [ownerLabel]: gatewayNamespace };
}

export const managedLabel = 'app.kubernetes.io/managed-by';
/** Holds the namespace of the gateway, which no other gateway of the cluster has. */
export const ownerLabel = 'podspan.dev/ingress-gateway';
