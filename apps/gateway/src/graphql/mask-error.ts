import { inputProblem } from '@podspan/platform';
import { GraphQLError } from 'graphql';
import type { Subgraph } from './subgraph.js';

/** Members of `extensions` that say how the inside works. */
const INNER = new Set(['request', 'http', 'stacktrace', 'exception', 'originalError', 'debug', 'delegationPlan', 'subgraphUrl']);

/**
 * What a client may see of an error: an expected one with its code, path and facts but without anything of the inside;
 * anything else as `internal_error` and no more. `unexpected` is told the real one, for the log.
 */
export function errorMasker(subgraphs: readonly Subgraph[], unexpected: (error: unknown) => void): (error: unknown) => GraphQLError {
  const scrub = addressScrubber(subgraphs);
  return (error) => {
    const shown = asExpected(error);
    if (shown === undefined) {
      unexpected(error);
      return new GraphQLError('an unexpected error occurred', { extensions: { code: 'internal_error' } });
    }
    return new GraphQLError(scrub(shown.message), {
      ...(shown.nodes === undefined ? {} : { nodes: shown.nodes }),
      ...(shown.source === undefined ? {} : { source: shown.source }),
      ...(shown.positions === undefined ? {} : { positions: shown.positions }),
      ...(shown.path === undefined ? {} : { path: shown.path }),
      extensions: { ...shownExtensions(shown.extensions), ...refusedInput(shown) },
    });
  };
}

/** Codes are lower_snake wherever they come from: the runtime's own (GRAPHQL_PARSE_FAILED) are written otherwise. */
function shownExtensions(extensions: GraphQLError['extensions']): Readonly<Record<string, unknown>> {
  const shown = Object.fromEntries(Object.entries(extensions).filter(([key]) => !INNER.has(key)));
  const { code } = shown;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? { ...shown, code: code.toLowerCase() } : shown;
}

/** What does not fit the type of an argument is told with the code and the path it has over REST. */
function refusedInput({ message, extensions }: GraphQLError): Readonly<Record<string, unknown>> {
  const problem = 'errors' in extensions ? undefined : inputProblem(message);
  return problem ? { code: problem.code, errors: [problem] } : {};
}

function asExpected(error: unknown): GraphQLError | undefined {
  if (!isGraphQLError(error)) return undefined;
  const cause = error.originalError;
  return cause === undefined || cause === null || isGraphQLError(cause) ? error : undefined;
}

/** By shape and not by class: a bundle may hold the class twice. */
function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError || (error instanceof Error && error.name === 'GraphQLError' && 'extensions' in error);
}

/** Replaces the addresses of the services by their names. Other addresses are the product's own business and stay. */
function addressScrubber(subgraphs: readonly Subgraph[]): (text: string) => string {
  const pairs = subgraphs.flatMap(({ name, url }) => [
    [`${url.protocol}//${url.host}`, name] as const,
    [url.host, name] as const,
    ...(url.hostname === 'localhost' ? [[`127.0.0.1:${url.port}`, name] as const, [`::1:${url.port}`, name] as const] : []),
  ]);
  return (text) => pairs.reduce((scrubbed, [address, name]) => scrubbed.replaceAll(address, name), text);
}
