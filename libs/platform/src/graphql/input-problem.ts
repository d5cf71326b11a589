import type { Problem } from '@podspan/errors';

const variable = /^Variable "\$(\w+)" got invalid value (.*?)(?: at "([^"]+)")?; (.*)$/s;
const missing = /^Variable "\$(\w+)" of required type ".*" was not provided\.$/;
const literal = /^(?:\w+ cannot represent (?:non-|a non )|Value "\w+" does not exist in ".*" enum|Enum ".*" cannot represent)/;

/**
 * GraphQL itself refuses what does not fit the type of an argument, before any resolver runs, and says so in a sentence alone.
 * This reads the sentence into the problem REST would tell: the same code, the path below `input`, the value.
 * Undefined for any other message.
 */
export function inputProblem(message: string): Problem | undefined {
  const [, root, shown, path = root, reason = ''] = variable.exec(message) ?? [];
  if (root !== undefined && shown !== undefined && path !== undefined) {
    const field = /^Field "(\w+)" (?:of required type .* was not provided|is not defined)/.exec(reason)?.[1];
    const at = field === undefined ? path : `${path}.${field}`;
    return {
      path: at.replace(/^input\./, ''),
      code: codeOf(reason),
      message: reason,
      ...(field === undefined ? { value: valueOf(shown) } : {}),
    };
  }
  const absent = missing.exec(message)?.[1];
  if (absent !== undefined) return { path: absent, code: 'required', message };
  return literal.test(message) ? { path: '', code: codeOf(message), message } : undefined;
}

function codeOf(reason: string): string {
  if (reason.includes('was not provided') || reason.includes('not to be null')) return 'required';
  if (reason.includes('is not defined by type')) return 'unknown_field';
  if (reason.includes('does not exist in')) return 'invalid_value';
  return 'invalid_type';
}

/** GraphQL prints values almost as JSON. */
function valueOf(shown: string): unknown {
  try {
    return JSON.parse(shown) as unknown;
  } catch {
    return shown;
  }
}
