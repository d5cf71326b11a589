import { objectFaults, shapeFaults } from '../schemas/object-faults.js';
import { emitGatewayApi } from './emit-gateway-api.js';
import { emitIngressApi } from './emit-ingress-api.js';
import { Inventory } from './inventory.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { readIngress } from './read-ingress.js';
import { Report, type ReportEntry } from './report.js';
import { providerOf } from './provider.js';
import { keyOf, type SourceIngress, type SourceObject } from './source-objects.js';
import type { TargetOptions } from './target-options.js';
import { translateAgic, type Translated } from './translate-agic.js';
import { translateNginx } from './translate-nginx.js';

export interface Translation {
  readonly objects: readonly KubernetesObject[];
  readonly report: readonly ReportEntry[];
}

/**
 * Takes the objects of the input one by one, so that the text of the input need not be kept, and then translates them all.
 * CEL rules cost as much as all the rest: past `mostRuleChecks` objects of the output their shape alone is checked.
 */
export class Translator {
  readonly #inventory = new Inventory();
  readonly #ingresses: SourceIngress[] = [];
  readonly #classes: SourceObject[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly options: TargetOptions,
    private readonly report: Report = new Report(),
    private readonly mostRuleChecks = 500,
  ) {}

  add(object: SourceObject): void {
    const { ref, line } = object;
    const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
    if (this.#seen.has(key)) {
      const message = 'stands in the input twice; the first one counts';
      this.report.error(ref, { rule: 'YAML-07', message, action: 'remove one of them', line });
      return;
    }
    this.#seen.add(key);
    if (ref.kind === 'Ingress') {
      const ingress = readIngress(object, this.report);
      // A copy: texts cut out of a document would keep the whole document in memory.
      if (ingress) this.#ingresses.push(structuredClone(ingress));
      return;
    }
    if (ref.kind === 'IngressClass') this.#classes.push(object);
    this.#inventory.add(object);
    this.report.ignored(ref, { rule: 'MAP-32', message: messageFor(object), line });
  }

  finish(): Translation {
    const provider = providerOf(this.#classes, this.options.agicClasses);
    const agic: SourceIngress[] = [];
    const nginx: SourceIngress[] = [];
    for (const ingress of this.#ingresses) {
      const owner = provider(ingress, this.report);
      if (owner !== 'NONE') (owner === 'AGIC' ? agic : nginx).push(ingress);
    }
    const parts = [translateAgic(agic, this.#inventory, this.report), translateNginx(nginx, this.#inventory, this.report)];
    this.#checkSharedHosts(parts);
    const hosts = parts.flatMap((part) => part.hosts);
    const reached = reachedServices(hosts);
    // A policy on a Service that no route leads to would reach routes of others.
    const services = parts.flatMap((part) => part.services).filter(({ service }) => reached.has(keyOf(service)));
    const translated = { hosts, services };
    const emit = this.options.api === 'INGRESS' ? emitIngressApi : emitGatewayApi;
    const objects = emit(translated, this.options, this.report);
    this.#sayWhatIsServed([...agic, ...nginx], translated.hosts);
    this.#checkObjects(objects);
    return { objects, report: this.report.sorted() };
  }

  #sayWhatIsServed(ingresses: readonly SourceIngress[], hosts: Translated['hosts']): void {
    const rules = hosts.flatMap((host) => host.rules).filter(({ target }) => target.kind !== 'nothing');
    const served = new Set(rules.flatMap(({ sources }) => sources.map(keyOf)));
    const unserved = ingresses.filter(({ ref }) => !served.has(keyOf(ref)));
    this.report.withdraw(unserved.map(({ ref }) => ref));
    for (const { ref, line } of unserved)
      this.report.warning(ref, { rule: 'MAP-32', message: 'the output serves nothing of it; its other entries say why', line });
    for (const { ref, line } of ingresses)
      if (served.has(keyOf(ref))) this.report.converted(ref, { rule: 'MAP-32', message: 'its rules are served by the routes', line });
  }

  /** Two controllers behind two addresses may serve one host; one Gateway cannot keep them apart. */
  #checkSharedHosts([agic, nginx]: readonly Translated[]): void {
    const held = new Set(agic?.hosts.map(({ scheme, hostnames }) => `${scheme} ${hostnames.join()}`));
    for (const { scheme, hostnames, rules } of nginx?.hosts ?? []) {
      const [source] = rules[0]?.sources ?? [];
      if (!source || !held.has(`${scheme} ${hostnames.join()}`)) continue;
      const message = `AGIC serves ${scheme} host '${hostnames.join()}' too: today they have different addresses, on one Gateway their rules would mix`;
      this.report.error(source, { rule: 'MAP-44', message, action: 'translate the Ingresses of each controller on their own' });
    }
  }

  /** What the API server would refuse: a mistake of the translation or a value that only the CRD forbids. Never silent. */
  #checkObjects(objects: readonly KubernetesObject[]): void {
    for (const [index, object] of objects.entries()) {
      const { name, namespace = '' } = object.metadata;
      for (const fault of index < this.mostRuleChecks ? objectFaults(object) : shapeFaults(object)) {
        const message = `the API server would refuse this object of the output: ${fault}`;
        this.report.error({ kind: object.kind, namespace, name }, { rule: 'AGC-55', message, action: 'correct it by hand, or the input' });
      }
    }
  }
}

function reachedServices(hosts: Translated['hosts']): ReadonlySet<string> {
  const targets = hosts.flatMap(({ rules }) => rules.map(({ target }) => target));
  const backends = targets.flatMap((target) => (target.kind === 'forward' ? target.backends : []));
  return new Set(backends.map(({ namespace, service }) => keyOf({ namespace, name: service })));
}

function messageFor({ ref, apiVersion }: SourceObject): string {
  if (ref.kind === 'IngressClass') return 'the class of the old controller; Gateways name azure-alb-external';
  if (ref.kind === 'AzureApplicationGatewayRewrite') return 'counts where an Ingress names it';
  if (ref.kind === 'AzureIngressProhibitedTarget')
    return 'concerns a shared Application Gateway; Application Gateway for Containers is never shared';
  return `${apiVersion} ${ref.kind} stays as it is; routes lead to it where they name it`;
}
