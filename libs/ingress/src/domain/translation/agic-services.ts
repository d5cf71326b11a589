import type { AgicIngress } from './agic-listeners.js';
import type { Inventory } from './inventory.js';
import { secretFor } from './object-names.js';
import type { Report } from './report.js';
import type { ServedBackend, ServicePolicies, ServiceProbe, ServiceTls } from './served-hosts.js';
import { keyOf, type SourceIngress, type SourcePath } from './source-objects.js';

/** AGIC-41 to AGIC-61: what AGIC sets per backend, AGC takes per Service. Two Ingresses that disagree are reported. */
export class AgicServices {
  readonly #policies = new Map<string, Held>();

  constructor(
    private readonly inventory: Inventory,
    private readonly report: Report,
  ) {}

  add(ingress: AgicIngress, backend: ServedBackend, host: string | undefined, path: SourcePath | undefined): void {
    const key = keyOf({ namespace: backend.namespace, name: backend.service });
    const https = isHttps(ingress, backend);
    const wanted: Held = {
      service: { namespace: backend.namespace, name: backend.service },
      by: ingress.source,
      probe: this.#probe(ingress, backend, host, path, https),
      explicit: probeAnnotations(ingress),
      tls: https ? tlsOf(ingress, backend.port, host) : undefined,
    };
    const held = this.#policies.get(key);
    this.#policies.set(key, held ? this.#merged(held, wanted, backend) : wanted);
  }

  all(): readonly ServicePolicies[] {
    return [...this.#policies.values()].map(({ service, probe, tls }) => ({ service, probe, tls }));
  }

  #merged(held: Held, wanted: Held, { port, service }: ServedBackend): Held {
    const ref = wanted.by.ref;
    if (held.explicit !== wanted.explicit && held.explicit !== '' && wanted.explicit !== '' && held.by !== wanted.by) {
      const message = `its health probe differs from that of ${keyOf(held.by.ref)} for the same Service ${service}; that one stays`;
      this.report.error(ref, { rule: 'MAP-16', message, action: 'give both Ingresses the same health-probe annotations' });
    }
    const probed = held.explicit === '' && wanted.explicit !== '' ? wanted : held;
    return { ...held, probe: probed.probe, explicit: probed.explicit, by: probed.by, tls: this.#tls(held, wanted, port, service) };
  }

  #tls(held: Held, { tls, by }: Held, port: number, service: string): ServiceTls | undefined {
    if (!held.tls || !tls) {
      if (held.tls?.ports.includes(port) && !tls) {
        const message = `${keyOf(held.by.ref)} reaches port ${port} of Service ${service} over TLS, this Ingress does not; TLS stays`;
        this.report.error(by.ref, { rule: 'MAP-03', message, action: 'give both Ingresses the same backend-protocol' });
      }
      return held.tls ?? tls;
    }
    if (held.tls.sni !== tls.sni || held.tls.caSecret !== tls.caSecret) {
      const message = `Service ${service} already has another server name or root certificate from ${keyOf(held.by.ref)}; that one stays`;
      this.report.warning(by.ref, { rule: 'MAP-03', message, action: 'use a Service of its own for each server name' });
    }
    return { ...held.tls, ports: [...new Set([...held.tls.ports, ...tls.ports])].sort((a, b) => a - b) };
  }

  /** C-13: always explicit, since AGIC's defaults and AGC's differ. The pod's probe counts, annotations win over it. */
  #probe(
    { settings }: AgicIngress,
    backend: ServedBackend,
    host: string | undefined,
    path: SourcePath | undefined,
    https: boolean,
  ): ServiceProbe {
    const pod = this.inventory.podProbe(backend.namespace, backend.service, backend.port);
    const { probe } = settings;
    return {
      host: probe.host || pod?.host || settings.hostname || host || 'localhost',
      path: (probe.path ?? pod?.path ?? settings.pathPrefix ?? path?.path ?? '/').replace(/\*+$/, '') || '/',
      port: probe.port ?? pod?.port,
      useTls: settings.protocol === undefined ? https || pod?.scheme === 'HTTPS' : https,
      intervalSeconds: probe.intervalSeconds ?? pod?.periodSeconds ?? 30,
      timeoutSeconds: probe.timeoutSeconds ?? pod?.timeoutSeconds ?? 30,
      unhealthyThreshold: probe.unhealthyThreshold ?? Math.min(pod?.failureThreshold ?? 3, 20),
      statusCodes: probe.statusCodes ?? [{ start: 200, end: 399 }],
    };
  }
}

interface Held extends ServicePolicies {
  readonly by: SourceIngress;
  /** The probe's annotations as text; empty without any. */
  readonly explicit: string;
}

/** AGIC-42: the annotation, else port 443. */
function isHttps({ settings }: AgicIngress, { port }: ServedBackend): boolean {
  return settings.protocol === undefined ? port === 443 : settings.protocol === 'https';
}

function tlsOf({ settings }: AgicIngress, port: number, host: string | undefined): ServiceTls {
  const [root] = settings.trustedRoots;
  return { ports: [port], sni: settings.hostname ?? host, caSecret: root === undefined ? undefined : secretFor(root) };
}

function probeAnnotations({ source }: AgicIngress): string {
  const annotations = [...source.annotations].filter(([key]) => key.includes('/health-probe-')).sort(([a], [b]) => (a < b ? -1 : 1));
  return annotations.length === 0 ? '' : JSON.stringify(annotations);
}
