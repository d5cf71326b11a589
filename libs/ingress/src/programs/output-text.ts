import { textAt } from '@podspan/aks';
import type { Json } from '@podspan/engine';

/** Text that an earlier step is known to have put out. */
export function outputText(outputs: Readonly<Record<string, Json>>, step: string, path: string): string {
  const text = textAt(outputs[step], path);
  if (text === undefined) throw new Error(`step ${step} was settled without ${path}`);
  return text;
}
