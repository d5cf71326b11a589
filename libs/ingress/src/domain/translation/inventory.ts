import type { Report } from './report.js';
import { isObject, keyOf, memberAt, type JsonObject, type SourceBackend, type SourceIngress, type SourceObject } from './source-objects.js';

interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  readonly target: string;
}

/** The probe that AGIC takes from a pod: readiness before liveness, of the container that serves the port. */
export interface PodProbe {
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly periodSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly failureThreshold?: number | undefined;
}

/** The objects of the input that Ingresses lean on: Services, Secrets, workloads, rewrites. */
export class Inventory {
  readonly #services = new Map<string, readonly ServicePort[]>();
  readonly #selectors = new Map<string, JsonObject>();
  readonly #secrets = new Map<string, 'CERTIFICATE' | 'EMPTY' | 'WRONG'>();
  readonly #templates = new Map<string, { labels: JsonObject; spec: unknown }[]>();
  readonly #rewrites = new Map<string, SourceObject>();

  add(object: SourceObject): void {
    const { ref, body } = object;
    const key = keyOf(ref);
    if (ref.kind === 'Service') {
      this.#services.set(key, portsOf(body));
      const selector = memberAt(body, 'spec', 'selector');
      if (isObject(selector)) this.#selectors.set(key, selector);
    } else if (ref.kind === 'Secret') this.#secrets.set(key, stateOf(body));
    else if (ref.kind === 'AzureApplicationGatewayRewrite') this.#rewrites.set(key, object);
    else this.#addTemplate(ref.namespace, ref.kind === 'Pod' ? body : memberAt(body, 'spec', 'template'));
  }

  rewrite(namespace: string, name: string): SourceObject | undefined {
    return this.#rewrites.get(keyOf({ namespace, name }));
  }

  secret(namespace: string, name: string): 'CERTIFICATE' | 'EMPTY' | 'WRONG' | 'ABSENT' {
    return this.#secrets.get(keyOf({ namespace, name })) ?? 'ABSENT';
  }

  /**
   * The Service's own port number, which routes need. AGIC takes the port's number, its name or its target port for it.
   * What cannot be resolved is an ERROR and undefined.
   */
  port(ingress: SourceIngress, { service, port, at }: SourceBackend, report: Report): number | undefined {
    const ports = this.#services.get(keyOf({ namespace: ingress.ref.namespace, name: service }));
    // Without its port the whole path is left out.
    const finding = { rule: 'MAP-32', path: at.replace(/\]\.backend$/, ']'), line: ingress.line };
    if (!ports) {
      if (typeof port === 'number') return port;
      const message = `the port '${port}' of Service ${service} has a name, and the Service is not part of the input`;
      report.error(ingress.ref, { ...finding, message, action: 'add the Service to the input' });
      return undefined;
    }
    const text = String(port);
    const exact = ports.find((candidate) => candidate.port === port || candidate.name === text || String(candidate.port) === text);
    if (exact) return exact.port;
    const byTarget = ports.find((candidate) => candidate.target === text);
    if (byTarget) {
      const message = `${text} is the target port of Service ${service}; the route takes the Service's port ${byTarget.port}, which leads to it`;
      report.converted(ingress.ref, { ...finding, message });
      return byTarget.port;
    }
    const message = `Service ${service} has no TCP port ${text}`;
    report.error(ingress.ref, { ...finding, message, action: `use one of ${ports.map((candidate) => candidate.port).join(', ')}` });
    return undefined;
  }

  /** What the container port behind a Service's port is called or numbered. */
  podProbe(namespace: string, service: string, port: number): PodProbe | undefined {
    const key = keyOf({ namespace, name: service });
    const target = this.#services.get(key)?.find((candidate) => candidate.port === port)?.target;
    const selector = this.#selectors.get(key);
    if (target === undefined || !selector) return undefined;
    const labelled = ({ labels }: { labels: JsonObject }): boolean =>
      Object.entries(selector).every(([label, value]) => labels[label] === value);
    const spec = this.#templates.get(namespace)?.find(labelled)?.spec;
    return probeOf(memberAt(spec, 'containers'), target);
  }

  #addTemplate(namespace: string, template: unknown): void {
    const labels = memberAt(template, 'metadata', 'labels');
    if (!isObject(labels) || !Array.isArray(memberAt(template, 'spec', 'containers'))) return;
    this.#templates.set(namespace, [...(this.#templates.get(namespace) ?? []), { labels, spec: memberAt(template, 'spec') }]);
  }
}

/** Nothing of a Secret is kept but whether it can serve as a certificate. */
function stateOf(secret: JsonObject): 'CERTIFICATE' | 'EMPTY' | 'WRONG' {
  const data = { ...asObject(secret['data']), ...asObject(secret['stringData']) };
  if (typeof data['tls.crt'] !== 'string' || typeof data['tls.key'] !== 'string') return 'WRONG';
  return data['tls.crt'] === '' || data['tls.key'] === '' ? 'EMPTY' : 'CERTIFICATE';
}

function portsOf(service: JsonObject): readonly ServicePort[] {
  const ports = memberAt(service, 'spec', 'ports');
  return (Array.isArray(ports) ? ports : []).flatMap((port: unknown): ServicePort[] => {
    const { name, port: number, protocol = 'TCP', targetPort = number } = asObject(port);
    if (typeof number !== 'number' || protocol !== 'TCP') return [];
    return [{ name: typeof name === 'string' ? name : undefined, port: number, target: String(targetPort) }];
  });
}

function probeOf(containers: unknown, target: string): PodProbe | undefined {
  for (const container of (Array.isArray(containers) ? containers : []).map(asObject)) {
    const ports = (Array.isArray(container['ports']) ? container['ports'] : []).map(asObject);
    if (!ports.some(({ name, containerPort }) => String(containerPort) === target || name === target)) continue;
    const probe = [container['readinessProbe'], container['livenessProbe']].find((candidate) => isObject(memberAt(candidate, 'httpGet')));
    if (!isObject(probe)) return undefined;
    const get = asObject(probe['httpGet']);
    const named = ports.find(({ name }) => name !== undefined && name === get['port'])?.['containerPort'];
    const port = named ?? get['port'];
    return {
      host: textOf(get['host']),
      path: textOf(get['path']),
      port: numberOf(port),
      scheme: get['scheme'] === 'HTTPS' || numberOf(port) === 443 ? 'HTTPS' : 'HTTP',
      periodSeconds: numberOf(probe['periodSeconds']),
      timeoutSeconds: numberOf(probe['timeoutSeconds']),
      failureThreshold: numberOf(probe['failureThreshold']),
    };
  }
  return undefined;
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
