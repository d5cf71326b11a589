import type { NginxSettings } from './nginx-settings.js';
import type { Report, SourceRef } from './report.js';
import type { Forward, ObjectName, Redirect, Target } from './served-hosts.js';
import { keyOf, type SourceIngress } from './source-objects.js';

export interface NginxIngress {
  readonly source: SourceIngress;
  readonly settings: NginxSettings;
}

/** A path of a host, as one Ingress wants it. */
export interface NginxEntry {
  readonly ingress: NginxIngress;
  readonly path: string;
  readonly type: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly at: string;
  readonly target: Forward | Redirect;
  canary?: NginxSplit;
}

/** The second backend of a path. */
export interface NginxSplit {
  readonly ingress: NginxIngress;
  readonly forward: Forward;
}

/** Everything nginx knows of one host name. */
export interface NginxServer {
  /** Empty: every host that no other server has. */
  readonly name: string;
  /** The Ingress that named the host first: its annotations count for what no path takes. */
  readonly first: NginxIngress | undefined;
  readonly entries: NginxEntry[];
  /** Where requests go that no path takes. */
  rest: { readonly forward: Forward; readonly of: SourceRef; readonly at: string } | undefined;
  readonly aliases: Set<string>;
  certificate: ObjectName | undefined;
  readonly sources: SourceRef[];
}

/** Where a host sends what no path takes, and who wants it so. */
export interface NginxRest {
  readonly target: Target;
  readonly sources: readonly SourceRef[];
}

export class NginxServers {
  readonly all = new Map<string, NginxServer>();

  constructor(private readonly report: Report) {}

  /** The server of a host. nginx has the nameless one before any Ingress, so none is its first. */
  server(name: string, ingress: NginxIngress): NginxServer {
    const server = this.all.get(name) ?? {
      name,
      first: name === '' ? undefined : ingress,
      entries: [],
      rest: undefined,
      aliases: new Set<string>(),
      certificate: undefined,
      sources: [],
    };
    this.all.set(name, server);
    server.sources.push(ingress.source.ref);
    this.#certificate(server, ingress);
    return server;
  }

  /** The first to want a path has it (MAP-44). */
  put(server: NginxServer, entry: NginxEntry): void {
    const held = server.entries.find((other) => isSame(other, entry));
    if (!held) {
      server.entries.push(entry);
      return;
    }
    const message = `${entry.path} of ${hostText(server.name)} belongs to ${keyOf(held.ingress.source.ref)}, which is older`;
    this.report.error(entry.ingress.source.ref, { rule: 'MAP-44', message, action: 'remove one of them', path: entry.at });
  }

  /** The first certificate of a host counts. */
  #certificate(server: NginxServer, { source }: NginxIngress): void {
    const tls = source.tls.find(({ hosts, secret }) => secret !== undefined && (hosts.includes(server.name) || hosts.length === 0));
    if (tls?.secret === undefined) return;
    const certificate = { namespace: source.ref.namespace, name: tls.secret };
    server.certificate ??= certificate;
    if (keyOf(server.certificate) === keyOf(certificate)) {
      const message = `certificate from Secret ${keyOf(certificate)}`;
      this.report.converted(source.ref, { rule: 'MAP-05', message, path: tls.at });
      return;
    }
    const message = `${hostText(server.name)} has its certificate from Secret ${keyOf(server.certificate)}, of an older Ingress`;
    this.report.warning(source.ref, { rule: 'MAP-05', message, action: 'name the same Secret', path: tls.at });
  }
}

export function hostText(name: string): string {
  return name === '' ? 'every other host' : `host '${name}'`;
}

/** `/` is one location however it is typed, unless it is exact. */
function isSame(a: NginxEntry, b: NginxEntry): boolean {
  if (a.path !== b.path) return false;
  return a.type === b.type || (a.path === '/' && a.type !== 'Exact' && b.type !== 'Exact');
}
