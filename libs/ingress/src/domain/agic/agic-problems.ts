import type { Problem } from '@podspan/errors';
import { notInIngress } from '../check-plain-ingress.js';
import { agicAnnotations, type AgicAnnotation, type AgicNumber } from './annotation-table.js';

/** What an Application Gateway with AGIC lacks, another kind has. */
export const instead = 'a gateway of kind AGC';

/** `not_expressible` by the rule of the annotation that would have to say it. */
export function lost(annotation: AgicAnnotation, path: string, message: string, suggestion: string, value?: unknown): Problem {
  return notInIngress(path, message, suggestion, agicAnnotations[annotation].rule, value);
}

/** A number outside what the annotation takes; AGIC would fall back without a word. */
export function checkNumber(annotation: AgicNumber, value: number | undefined, path: string): readonly Problem[] {
  const { least, most, rule } = agicAnnotations[annotation];
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
  return [
    {
      path,
      code: 'annotation_out_of_range',
      message: `AGIC takes whole numbers from ${least} to ${most} for ${annotation}`,
      value,
      suggestion: `${least} to ${most}`,
      rule,
    },
  ];
}

/** The name of something that lives on the gateway: Azure's rule for sub-resources, which also keeps commas out of lists. */
export function checkPartName(name: string, path: string): readonly Problem[] {
  if (/^[A-Za-z0-9]([-\w.]{0,78}[A-Za-z0-9_])?$/.test(name)) return [];
  return [{ path, code: 'name_invalid', message: `'${name}' is not the name of a part of an Application Gateway`, value: name }];
}
