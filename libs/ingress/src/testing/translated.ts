import { isObject } from '../domain/translation/source-objects.js';
import type { TargetOptions } from '../domain/translation/target-options.js';
import { Translator, type Translation } from '../domain/translation/translate.js';

export const byo: TargetOptions = {
  api: 'GATEWAY',
  deployment: {
    kind: 'BYO',
    albId: '/subscriptions/s/resourceGroups/r/providers/Microsoft.ServiceNetworking/trafficControllers/alb',
    frontends: ['fe'],
  },
  namespace: 'default',
  agicClasses: [],
};

/** The translation of objects that were read already. */
export function translated(objects: readonly object[], options: TargetOptions = byo, mostRuleChecks?: number): Translation {
  const translator = new Translator(options, undefined, mostRuleChecks);
  for (const [index, body] of objects.entries()) {
    const { apiVersion, kind, metadata } = body as { apiVersion: string; kind: string; metadata: { namespace?: string; name: string } };
    if (!isObject(body)) continue;
    translator.add({
      ref: { kind, namespace: metadata.namespace ?? options.namespace, name: metadata.name },
      apiVersion,
      body,
      line: index + 1,
    });
  }
  return translator.finish();
}
