/** One error as Azure words it. */
export interface AzureError {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** An error with everything that is nested in it, flat: outermost first. */
export interface ErrorEnvelope extends AzureError {
  /** The nested details, as they came. */
  readonly details?: unknown;
  readonly causes: readonly AzureError[];
}

/** Deep enough for a deployment around a deployment around a resource; a bound, since the text comes from outside. */
const MAX_DEPTH = 8;

/**
 * Reads every form in which ARM reports an error: `{error:{code,...}}`, the flat `{code,message,subcode,details}` of AKS,
 * a status resource `{status,error}`, nested `details` and `innererror`, and JSON packed into a message by a deployment.
 * `undefined` when there is no error in it.
 */
export function readEnvelope(body: unknown): ErrorEnvelope | undefined {
  const outer = errorIn(body);
  if (outer === undefined) return undefined;
  const all = flatten(outer, 0);
  const [first, ...causes] = all;
  if (first === undefined) return undefined;
  const details = outer['details'] ?? outer['innererror'] ?? outer['additionalInfo'];
  return { ...first, ...(details === undefined || details === null ? {} : { details }), causes };
}

type Fields = Readonly<Record<string, unknown>>;

function errorIn(body: unknown): Fields | undefined {
  if (!isFields(body)) return undefined;
  const nested = body['error'];
  if (isFields(nested)) return nested;
  return isErrorLike(body) ? body : undefined;
}

function isErrorLike(fields: Fields): boolean {
  return typeof fields['code'] === 'string' || (typeof fields['message'] === 'string' && !('properties' in fields));
}

function flatten(error: Fields, depth: number): readonly AzureError[] {
  if (depth > MAX_DEPTH) return [];
  const packed = unpack(error['message']);
  const target = textOf(error['target']);
  const own: AzureError = {
    code: textOf(error['code']) ?? textOf(packed?.['code']) ?? 'Unknown',
    message: textOf(packed?.['message']) ?? textOf(error['message']) ?? '',
    ...(target === undefined ? {} : { target }),
  };
  const nested = [...asList(error['details']), error['innererror'], packed].map(errorIn).filter((inner) => inner !== undefined);
  return [own, ...nested.flatMap((inner) => flatten(inner, depth + 1))];
}

/** A message that is itself JSON: what a resource said, carried by a deployment. */
function unpack(message: unknown): Fields | undefined {
  if (typeof message !== 'string' || !message.trimStart().startsWith('{')) return undefined;
  try {
    return errorIn(JSON.parse(message));
  } catch {
    return undefined;
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
