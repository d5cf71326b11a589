import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, limitBreaches, type OperationLimits } from './operation-limits.js';

const schema = buildSchema(`
  type Query { pools(first: Int = 50): Pools! pool(name: String!): Pool }
  type Pools { nodes: [Pool!]! }
  type Pool { name: String! children: [Pool!]! allocations(first: Int, last: Int): Pools! parent: Pool }
`);

const NONE: OperationLimits = { maxDepth: 1e9, maxCost: 1e9, maxAliases: 1e9, maxListSize: 1e9, maxTokens: 1e9 };

function breaches(query: string, limits: Partial<OperationLimits>, variables: Record<string, unknown> = {}): readonly string[] {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation, please');
  return limitBreaches(schema, document, operation, variables, { ...NONE, ...limits }).map(({ message }) => message);
}

describe('limits of an operation', () => {
  it('counts depth through fragments and inline fragments', () => {
    const query = 'query { pool(name: "a") { ...Up } } fragment Up on Pool { parent { ... on Pool { parent { name } } } }';
    expect(breaches(query, { maxDepth: 3 })).toEqual(['the query is 4 fields deep; at most 3 are allowed']);
    expect(breaches(query, { maxDepth: 4 })).toEqual([]);
  });

  it('multiplies what is inside a page by the size of the page, once', () => {
    expect(breaches('{ pools(first: 20) { nodes { parent { name } } } }', { maxCost: 59 })).toEqual([
      'the query may return 60 objects; at most 59 are allowed',
    ]);
  });

  it('takes the default of the schema, then 50, for a page without a size', () => {
    expect(breaches('{ pools { nodes { name } } }', { maxCost: 99 })).toEqual(['the query may return 100 objects; at most 99 are allowed']);
    expect(breaches('{ pool(name: "a") { allocations { nodes { name } } } }', { maxCost: 100 })).toEqual([
      'the query may return 101 objects; at most 100 are allowed',
    ]);
  });

  it('assumes ten for a list without a page', () => {
    expect(breaches('{ pool(name: "a") { children { children { name } } } }', { maxCost: 110 })).toEqual([
      'the query may return 111 objects; at most 110 are allowed',
    ]);
  });

  it('reads page sizes from variables too', () => {
    expect(breaches('query ($n: Int) { pools(first: $n) { nodes { name } } }', { maxListSize: 1000 }, { n: 5000 })).toEqual([
      'the query asks for 5000 items at once; at most 1000 are allowed',
    ]);
  });

  it('counts the aliases of a fragment each time it is spread', () => {
    const query = '{ a: pool(name: "a") { ...N } b: pool(name: "b") { ...N } } fragment N on Pool { n: name }';
    expect(breaches(query, { maxAliases: 3 })).toEqual(['the query has 4 aliases; at most 3 are allowed']);
  });

  it('stays fast where fragments double one another', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Pool { x: parent { ...F${index + 1} } y: parent { ...F${index + 1} } }`,
    ).join(' ');
    expect(breaches(`{ pool(name: "a") { ...F0 } } ${fragments} fragment F60 on Pool { name }`, DEFAULT_LIMITS)).toHaveLength(3);
  });

  it('lets introspection pass', () => {
    expect(breaches('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }', { maxDepth: 1, maxCost: 1 })).toEqual([]);
  });
});
