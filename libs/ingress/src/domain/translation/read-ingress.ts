import { isDnsLabel, isDnsSubdomain } from '../kubernetes-names.js';
import type { Report, SourceRef } from './report.js';
import {
  isObject,
  type JsonObject,
  type SourceBackend,
  type SourceIngress,
  type SourceObject,
  type SourcePath,
  type SourceRule,
  type SourceTls,
} from './source-objects.js';

const current = 'networking.k8s.io/v1';
const old = new Set(['extensions/v1beta1', 'networking.k8s.io/v1beta1']);
const pathTypes = ['Exact', 'Prefix', 'ImplementationSpecific'] as const;
const known = {
  object: ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
  spec: ['ingressClassName', 'defaultBackend', 'backend', 'tls', 'rules'],
  rule: ['host', 'http'],
  path: ['path', 'pathType', 'backend'],
  backend: ['service', 'resource', 'serviceName', 'servicePort'],
  tls: ['hosts', 'secretName'],
};

/** Whose values count. Of the others only the name is kept: the last applied configuration alone doubles an Ingress. */
const controllers = /^(appgw|nginx)\.ingress\.kubernetes\.io\/|^kubernetes\.io\/ingress\.class$/;

/**
 * Reads an Ingress strictly: what the API server would refuse is an ERROR with its field, and that piece alone is left out.
 * Nothing is guessed, also not that `80` was meant where `"80"` stands.
 */
export function readIngress(object: SourceObject, report: Report): SourceIngress | undefined {
  if (object.apiVersion !== current && !old.has(object.apiVersion)) {
    const message = `'${object.apiVersion}' is no apiVersion of an Ingress`;
    report.error(object.ref, { rule: 'YAML-04', message, action: `write ${current}`, path: 'apiVersion', line: object.line });
    return undefined;
  }
  return new IngressReader(object, report).read();
}

class IngressReader {
  readonly #ref: SourceRef;
  readonly #upgrade: boolean;

  constructor(
    private readonly object: SourceObject,
    private readonly report: Report,
  ) {
    this.#ref = object.ref;
    this.#upgrade = old.has(object.apiVersion);
  }

  read(): SourceIngress {
    const { object, report } = this;
    const line = object.line;
    if (this.#upgrade) {
      const message = `${object.apiVersion} is read as ${current}; Kubernetes 1.22 and newer serve no other`;
      report.warning(this.#ref, { rule: 'YAML-04', message, path: 'apiVersion', line });
    }
    this.#unknownFields(object.body, known.object, '');
    const metadata = isObject(object.body['metadata']) ? object.body['metadata'] : {};
    const spec = this.#objectAt(object.body['spec'], 'spec') ?? {};
    this.#unknownFields(spec, known.spec, 'spec');
    const annotations = this.#annotations(metadata['annotations']);
    this.#carriedMetadata(metadata);
    const named = this.#text(spec['ingressClassName'], 'spec.ingressClassName');
    const annotated = annotations.get('kubernetes.io/ingress.class') || undefined;
    // Named as it was written: the old versions call it backend.
    const [backendField, backend] =
      spec['defaultBackend'] == null ? ['backend', spec['backend']] : ['defaultBackend', spec['defaultBackend']];
    const created = metadata['creationTimestamp'];
    return {
      ref: this.#ref,
      line,
      className: annotated ?? named,
      classFromAnnotation: annotated !== undefined,
      created: created instanceof Date ? created.toISOString() : typeof created === 'string' ? created : '',
      annotations,
      rules: this.#list(spec['rules'], 'spec.rules').flatMap(([rule, at]) => this.#rule(rule, at)),
      defaultBackend: backend === undefined || backend === null ? undefined : this.#backend(backend, `spec.${backendField}`),
      tls: this.#list(spec['tls'], 'spec.tls').flatMap(([tls, at]) => this.#tls(tls, at)),
    };
  }

  #rule(rule: JsonObject, at: string): readonly SourceRule[] {
    this.#unknownFields(rule, known.rule, at);
    const host = this.#text(rule['host'], `${at}.host`, true);
    if (host === undefined) return this.#leftOut('the rule', at);
    if (rule['http'] === undefined || rule['http'] === null) {
      this.report.ignored(this.#ref, { rule: 'MAP-32', message: 'a rule without http routes nothing', path: at });
      return [];
    }
    const http = this.#objectAt(rule['http'], `${at}.http`);
    if (!http) return this.#leftOut('the rule', at);
    this.#unknownFields(http, ['paths'], `${at}.http`);
    return [{ at, host, paths: this.#list(http['paths'], `${at}.http.paths`).flatMap(([path, where]) => this.#path(path, where)) }];
  }

  #path(path: JsonObject, at: string): readonly SourcePath[] {
    this.#unknownFields(path, known.path, at);
    const text = this.#text(path['path'], `${at}.path`, true);
    const backend = this.#backend(path['backend'], `${at}.backend`);
    const given = path['pathType'] ?? (this.#upgrade ? 'ImplementationSpecific' : undefined);
    const type = pathTypes.find((known) => known === given);
    if (!type) this.#wrong(`${at}.pathType`, given, `one of ${pathTypes.join(', ')}`);
    if (text !== undefined && text !== '' && !text.startsWith('/')) {
      this.#wrong(`${at}.path`, text, 'a path that starts with /');
      return this.#leftOut('the path', at);
    }
    return text === undefined || !backend || !type ? this.#leftOut('the path', at) : [{ at, path: text, type, backend }];
  }

  #backend(value: unknown, at: string): SourceBackend | undefined {
    const backend = this.#objectAt(value, at);
    if (!backend) return undefined;
    this.#unknownFields(backend, known.backend, at);
    if (backend['resource'] !== undefined) {
      const message = 'a backend that is another resource than a Service has no counterpart';
      this.report.unsupported(this.#ref, { rule: 'MAP-32', message, path: `${at}.resource`, blocking: true });
      return undefined;
    }
    if (this.#upgrade && backend['serviceName'] !== undefined) {
      return this.#named(at, this.#text(backend['serviceName'], `${at}.serviceName`), backend['servicePort'], `${at}.servicePort`);
    }
    const service = this.#objectAt(backend['service'], `${at}.service`);
    if (!service) return undefined;
    this.#unknownFields(service, ['name', 'port'], `${at}.service`);
    const port = this.#objectAt(service['port'], `${at}.service.port`);
    if (!port) return undefined;
    this.#unknownFields(port, ['name', 'number'], `${at}.service.port`);
    const name = this.#text(service['name'], `${at}.service.name`);
    if (port['name'] !== undefined && port['number'] !== undefined) {
      this.#wrong(`${at}.service.port`, port, 'a name or a number, not both');
      return undefined;
    }
    if (port['name'] !== undefined) {
      const portName = this.#text(port['name'], `${at}.service.port.name`);
      return portName === undefined ? undefined : this.#named(at, name, portName, `${at}.service.port.name`);
    }
    if (typeof port['number'] !== 'number') {
      this.#wrong(`${at}.service.port.number`, port['number'], 'a number from 1 to 65535');
      return undefined;
    }
    return this.#named(at, name, port['number'], `${at}.service.port.number`);
  }

  #named(at: string, service: string | undefined, port: unknown, portAt: string): SourceBackend | undefined {
    if (service === undefined || !isDnsLabel(service)) {
      this.#wrong(at, service, 'the name of a Service');
      return undefined;
    }
    if (typeof port === 'string' && port !== '') return { at, service, port };
    if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return { at, service, port };
    this.#wrong(portAt, port, 'a number from 1 to 65535, or the name of a port');
    return undefined;
  }

  #tls(tls: JsonObject, at: string): readonly SourceTls[] {
    this.#unknownFields(tls, known.tls, at);
    const secret = this.#text(tls['secretName'], `${at}.secretName`, true);
    const given = tls['hosts'] ?? [];
    const hosts = Array.isArray(given) ? given.flatMap((host, index) => this.#text(host, `${at}.hosts[${index}]`, true) ?? []) : [];
    if (!Array.isArray(given)) this.#wrong(`${at}.hosts`, given, 'a list of host names');
    if (secret !== undefined && secret !== '' && !isDnsSubdomain(secret)) {
      this.#wrong(`${at}.secretName`, secret, 'the name of a Secret');
      return [{ at, hosts, secret: undefined }];
    }
    return [{ at, hosts, secret: secret || undefined }];
  }

  #annotations(value: unknown): ReadonlyMap<string, string> {
    const annotations = value === undefined || value === null ? {} : this.#objectAt(value, 'metadata.annotations');
    const read = new Map<string, string>();
    for (const [key, text] of Object.entries(annotations ?? {})) {
      if (typeof text === 'string') read.set(key, controllers.test(key) ? text : '');
      else {
        const message = `${JSON.stringify(text)} is no string: the API server refuses it, so it has no effect that could be carried over`;
        this.report.error({ ...this.#ref, annotation: key }, { rule: 'YAML-05', message, action: 'put the value into quotes' });
      }
    }
    return read;
  }

  /** Labels, owners and the like belong to the old object. One entry names them all. */
  #carriedMetadata(metadata: JsonObject): void {
    const left = Object.keys(metadata).filter((key) => !['name', 'namespace', 'annotations'].includes(key));
    const fields = [...left.map((key) => `metadata.${key}`), ...(this.object.body['status'] === undefined ? [] : ['status'])];
    for (const path of fields) {
      this.report.ignored(this.#ref, { rule: 'MAP-32', message: `${path} stays with the Ingress and is not carried over`, path });
    }
  }

  #list(value: unknown, at: string): readonly [JsonObject, string][] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#wrong(at, value, 'a list');
      return [];
    }
    return value.flatMap((item: unknown, index): [JsonObject, string][] => {
      const object = this.#objectAt(item, `${at}[${index}]`);
      return object ? [[object, `${at}[${index}]`]] : [];
    });
  }

  #objectAt(value: unknown, at: string): JsonObject | undefined {
    if (isObject(value)) return value;
    this.#wrong(at, value, 'an object');
    return undefined;
  }

  /** A missing text is undefined, or with `optional` the empty text; anything that is no text is an ERROR. */
  #text(value: unknown, at: string, optional = false): string | undefined {
    if (typeof value === 'string') return value;
    if (value === undefined || value === null) return optional ? '' : undefined;
    this.#wrong(at, value, 'a text: put it into quotes');
    return undefined;
  }

  #unknownFields(object: JsonObject, fields: readonly string[], at: string): void {
    for (const key of Object.keys(object)) {
      if (fields.includes(key)) continue;
      const path = at === '' ? key : `${at}.${key}`;
      this.report.error(this.#ref, {
        rule: 'YAML-05',
        message: `'${key}' is no field of an Ingress here`,
        action: 'correct or remove it',
        path,
      });
    }
  }

  /** What goes with a piece that is wrong. */
  #leftOut(what: string, path: string): readonly never[] {
    this.report.warning(this.#ref, {
      rule: 'YAML-05',
      message: `${what} is left out: see what is wrong in it`,
      path,
      line: this.object.line,
    });
    return [];
  }

  #wrong(path: string, value: unknown, wanted: string): void {
    const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
    this.report.error(this.#ref, { rule: 'YAML-05', message: `${path} is ${shown}; it must be ${wanted}`, path, line: this.object.line });
  }
}
