import { translatedLabels as labels, type KubernetesObject } from './kubernetes-object.js';
import type { ServicePolicies, ServiceProbe, ServiceTls } from './served-hosts.js';

const apiVersion = 'alb.networking.azure.io/v1';

/** AGC-61, AGC-63: one policy of each kind per Service, beside the Service. */
export function servicePolicyObjects(services: readonly ServicePolicies[]): readonly KubernetesObject[] {
  return services.flatMap(({ service, probe, tls }): KubernetesObject[] => {
    const metadata = { name: service.name, namespace: service.namespace, labels };
    const targetRef = { group: '', kind: 'Service', name: service.name, namespace: service.namespace };
    return [
      ...(probe ? [{ apiVersion, kind: 'HealthCheckPolicy', metadata, spec: { targetRef, default: probeOf(probe) } }] : []),
      ...(tls ? [{ apiVersion, kind: 'BackendTLSPolicy', metadata, spec: { targetRef, default: tlsOf(tls, service.namespace) } }] : []),
    ];
  });
}

function probeOf(probe: ServiceProbe): object {
  return {
    interval: `${probe.intervalSeconds}s`,
    timeout: `${probe.timeoutSeconds}s`,
    healthyThreshold: 1,
    unhealthyThreshold: probe.unhealthyThreshold,
    ...(probe.port === undefined ? {} : { port: probe.port }),
    ...(probe.useTls ? { useTLS: true } : {}),
    http: { host: probe.host, path: probe.path, match: { statusCodes: probe.statusCodes.map(({ start, end }) => ({ start, end })) } },
  };
}

function tlsOf({ ports, sni, caSecret }: ServiceTls, namespace: string): object {
  return {
    ...(sni === undefined ? {} : { sni }),
    ports: ports.map((port) => ({ port })),
    ...(caSecret === undefined
      ? {}
      : {
          verify: {
            caCertificateRef: { group: '', kind: 'Secret', name: caSecret, namespace },
            ...(sni === undefined ? {} : { subjectAltName: sni }),
          },
        }),
  };
}
