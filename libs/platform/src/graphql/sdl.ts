import { z } from 'zod';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

type Direction = 'input' | 'type';

/** Named schemas that are GraphQL scalars. */
const SCALARS = new Set(['Cidr', 'IPAddress', 'DateTime']);

/**
 * Makes GraphQL types from the zod schemas that REST uses, so that both say the same.
 * A nested object gets the name of its parent and member, or its own `meta({ id })`; what GraphQL cannot type
 * (free-form objects, unions of scalars) becomes the scalar JSON.
 */
export class SdlBuilder {
  readonly #types = new Map<string, string>();

  /** Adds an output type and everything it reaches; `fields` are further hand-written members, `directives` such as `@key(fields: "name")`. */
  type(
    name: string,
    schema: z.ZodType,
    options: { readonly fields?: string; readonly directives?: string; readonly omit?: readonly string[] } = {},
  ): this {
    return this.#add(name, schema, 'type', options);
  }

  /** Adds an input type and everything it reaches. */
  input(name: string, schema: z.ZodType, options: { readonly fields?: string; readonly omit?: readonly string[] } = {}): this {
    return this.#add(name, schema, 'input', options);
  }

  toString(): string {
    return [...this.#types.values()].join('\n\n');
  }

  #add(name: string, schema: z.ZodType, direction: Direction, options: ObjectOptions): this {
    const root = z.toJSONSchema(schema, {
      io: direction === 'input' ? 'input' : 'output',
      unrepresentable: 'any',
      cycles: 'ref',
      reused: 'inline',
    }) as JsonSchema;
    const resolver = (ref: string): { name: string; schema: JsonSchema } => {
      const id = ref.replace(/^#\/\$defs\//, '');
      return ref === '#' ? { name, schema: root } : { name: id, schema: root.$defs?.[id] ?? {} };
    };
    this.#object(name, root.$ref ? resolver(root.$ref).schema : root, direction, resolver, options);
    return this;
  }

  #object(name: string, schema: JsonSchema, direction: Direction, resolve: Resolve, options: ObjectOptions = {}): void {
    if (this.#types.has(name)) return;
    // Taken before the members are walked, so that a recursive type ends.
    this.#types.set(name, '');
    const required = new Set(schema.required);
    const members = Object.entries(schema.properties ?? {})
      .filter(([member]) => !options.omit?.includes(member))
      .map(([member, value]) => {
        const type = this.#reference(name + capital(member), value, direction, resolve);
        return `${describe(value.description, '  ')}  ${member}: ${required.has(member) && !isNullable(value) ? `${type}!` : type}`;
      });
    const head = `${describe(schema.description)}${direction} ${name}${options.directives ? ` ${options.directives}` : ''}`;
    this.#types.set(name, `${head} {\n${[...members, ...(options.fields ? [indent(options.fields)] : [])].join('\n')}\n}`);
  }

  #reference(path: string, schema: JsonSchema, direction: Direction, resolve: Resolve): string {
    if (schema.$ref) {
      const { name, schema: target } = resolve(schema.$ref);
      if (SCALARS.has(name)) return name;
      return this.#reference(target.properties || target.enum ? nameFor(name, direction, target) : path, target, direction, resolve);
    }
    const options = (schema.anyOf ?? schema.oneOf)?.filter((option) => option.type !== 'null');
    if (options) return options.length === 1 && options[0] ? this.#reference(path, options[0], direction, resolve) : 'JSON';
    if (schema.enum?.every((value): value is string => typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value)))
      return this.#enum(path, schema);
    return this.#plain(path, schema, direction, resolve);
  }

  #plain(path: string, schema: JsonSchema, direction: Direction, resolve: Resolve): string {
    const type = Array.isArray(schema.type) ? schema.type.find((option) => option !== 'null') : schema.type;
    if (type === 'array') return `[${this.#reference(path, schema.items ?? {}, direction, resolve)}!]`;
    if (type === 'object' && schema.properties) {
      this.#object(path, schema, direction, resolve);
      return path;
    }
    if (type === 'string') return schema.format === 'date-time' ? 'DateTime' : 'String';
    return type === 'integer' ? 'Int' : type === 'number' ? 'Float' : type === 'boolean' ? 'Boolean' : 'JSON';
  }

  /** Input and output share an enum: it is named without the direction. */
  #enum(path: string, schema: JsonSchema): string {
    const name = path.replace(/Input(?=[A-Z]|$)/g, '');
    const text = `enum ${name} {\n${(schema.enum ?? []).map((value) => `  ${String(value)}`).join('\n')}\n}`;
    const existing = this.#types.get(name);
    if (existing !== undefined && existing !== text) throw new Error(`two different enums are called ${name}: give one a meta id`);
    this.#types.set(name, text);
    return name;
  }
}

type Resolve = (ref: string) => { name: string; schema: JsonSchema };

interface ObjectOptions {
  readonly fields?: string;
  readonly directives?: string;
  readonly omit?: readonly string[];
}

/** A schema used on both sides is two GraphQL types; inputs end in Input. */
function nameFor(id: string, direction: Direction, schema: JsonSchema): string {
  return direction === 'input' && schema.properties && !id.endsWith('Input') ? `${id}Input` : id;
}

function isNullable(schema: JsonSchema): boolean {
  return (schema.anyOf ?? []).some((option) => option.type === 'null') || (Array.isArray(schema.type) && schema.type.includes('null'));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function describe(text: string | undefined, pad = ''): string {
  return text === undefined ? '' : `${pad}${JSON.stringify(text)}\n`;
}

function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n');
}
