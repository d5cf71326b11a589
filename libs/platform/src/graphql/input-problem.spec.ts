import { buildSchema, type ExecutionResult, graphqlSync } from 'graphql';
import { describe, expect, it } from 'vitest';
import { inputProblem } from './input-problem.js';

const schema = buildSchema(`enum Strategy { FIRST_FIT BEST_FIT }
  input Item { prefixLength: Int strategy: Strategy owner: String! }
  input Batch { items: [Item!]! }
  type Query { allocate(input: Item, batch: Batch, pool: String): Int }
`);

function problemsOf(query: string, variableValues: Readonly<Record<string, unknown>> = {}): readonly unknown[] {
  const { errors }: ExecutionResult = graphqlSync({ schema, source: query, variableValues });
  return (errors ?? []).map(({ message }) => inputProblem(message));
}

const item = 'query ($input: Item!) { allocate(input: $input) }';

describe('what GraphQL refuses by itself', () => {
  it.each([
    [
      { prefixLength: '24', owner: 'a' },
      { path: 'prefixLength', code: 'invalid_type', value: '24' },
    ],
    [
      { prefixLength: 24.5, owner: 'a' },
      { path: 'prefixLength', code: 'invalid_type', value: 24.5 },
    ],
    [
      { prefixLength: 3e10, owner: 'a' },
      { path: 'prefixLength', code: 'invalid_type', value: 3e10 },
    ],
    [
      { strategy: 'WORST_FIT', owner: 'a' },
      { path: 'strategy', code: 'invalid_value', value: 'WORST_FIT' },
    ],
    [{ prefixLength: 24 }, { path: 'owner', code: 'required' }],
    [{ owner: null }, { path: 'owner', code: 'required', value: null }],
    [
      { owner: 'a', size: 1 },
      { path: 'size', code: 'unknown_field' },
    ],
  ])('%j is the problem REST tells', (input, problem) => {
    expect(problemsOf(item, { input })).toEqual([{ ...problem, message: expect.any(String) as string }]);
  });

  it('names the entry of a list, and all that is wrong', () => {
    const batch = { items: [{ owner: 'a', prefixLength: '1' }, { owner: 'b' }, { owner: 'c', prefixLength: 1.5 }] };
    expect(problemsOf('query ($input: Batch!) { allocate(batch: $input) }', { input: batch })).toMatchObject([
      { path: 'items[0].prefixLength', value: '1' },
      { path: 'items[2].prefixLength', value: 1.5 },
    ]);
  });

  it('reads literals and variables that were not sent', () => {
    expect(problemsOf('{ allocate(input: { owner: "a", prefixLength: "24" }) }')).toMatchObject([{ path: '', code: 'invalid_type' }]);
    expect(problemsOf(item)).toMatchObject([{ path: 'input', code: 'required' }]);
  });

  it('leaves every other message alone', () => {
    expect(problemsOf('{ nothing }')).toEqual([undefined]);
    expect(inputProblem('pool nodes has no free /24')).toBeUndefined();
  });
});
