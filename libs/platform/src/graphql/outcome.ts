import { asDomainError } from '../http/problem-document.js';
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

/** A connection over a REST page. */
export function connectionOf<T>(page: { readonly items: readonly T[]; readonly nextCursor: string | null }): {
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
} {
  return {
    nodes: page.items,
    edges: page.items.map((node) => ({ node })),
    pageInfo: { hasNextPage: page.nextCursor !== null, endCursor: page.nextCursor },
  };
}
