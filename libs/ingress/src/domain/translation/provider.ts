import type { Report } from './report.js';
import { memberAt, type SourceIngress, type SourceObject } from './source-objects.js';

export type Provider = 'AGIC' | 'NGINX' | 'NONE';

const controllers: Readonly<Record<string, Provider>> = { 'azure/application-gateway': 'AGIC', 'k8s.io/ingress-nginx': 'NGINX' };

/** Which controller serves an Ingress: by annotation, by class, by the default class of the input. */
export function providerOf(
  classes: readonly SourceObject[],
  agicClasses: readonly string[],
): (ingress: SourceIngress, report: Report) => Provider {
  const byClass = new Map<string, Provider>([
    ['azure-application-gateway', 'AGIC'],
    ['nginx', 'NGINX'],
    ...classes.map(({ ref, body }) => [ref.name, controllers[String(memberAt(body, 'spec', 'controller'))] ?? 'NONE'] as const),
    ...agicClasses.map((name) => [name, 'AGIC'] as const),
  ]);
  const byAnnotation = new Map<string, Provider>([
    ['azure/application-gateway', 'AGIC'],
    ['nginx', 'NGINX'],
    ...agicClasses.map((name) => [name, 'AGIC'] as const),
  ]);
  const fallback = classes.find(
    ({ body }) => memberAt(body, 'metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class') === 'true',
  );
  return (ingress, report) => {
    const { className, classFromAnnotation, ref, line } = ingress;
    if (className === undefined) {
      if (fallback) return byClass.get(fallback.ref.name) ?? 'NONE';
      const message = 'names no class, and no IngressClass of the input is the default: who serves it cannot be told';
      report.error(ref, { rule: 'AGIC-30', message, action: 'set ingressClassName, or add the default IngressClass to the input', line });
      return 'NONE';
    }
    const provider = (classFromAnnotation ? byAnnotation : byClass).get(className) ?? 'NONE';
    if (provider === 'NONE') {
      const message = `class '${className}' is neither AGIC's nor ingress-nginx's: another controller serves it, and goes on`;
      report.ignored(ref, {
        rule: 'AGC-50',
        message,
        action: `give ingressClass=${className} if AGIC was configured with this class`,
        line,
      });
    }
    return provider;
  };
}
