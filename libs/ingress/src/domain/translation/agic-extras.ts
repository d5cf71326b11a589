import { patternOf, type AgicIngress } from './agic-listeners.js';
import { agicPrefix } from './agic-settings.js';
import type { Inventory } from './inventory.js';
import { secretFor } from './object-names.js';
import type { Outcome, Report } from './report.js';
import { keyOf, type SourcePath, type SourceTls } from './source-objects.js';

/** What is said of an Ingress beside its paths: certificates, TLS policies, WAF, priorities, letters, foreign annotations. */
export function reportAgicExtras(ingress: AgicIngress, inventory: Inventory, report: Report): void {
  reportCertificates(ingress, inventory, report);
  reportBackendTls(ingress, report);
  reportPolicies(ingress, inventory, report);
  const { source } = ingress;
  if (source.rules.length === 0 && !source.defaultBackend) {
    report.warning(source.ref, {
      rule: 'MAP-32',
      message: 'has neither rules nor a default backend that could be carried over: it serves nothing',
    });
  }
  if (source.rules.length === 0 && source.defaultBackend) {
    const message = 'serves what no other Ingress matches on port 80; AGIC does so only while some listener without a host exists';
    report.warning(source.ref, { rule: 'MAP-32', message, path: source.defaultBackend.at });
  }
  if (source.rules.some(({ paths }) => paths.some((path) => isBareWildcard(path)))) {
    const message =
      'AGIC takes /a* and Prefix /a for every path that starts so, /ab too; a regular expression beside the prefix does the same';
    report.converted(source.ref, { rule: 'AGC-54', message, action: 'use ALB Controller 1.4.12 or newer', path: 'spec.rules' });
  }
  if (source.rules.some(({ paths }) => paths.some(({ path }) => /[A-Za-z]/.test(path)))) {
    const message = 'Application Gateway compares paths without regard to case, Application Gateway for Containers with it';
    report.warning(source.ref, {
      rule: 'MAP-32',
      message,
      action: 'check that clients write the paths as the Ingress does',
      path: 'spec.rules',
    });
  }
}

function isBareWildcard(path: SourcePath): boolean {
  const pattern = patternOf(path);
  return pattern !== undefined && pattern.wildcard && !pattern.text.endsWith('/');
}

function reportCertificates({ source, settings }: AgicIngress, inventory: Inventory, report: Report): void {
  const { ref } = source;
  const served = new Set(source.rules.map(({ host }) => host));
  for (const [position, { secret, hosts, at }] of source.tls.entries()) {
    if (isOverruled(hosts, source.tls.slice(position + 1))) {
      const message = 'a later entry gives its hosts another certificate: this one is not used, today neither';
      report.warning(ref, { rule: 'MAP-05', message, action: 'remove one of them', path: at });
      continue;
    }
    for (const [index, host] of hosts.entries()) {
      if (host === '' || served.has(host)) continue;
      const message = `no rule serves '${host}': the certificate is not used for it, today neither`;
      report.warning(ref, { rule: 'MAP-05', message, action: 'correct the host, or remove it', path: `${at}.hosts[${index}]` });
    }
    if (secret === undefined) {
      report.warning(ref, { rule: 'MAP-05', message: 'a tls entry without secretName gives no certificate: AGIC serves HTTP', path: at });
      continue;
    }
    const name = keyOf({ namespace: ref.namespace, name: secret });
    const state = inventory.secret(ref.namespace, secret);
    const finding = { rule: 'MAP-05', path: `${at}.secretName` };
    if (state === 'CERTIFICATE') report.converted(ref, { ...finding, message: `certificate from Secret ${name}` });
    if (state === 'ABSENT')
      report.warning(ref, { ...finding, message: `Secret ${name} is not part of the input; HTTPS needs it in the cluster` });
    if (state === 'EMPTY') {
      const message = `Secret ${name} is empty: AGIC serves HTTP until it is filled, the translation serves HTTPS`;
      report.warning(ref, { ...finding, message, action: 'fill it before the cutover' });
    }
    if (state === 'WRONG') {
      const message = `Secret ${name} has no tls.crt and tls.key: AGIC serves HTTP, and so does the translation`;
      report.error(ref, { ...finding, message, action: 'make it a Secret of type kubernetes.io/tls' });
    }
  }
  if (settings.sslCertificate === undefined) return;
  if (source.tls.some(({ secret }) => secret !== undefined)) {
    say('appgw-ssl-certificate', 'IGNORED', 'MAP-05', 'has no effect beside spec.tls');
    return;
  }
  const secret = keyOf({ namespace: ref.namespace, name: secretFor(settings.sslCertificate) });
  const message = `the certificate '${settings.sslCertificate}' lives on the Application Gateway; the listener refers to Secret ${secret}`;
  say('appgw-ssl-certificate', 'WARNING', 'MAP-05', message, `create the TLS Secret ${secret}`);

  function say(name: string, outcome: Outcome, rule: string, text: string, action?: string): void {
    report.add({ ...ref, annotation: agicPrefix + name }, outcome, { rule, message: text, ...(action === undefined ? {} : { action }) });
  }
}

/** AGIC keeps one Secret for a host, and one for all others: the last that is named. */
function isOverruled(hosts: readonly string[], later: readonly SourceTls[]): boolean {
  const named = later.filter(({ secret }) => secret !== undefined).map((entry) => (entry.hosts.length === 0 ? [''] : entry.hosts));
  return (hosts.length === 0 ? [''] : hosts).every((host) => named.some((others) => others.includes(host)));
}

function reportBackendTls({ source, settings }: AgicIngress, report: Report): void {
  const { trustedRoots } = settings;
  const key = `${agicPrefix}appgw-trusted-root-certificate`;
  if (!source.annotations.has(key)) return;
  const ref = { ...source.ref, annotation: key };
  const [first, ...others] = trustedRoots;
  if (first === undefined) return report.warning(ref, { rule: 'MAP-07', message: 'names no certificate' });
  const secret = keyOf({ namespace: source.ref.namespace, name: secretFor(first) });
  const action = `create the Secret ${secret} with the root certificate as ca.crt`;
  report.warning(ref, {
    rule: 'MAP-07',
    message: `the root certificate lives on the Application Gateway; backends over TLS are verified with Secret ${secret}`,
    action,
  });
  if (others.length === 0) return undefined;
  const message = `a policy takes one root certificate; ${others.join(', ')} are left out`;
  return report.unsupported(ref, { rule: 'MAP-07', message, action: 'put all of them into one ca.crt', blocking: true });
}

function reportPolicies({ source, settings }: AgicIngress, inventory: Inventory, report: Report): void {
  const at = (name: string) => ({ ...source.ref, annotation: agicPrefix + name });
  if (settings.wafPolicy) {
    const message =
      'the policy is attached to the routes; Application Gateway for Containers takes DRS 2.1 and Bot Manager 1.x rule sets only';
    report.warning(at('waf-policy-for-path'), { rule: 'MAP-15', message, action: 'check the rule sets of the policy (AGC-66)' });
  } else if (settings.wafPolicy === '') report.ignored(at('waf-policy-for-path'), { rule: 'MAP-15', message: 'names no policy' });
  if (settings.priority !== undefined) {
    const message = 'routes have no priority: the more specific host wins';
    report.unsupported(at('rule-priority'), { rule: 'MAP-20', message, action: 'check hosts that a wildcard of higher priority covers' });
  }
  if (settings.rewrite) {
    const found = inventory.rewrite(source.ref.namespace, settings.rewrite);
    const message = found
      ? 'its rules become filters of the routes, but for those that its own entries name'
      : `AzureApplicationGatewayRewrite ${settings.rewrite} is not part of the input`;
    if (found) report.converted(at('rewrite-rule-set-custom-resource'), { rule: 'MAP-18', message });
    else report.error(at('rewrite-rule-set-custom-resource'), { rule: 'MAP-18', message, action: 'add it to the input' });
  }
  foreignAnnotations();

  function foreignAnnotations(): void {
    for (const key of source.annotations.keys()) {
      if (key.startsWith(agicPrefix)) continue;
      const message =
        key === 'kubernetes.io/ingress.class'
          ? 'the class of the old controller; routes have none'
          : 'is not of AGIC and stays with the Ingress';
      report.ignored({ ...source.ref, annotation: key }, { rule: 'MAP-32', message });
    }
  }
}
