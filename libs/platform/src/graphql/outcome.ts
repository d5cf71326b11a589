import { asDomainError } from '../http/problem-document.js';
import { cursorOf } from '../http/page.js';
import { WriteResult } from '../http/write-result.js';

/**
 * The problem types every mutation's union may hold, the same in every subgraph.
 * `RuleViolations` is any refused input; the more exact types carry what a program needs to go on.
 */
export const problemSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag"])

scalar Cidr
scalar IPAddress
scalar DateTime
scalar JSON

"A failure a caller can act on; the same code as over REST"
interface ProblemInterface {
  code: String!
  message: String!
  errors: [FieldProblem!]!
  facts: JSON
}

type FieldProblem @shareable {
  path: String!
  code: String!
  message: String!
  value: JSON
  conflictsWith: JSON
  suggestion: String
  rule: String
}

${['RuleViolations', 'PoolExhausted', 'PrefixTaken', 'NotFoundProblem', 'ConflictProblem', 'Problem']
  .map(
    (name) => `type ${name} implements ProblemInterface @shareable {
  code: String!
  message: String!
  errors: [FieldProblem!]!
  facts: JSON${name === 'PoolExhausted' ? '\n  largestFreePrefixLength: Int' : ''}${name === 'PrefixTaken' ? '\n  blockers: JSON\n  hiddenBlockers: Int' : ''}
}`,
  )
  .join('\n\n')}

type PageInfo @shareable {
  hasNextPage: Boolean!
  "Always false: lists are read forwards"
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}
`;

/** The names for a mutation's union. */
export const problemUnion = 'RuleViolations | PoolExhausted | PrefixTaken | NotFoundProblem | ConflictProblem | Problem';

/**
 * What a mutation answers: the object under `typename`, or the problem type of an expected failure.
 * Anything unexpected, and missing rights, stay GraphQL errors.
 */
export async function graphqlOutcome(work: Promise<unknown>, typename: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await work;
    const body = answer instanceof WriteResult ? answer.body : answer;
    return { ...(body as object), __typename: typename };
  } catch (error) {
    const failure = asDomainError(error);
    if (!failure || ['unauthenticated', 'forbidden', 'transient', 'throttled'].includes(failure.kind)) throw error;
    return {
      __typename: problemTypename(failure.code, failure.kind),
      code: failure.code,
      message: failure.message,
      errors: failure.problems,
      facts: failure.facts,
      ...failure.facts,
    };
  }
}

function problemTypename(code: string, kind: string): string {
  if (code === 'pool_exhausted') return 'PoolExhausted';
  if (code === 'prefix_taken') return 'PrefixTaken';
  if (kind === 'not_found') return 'NotFoundProblem';
  if (kind === 'conflict' || kind === 'precondition') return 'ConflictProblem';
  return kind === 'invalid' ? 'RuleViolations' : 'Problem';
}

/** An edge of a connection. */
export interface Edge<T> {
  readonly node: T;
  /** null where the list has no pages. */
  readonly cursor: string | null;
}

/** A connection over a REST page. */
export function connectionOf<T>(page: { readonly items: readonly T[]; readonly nextCursor: string | null }): {
  readonly nodes: readonly T[];
  readonly edges: readonly Edge<T>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
} {
  const { items, nextCursor } = page;
  return {
    nodes: items,
    edges: items.map((node) => ({ node, cursor: cursorOf(node) })),
    pageInfo: {
      hasNextPage: nextCursor !== null,
      hasPreviousPage: false,
      startCursor: cursorOf(items[0]),
      endCursor: nextCursor ?? cursorOf(items.at(-1)),
    },
  };
}
