import type { Problem } from '@podspan/errors';

/** `not_expressible` for what only an Application Gateway with AGIC has, on any other target. */
export function onlyOnApplicationGateway(path: string, value: object | undefined): readonly Problem[] {
  if (value === undefined) return [];
  const message = 'only an Application Gateway with AGIC does this; the gateway is one for containers';
  return [{ path, code: 'not_expressible', message, value, suggestion: 'leave it out, or a gateway of kind AGIC', rule: 'AGC-54' }];
}
