import type { IGRPCRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GRPCRoute';
import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IReferenceGrant } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1beta1/ReferenceGrant';

/** The kinds Podspan writes. Typed by the schemas themselves, so a misspelt field does not compile. */
export type ManifestObject =
  | NamespaceObject
  | IReferenceGrant
  | IGateway
  | IHTTPRoute
  | IGRPCRoute
  | HealthCheckPolicyObject
  | PolicyObject;

export interface NamespaceObject {
  apiVersion: 'v1';
  kind: 'Namespace';
  metadata: { name: string; labels: Record<string, string> };
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

/** On every object, so that `kubectl get -l` finds what belongs together. */
export function labelsOf(gatewayNamespace: string): Record<string, string> {
  return { 'app.kubernetes.io/managed-by': 'podspan', 'podspan.dev/ingress-gateway': gatewayNamespace };
}
