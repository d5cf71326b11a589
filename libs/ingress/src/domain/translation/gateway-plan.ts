import { byCodePoint, httpsListenerName, httpListenerName } from '../listeners.js';
import type { Report } from './report.js';
import type { ObjectName, ServedHosts } from './served-hosts.js';
import { loadBalancerName, type TargetOptions } from './target-options.js';

/** AGC-14: one of the 64 is the HTTP listener. */
const mostHttpsListeners = 63;
/** AGC-12: each Gateway needs a frontend of its own (AGC-19). */
const mostFrontends = 5;

export interface PlannedGateway {
  readonly name: string;
  readonly frontend: string | undefined;
  readonly listeners: readonly PlannedListener[];
}

export interface PlannedListener {
  readonly name: string;
  /** Undefined: every host. */
  readonly hostname: string | undefined;
  readonly certificates: readonly ObjectName[];
  readonly tlsPolicy: string | undefined;
}

/** How the host names spread over Gateways, and which listeners a route attaches to. */
export interface GatewayPlan {
  readonly namespace: string;
  readonly gateways: readonly PlannedGateway[];
  parentsOf(hosts: Pick<ServedHosts, 'scheme' | 'hostnames'>): readonly { readonly gateway: string; readonly listener: string }[];
}

/** MAP-33: a Gateway holds 63 HTTPS host names; what does not fit goes to the next. HTTP follows its host. */
export function planGateways(hosts: readonly ServedHosts[], namespace: string, options: TargetOptions, report: Report): GatewayPlan {
  const listeners = httpsListeners(hosts);
  const chunks = Array.from({ length: Math.max(1, Math.ceil(listeners.length / mostHttpsListeners)) }, (_, index) =>
    listeners.slice(index * mostHttpsListeners, (index + 1) * mostHttpsListeners),
  );
  const gateways = chunks.map((held, index) => ({
    name: index === 0 ? loadBalancerName : `${loadBalancerName}-${index + 1}`,
    frontend: options.deployment.kind === 'BYO' ? frontendOf(options.deployment.frontends, index) : undefined,
    listeners: held,
  }));
  reportSplit(gateways, namespace, options, report);
  const gatewayOf = new Map(gateways.flatMap(({ name, listeners: held }) => held.map((listener) => [listener.name, name] as const)));
  const everywhere = gateways.map(({ name }) => name);
  return {
    namespace,
    gateways,
    parentsOf: ({ scheme, hostnames }) => {
      const names = hostnames.length === 0 ? [undefined] : hostnames;
      if (scheme === 'HTTPS') {
        return names.map((host) => ({
          gateway: gatewayOf.get(httpsListenerName(host)) ?? loadBalancerName,
          listener: httpsListenerName(host),
        }));
      }
      const wide = names.some((host) => host === undefined || host.startsWith('*.'));
      const of = (host: string | undefined): string => gatewayOf.get(httpsListenerName(host)) ?? loadBalancerName;
      const chosen = wide ? everywhere : [...new Set(names.map(of))].sort(byCodePoint);
      return chosen.map((gateway) => ({ gateway, listener: httpListenerName }));
    },
  };
}

function httpsListeners(hosts: readonly ServedHosts[]): readonly PlannedListener[] {
  const listeners = new Map<string, PlannedListener>();
  for (const { scheme, hostnames, certificates, tlsPolicy } of hosts) {
    if (scheme !== 'HTTPS') continue;
    for (const hostname of hostnames.length === 0 ? [undefined] : hostnames) {
      const name = httpsListenerName(hostname);
      const held = listeners.get(name);
      // Two Application Gateway listeners for one host: the exact one, which AGIC made for fewer hosts, keeps its certificate.
      if (!held) listeners.set(name, { name, hostname, certificates, tlsPolicy });
    }
  }
  return [...listeners.values()].sort((a, b) => byCodePoint(a.name, b.name));
}

function frontendOf(frontends: readonly string[], index: number): string {
  return frontends[index] ?? `${frontends[0] ?? 'frontend'}-${index + 1}`;
}

function reportSplit(gateways: readonly PlannedGateway[], namespace: string, { deployment }: TargetOptions, report: Report): void {
  if (gateways.length === 1) return;
  for (const [index, { name, frontend, listeners }] of gateways.entries()) {
    const hosts = `${listeners.length} host names, ${listeners[0]?.hostname} to ${listeners.at(-1)?.hostname}`;
    const missing = deployment.kind === 'BYO' && deployment.frontends[index] === undefined;
    report.warning(
      { kind: 'Gateway', namespace, name },
      {
        rule: 'MAP-33',
        message: `serves ${hosts}: a Gateway takes 64 listeners, so the hosts are split`,
        action: `${missing ? `create frontend '${frontend}'; ` : ''}point the DNS names of these hosts to the frontend of this Gateway`,
      },
    );
  }
  if (gateways.length <= mostFrontends) return;
  const message = `${gateways.length} Gateways need as many frontends; an Application Gateway for Containers has ${mostFrontends}`;
  const action = 'spread the Ingresses over several Application Gateways for Containers and translate each set';
  report.unsupported({ kind: 'Gateway', namespace, name: loadBalancerName }, { rule: 'AGC-12', message, action, blocking: true });
}
