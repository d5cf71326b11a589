import { celEnv, isCelError, parse, plan, type CelEnv, type CelInput } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
}

/** A place of a schema that carries rules, or leads to one that does. */
interface Place {
  readonly rules: readonly { readonly message: string; readonly holds: (self: CelInput) => boolean }[];
  readonly properties: readonly (readonly [string, Place])[];
  readonly items: Place | undefined;
  readonly members: Place | undefined;
  readonly integer: boolean;
}

const reserved = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);

export interface CelFault {
  readonly path: string;
  readonly message: string;
}

/** The `x-kubernetes-validations` of a CRD as a function. Rules are compiled once; those on changes (`oldSelf`) do not concern a new object. */
export function celRules(schema: object): (value: unknown) => readonly CelFault[] {
  const root = placeOf(schema, celEnv({ funcs: strings }));
  return (value) => (root === undefined ? [] : [...check(root, value, '')]);
}

function placeOf(schema: Schema, environment: CelEnv): Place | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf'))
    .map(({ rule, message = rule }) => {
      const evaluate = plan(environment, parse(rule));
      return {
        message,
        holds: (self: CelInput) => {
          const result = evaluate({ self });
          // An error is a refusal for the API server too.
          return !isCelError(result) && result === true;
        },
      };
    });
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const place = placeOf(member, environment);
    return place ? [[name, place] as const] : [];
  });
  const items = schema.items && placeOf(schema.items, environment);
  const members = typeof schema.additionalProperties === 'object' ? placeOf(schema.additionalProperties, environment) : undefined;
  if (rules.length === 0 && properties.length === 0 && !items && !members) return undefined;
  return { rules, properties, items, members, integer: schema.type === 'integer' };
}

function* check(place: Place, value: unknown, path: string): Generator<CelFault> {
  if (value === undefined || value === null) return;
  if (place.rules.length > 0) {
    const self = celValue(value);
    for (const { message, holds } of place.rules) if (!holds(self)) yield { path, message };
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (place.items) yield* check(place.items, item, `${path}/${index}`);
  } else if (typeof value === 'object') {
    const object = value as Readonly<Record<string, unknown>>;
    for (const [name, member] of place.properties) yield* check(member, object[name], `${path}/${name}`);
    if (place.members) for (const [name, member] of Object.entries(object)) yield* check(place.members, member, `${path}/${name}`);
  }
}

/** Whole numbers are CEL's int; names that CEL reserves are written `__name__`, as Kubernetes does. */
function celValue(value: unknown): CelInput {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return null;
  return new Map(Object.entries(value).map(([name, member]) => [reserved.has(name) ? `__${name}__` : name, celValue(member)]));
}
