import type { Json } from '@podspan/engine';

/** `path` of a wire resource, such as `properties.fqdn`, when it is text. */
export function textAt(resource: unknown, path: string): string | undefined {
  const value = path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), resource);
  return typeof value === 'string' ? value : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that an earlier step is known to have put out. */
export function outputText(outputs: Readonly<Record<string, Json>>, step: string, path: string): string {
  const text = textAt(outputs[step], path);
  if (text === undefined) throw new Error(`step ${step} was settled without ${path}`);
  return text;
}
