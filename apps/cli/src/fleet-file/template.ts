/** What a template may name. Numbers may be padded: `{index:02}`. */
export interface TemplateVariables {
  /** Counts the clusters of one block or list from 1. */
  readonly index: number;
  /** Counts the clusters of one network in that block or list from 1. */
  readonly n: number;
  readonly name?: string;
  readonly network?: string;
  readonly region?: string;
  readonly subscriptionId?: string;
}

export const TEMPLATE_VARIABLES = ['index', 'n', 'name', 'network', 'region', 'subscriptionId'] as const;

export type Rendered = { readonly text: string } | { readonly unknown: string };

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Fills `{variable}` and `{number:0width}`; the first one that has no meaning or no value here is told instead. */
export function renderTemplate(template: string, variables: TemplateVariables): Rendered {
  let unknown: string | undefined;
  const text = template.replaceAll(PLACEHOLDER, (whole, inside: string) => {
    const value = valueOf(inside, variables);
    if (value === undefined) unknown ??= whole;
    return value ?? whole;
  });
  return unknown === undefined ? { text } : { unknown };
}

export function isTemplate(text: string): boolean {
  return text.includes('{') && /\{[^{}]*\}/.test(text);
}

function valueOf(inside: string, variables: TemplateVariables): string | undefined {
  const [, name = '', width] = /^([A-Za-z]+)(?::0(\d))?$/.exec(inside) ?? [];
  const known = TEMPLATE_VARIABLES.find((candidate) => candidate === name);
  const value = known === undefined ? undefined : variables[known];
  if (value === undefined) return undefined;
  if (width === undefined) return String(value);
  return typeof value === 'number' ? String(value).padStart(Number(width), '0') : undefined;
}
