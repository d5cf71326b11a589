import type { RenderedGateway } from './gateway-intent.js';
import { completeHealthCheck, type HealthCheckIntent } from './health-check.js';
import { kubernetesName } from './kubernetes-names.js';
import { labelsOf, type HealthCheckPolicyObject } from './manifest-objects.js';

/** AGC-63: beside the Service it probes, since a policy does not reach across namespaces. */
export function healthCheckPolicyObject(
  gateway: RenderedGateway,
  { service, namespace }: { readonly service: string; readonly namespace: string },
  intent: HealthCheckIntent,
): HealthCheckPolicyObject {
  const check = completeHealthCheck(intent);
  return {
    apiVersion: 'alb.networking.azure.io/v1',
    kind: 'HealthCheckPolicy',
    metadata: { name: `${kubernetesName(gateway.name)}-${service}`, namespace, labels: labelsOf(gateway.namespace) },
    spec: {
      targetRef: { group: '', kind: 'Service', name: service, namespace },
      default: {
        interval: `${check.intervalSeconds}s`,
        timeout: `${check.timeoutSeconds}s`,
        healthyThreshold: check.healthyThreshold,
        unhealthyThreshold: check.unhealthyThreshold,
        ...(check.port === undefined ? {} : { port: check.port }),
        ...(check.useTls === undefined ? {} : { useTLS: check.useTls }),
        ...(check.grpc
          ? { grpc: check.grpc }
          : {
              http: {
                host: check.host,
                path: check.path,
                match: { statusCodes: check.statusCodes.map(({ start, end }) => ({ start, end })) },
              },
            }),
      },
    },
  };
}
