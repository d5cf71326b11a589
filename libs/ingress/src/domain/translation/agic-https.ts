import { agicPrefix } from '../agic/annotation-table.js';
import { hostnamesOf, securedHosts, type AgicIngress, type ListenerParts } from './agic-listeners.js';
import type { Report, SourceRef } from './report.js';

/** What a host that an Ingress names has on 443: the settings of the last Ingress with a certificate for it, or nothing. */
interface Secured {
  readonly host: string;
  readonly by: { readonly redirect: boolean; readonly profile: string | undefined } | undefined;
}

/** What comes of `ssl-redirect: "true"` and of TLS profiles: both count only where a host is secured, as the last Ingress that does says. */
export function reportHttps(ingresses: readonly AgicIngress[], parts: ListenerParts, report: Report): void {
  const secured = securedHosts(ingresses, parts);
  for (const { source, settings } of ingresses) {
    const hosts = source.rules.map((rule) => ({ host: rule.host || 'every host', by: secured.get(hostnamesOf(rule, settings).join()) }));
    const at = (name: string): SourceRef => ({ ...source.ref, annotation: agicPrefix + name });
    if (settings.sslRedirect) reportRedirect(at('ssl-redirect'), hosts, report);
    if (settings.sslProfile === undefined) continue;
    if (source.tls.length === 0 && !settings.sslCertificate) {
      const message = 'a TLS profile needs TLS, which this Ingress does not have';
      report.error(at('appgw-ssl-profile'), { rule: 'MAP-06', message, action: 'add spec.tls or remove the annotation' });
    } else reportProfile(at('appgw-ssl-profile'), settings.sslProfile, hosts, report);
  }
}

function reportRedirect(at: SourceRef, hosts: readonly Secured[], report: Report): void {
  const rule = 'MAP-04';
  const those = (holds: (by: Secured['by']) => boolean): string =>
    [...new Set(hosts.filter(({ by }) => holds(by)).map(({ host }) => host))].join(', ');
  const [redirected, overruled, plain] = [
    those((by) => by?.redirect === true),
    those((by) => by?.redirect === false),
    those((by) => by === undefined),
  ];
  if (redirected !== '') {
    const which = overruled === '' && plain === '' ? '' : ` for ${redirected}`;
    report.converted(at, { rule, message: `HTTP is redirected to HTTPS with 301${which}` });
  }
  if (overruled !== '') {
    const message = `a later Ingress secures ${overruled} without a redirect, and decides: AGIC makes none, and none is made`;
    report.warning(at, { rule, message, action: 'say the same in every Ingress of the host' });
  }
  if (plain !== '' || hosts.length === 0) {
    const message = `no certificate serves ${plain || 'a default backend'} over HTTPS: AGIC makes no redirect, and none is made`;
    report.warning(at, { rule, message, action: 'add spec.tls with a Secret for the host, or remove the annotation' });
  }
}

function reportProfile(at: SourceRef, profile: string, hosts: readonly Secured[], report: Report): void {
  const rule = 'MAP-06';
  if (!hosts.some(({ by }) => by?.profile === profile)) {
    const message = 'no listener gets the profile: no host of the Ingress is served over HTTPS, or a later Ingress decides there';
    report.warning(at, { rule, message, action: 'remove the annotation, or secure the hosts' });
    return;
  }
  const message =
    'the profile lives on the Application Gateway; the listener gets the nearest predefined policy, without client certificates';
  report.warning(at, { rule, message, action: 'compare the TLS versions, ciphers and client authentication' });
}
