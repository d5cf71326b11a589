import type { Problem } from '@podspan/errors';

export const pathRule = 'a path starts with /, has at most 1024 characters, and no //, /./, /../, %2f or #';

/** The CEL rules of HTTPPathMatch. */
export function isPath(path: string): boolean {
  const plain = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(path);
  const odd = /\/\/|\/\.\/|\/\.\.\/|%2f|\/\.$|\/\.\.$/i.test(path);
  return path.startsWith('/') && path.length <= 1_024 && plain && !odd;
}

/** HTTPHeaderName, which query parameters share. */
export function isHeaderName(name: string): boolean {
  return name.length <= 256 && /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

export function nameInvalid(path: string, value: string, wanted: string): Problem {
  return { path, code: 'name_invalid', message: `'${value}' is not ${wanted}`, value };
}

/** `duplicate` where `all` holds the item of `index` earlier on. */
export function duplicateOf(all: readonly string[], index: number, path: string, value: string): readonly Problem[] {
  return all.indexOf(all[index] ?? '') === index ? [] : [{ path, code: 'duplicate', message: 'named twice', value }];
}

/** Why the data plane, which reads RE2, would not take an expression; undefined when it would. Nothing is matched with it here. */
export function regularExpressionFault(text: string): string | undefined {
  if (/\(\?<?[=!]/.test(text)) return 'RE2 has no look-ahead and no look-behind';
  if (/(?:^|[^\\])(?:\\\\)*\\[1-9]/.test(text)) return 'RE2 has no references to groups';
  // What RE2 writes otherwise: flags, and names of groups.
  const plain = text
    .replaceAll(/\(\?[imsU-]+\)/g, '')
    .replaceAll(/\(\?[imsU-]+:/g, '(?:')
    .replaceAll('(?P<', '(?<');
  try {
    parsed(plain);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'not a regular expression';
  }
}

/** @throws SyntaxError */
function parsed(expression: string): RegExp {
  return new RegExp(expression);
}
