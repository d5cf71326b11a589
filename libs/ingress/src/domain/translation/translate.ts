import { objectFaults } from '../schemas/object-faults.js';
import { emitGatewayApi } from './emit-gateway-api.js';
import { Inventory } from './inventory.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { readIngress } from './read-ingress.js';
import { Report, type ReportEntry } from './report.js';
import { providerOf } from './provider.js';
import type { SourceIngress, SourceObject } from './source-objects.js';
import type { TargetOptions } from './target-options.js';
import { translateAgic } from './translate-agic.js';

export interface Translation {
  readonly objects: readonly KubernetesObject[];
  readonly report: readonly ReportEntry[];
}

/** Takes the objects of the input one by one, so that the text of the input need not be kept, and then translates them all. */
export class Translator {
  readonly #inventory = new Inventory();
  readonly #ingresses: SourceIngress[] = [];
  readonly #classes: SourceObject[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly options: TargetOptions,
    private readonly report: Report = new Report(),
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
      if (ingress) this.#ingresses.push(ingress);
      return;
    }
    if (ref.kind === 'IngressClass') this.#classes.push(object);
    this.#inventory.add(object);
    this.report.ignored(ref, { rule: 'MAP-32', message: messageFor(object), line });
  }

  finish(): Translation {
    const provider = providerOf(this.#classes, this.options.agicClasses);
    const agic: SourceIngress[] = [];
    for (const ingress of this.#ingresses) {
      const owner = provider(ingress, this.report);
      if (owner === 'AGIC') agic.push(ingress);
    }
    const translated = translateAgic(agic, this.#inventory, this.report);
    const objects = emitGatewayApi(translated, this.options, this.report);
    for (const { ref, line } of agic) this.report.converted(ref, { rule: 'MAP-32', message: 'its rules are served by the routes', line });
    this.#checkObjects(objects);
    return { objects, report: this.report.sorted() };
  }

  /** What the API server would refuse: a mistake of the translation or a value that only the CRD forbids. Never silent. */
  #checkObjects(objects: readonly KubernetesObject[]): void {
    for (const object of objects) {
      const { name, namespace = '' } = object.metadata;
      for (const fault of objectFaults(object)) {
        const message = `the API server would refuse this object of the output: ${fault}`;
        this.report.error({ kind: object.kind, namespace, name }, { rule: 'AGC-55', message, action: 'correct it by hand, or the input' });
      }
    }
  }
}

function messageFor({ ref, apiVersion }: SourceObject): string {
  if (ref.kind === 'IngressClass') return 'the class of the old controller; Gateways name azure-alb-external';
  if (ref.kind === 'AzureApplicationGatewayRewrite') return 'counts where an Ingress names it';
  if (ref.kind === 'AzureIngressProhibitedTarget')
    return 'concerns a shared Application Gateway; Application Gateway for Containers is never shared';
  return `${apiVersion} ${ref.kind} stays as it is; routes lead to it where they name it`;
}
