import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What one operation may ask for. */
export interface OperationLimits {
  /** Fields nested in one another. */
  readonly maxDepth: number;
  /** Objects the answer may hold, by the page sizes asked for. */
  readonly maxCost: number;
  readonly maxAliases: number;
  /** The largest `first`, `last` or `limit`. */
  readonly maxListSize: number;
  /** Lexical tokens of the document; bounds what parsing and validating it may take. */
  readonly maxTokens: number;
}

export const DEFAULT_LIMITS: OperationLimits = {
  maxDepth: 15,
  maxCost: 50_000,
  maxAliases: 50,
  maxListSize: 1_000,
  maxTokens: 5_000,
};

export interface LimitBreach {
  readonly code: 'query_too_deep' | 'query_too_costly' | 'too_many_aliases' | 'list_too_long';
  readonly message: string;
}

const PAGE_ARGUMENTS = ['first', 'last', 'limit'];
/** Lists inside a page; the page's size has already been counted. */
const PAGE_LISTS = ['edges', 'nodes', 'items'];
const DEFAULT_PAGE = 50;
const ASSUMED_LIST = 10;

interface Measure {
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
}

const NOTHING: Measure = { depth: 0, cost: 0, aliases: 0 };

/** Everything in which a valid operation exceeds the limits; empty when it may run. */
export function limitBreaches(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  limits: OperationLimits,
): readonly LimitBreach[] {
  const meter = new Meter(schema, document, variables);
  const { depth, cost, aliases } = meter.measure(operation.selectionSet, schema.getRootType(operation.operation));
  const breaches: LimitBreach[] = [];
  if (depth > limits.maxDepth) {
    breaches.push({ code: 'query_too_deep', message: `the query is ${depth} fields deep; at most ${limits.maxDepth} are allowed` });
  }
  if (cost > limits.maxCost) {
    breaches.push({ code: 'query_too_costly', message: `the query may return ${cost} objects; at most ${limits.maxCost} are allowed` });
  }
  if (aliases > limits.maxAliases) {
    breaches.push({ code: 'too_many_aliases', message: `the query has ${aliases} aliases; at most ${limits.maxAliases} are allowed` });
  }
  if (meter.longestList > limits.maxListSize) {
    breaches.push({
      code: 'list_too_long',
      message: `the query asks for ${meter.longestList} items at once; at most ${limits.maxListSize} are allowed`,
    });
  }
  return breaches;
}

class Meter {
  /** The largest page size met so far. */
  longestList = 0;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  /** A fragment is measured once, however often it is spread: the work stays linear in the document. */
  readonly #measured = new Map<string, Measure>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    this.#fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
    );
  }

  measure(selections: SelectionSetNode, parent: GraphQLNamedType | null | undefined): Measure {
    return selections.selections
      .map((selection) => {
        if (selection.kind === Kind.FIELD) return this.#field(selection, parent);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value);
        const type = selection.typeCondition === undefined ? parent : this.#schema.getType(selection.typeCondition.name.value);
        return this.measure(selection.selectionSet, type);
      })
      .reduce(together, NOTHING);
  }

  #fragment(name: string): Measure {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const measured = this.measure(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value));
    this.#measured.set(name, measured);
    return measured;
  }

  #field(node: FieldNode, parent: GraphQLNamedType | null | undefined): Measure {
    const name = node.name.value;
    if (name.startsWith('__')) return NOTHING;
    const aliases = node.alias === undefined ? 0 : 1;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    const type = field === undefined ? undefined : getNamedType(field.type);
    if (node.selectionSet === undefined || type === undefined || !isCompositeType(type)) return { depth: 1, cost: 0, aliases };
    const inner = this.measure(node.selectionSet, type);
    const times = this.#timesOf(node, field);
    return { depth: inner.depth + 1, cost: times * (1 + inner.cost), aliases: inner.aliases + aliases };
  }

  #timesOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
    if (field === undefined) return 1;
    const pageArguments = field.args.filter((argument) => PAGE_ARGUMENTS.includes(argument.name));
    if (pageArguments.length > 0) {
      const sizes = pageArguments.flatMap(({ name, defaultValue }) => this.#numberGiven(node, name) ?? asNumber(defaultValue) ?? []);
      const size = sizes.length === 0 ? DEFAULT_PAGE : Math.max(...sizes);
      this.longestList = Math.max(this.longestList, size);
      return Math.max(size, 1);
    }
    const isPlainList = isListType(getNullableType(field.type)) && !PAGE_LISTS.includes(field.name);
    return isPlainList ? ASSUMED_LIST : 1;
  }

  #numberGiven(node: FieldNode, name: string): number | undefined {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    return value?.kind === Kind.VARIABLE ? asNumber(this.#variables[value.name.value]) : undefined;
  }
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function together(a: Measure, b: Measure): Measure {
  return { depth: Math.max(a.depth, b.depth), cost: a.cost + b.cost, aliases: a.aliases + b.aliases };
}
