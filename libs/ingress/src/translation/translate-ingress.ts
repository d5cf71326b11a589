import { Injectable } from '@nestjs/common';
import { DomainError } from '@podspan/errors';
import { toYaml } from '../domain/serialize-manifests.js';
import type { KubernetesObject } from '../domain/translation/kubernetes-object.js';
import { Report, type ReportEntry } from '../domain/translation/report.js';
import { Translator } from '../domain/translation/translate.js';
import type { TranslationQuery } from './translation-schemas.js';
import { readObjects } from './read-objects.js';
import { targetOptions } from './target-of-query.js';
import { yamlDocuments } from './yaml-documents.js';

export interface IngressTranslation {
  /** What to apply: one YAML stream, the same bytes for the same input. */
  readonly manifests: string;
  readonly report: readonly ReportEntry[];
  /** The entries that stand in the way of a cutover; they come first in the report too. */
  readonly blockers: readonly ReportEntry[];
}

interface IngressRef {
  readonly namespace: string;
  readonly name: string;
}

export interface TranslatedObjects {
  readonly objects: readonly KubernetesObject[];
  readonly report: readonly ReportEntry[];
  readonly blockers: readonly ReportEntry[];
  /** Of the input. */
  readonly ingresses: readonly IngressRef[];
}

@Injectable()
export class TranslateIngress {
  /**
   * Ingresses of AGIC or ingress-nginx as objects for Application Gateway for Containers. Reads and writes nothing.
   * @throws InvalidRequest options; DomainError `translation_blocked` with `strict`, one problem per blocker
   */
  async execute(query: TranslationQuery, bytes: AsyncIterable<Uint8Array>): Promise<IngressTranslation> {
    const { objects, report, blockers } = await this.objects(query, bytes);
    if (query.strict && blockers.length > 0) throw blocked(blockers);
    return { manifests: toYaml(objects), report, blockers };
  }

  /** The same, before it becomes text. */
  async objects(query: TranslationQuery, bytes: AsyncIterable<Uint8Array>): Promise<TranslatedObjects> {
    const options = targetOptions(query);
    const report = new Report();
    const ingresses: IngressRef[] = [];
    const translator = new Translator(options, report);
    let number = 0;
    for await (const document of yamlDocuments(bytes)) {
      for (const object of readObjects(document, ++number, options.namespace, report)) {
        if (object.ref.kind === 'Ingress') ingresses.push({ namespace: object.ref.namespace, name: object.ref.name });
        translator.add(object);
      }
    }
    if (number === 0)
      report.error(
        { kind: 'Document', namespace: '', name: '#1' },
        { rule: 'YAML-03', message: 'the input holds no document', action: 'send Ingresses' },
      );
    const { objects, report: entries } = translator.finish();
    const blockers = entries.filter(({ blocking }) => blocking);
    return { objects, report: entries, blockers, ingresses };
  }
}

function blocked(blockers: readonly ReportEntry[]): DomainError {
  const problems = blockers.slice(0, 1_000).map(({ source, path, outcome, rule, message, action }) => ({
    path: [`${source.kind}/${source.namespace}/${source.name}`, source.annotation, path].filter(Boolean).join(' '),
    code: outcome === 'UNSUPPORTED' ? 'agc_feature_unsupported' : 'translation_error',
    message,
    rule,
    ...(action === undefined ? {} : { suggestion: action }),
  }));
  return new DomainError('invalid', 'translation_blocked', `${blockers.length} blockers stand in the way`, {
    problems,
    facts: { blockers: blockers.slice(0, 1_000) },
  });
}
