import { GraphQLError } from 'graphql';
import type { Subgraph } from './subgraph.js';

/** The error of every field a subgraph could not give. The cause stays inside; it is for the log. */
export function subgraphUnavailable(subgraph: Pick<Subgraph, 'name'>, cause: unknown): GraphQLError {
  const error = new GraphQLError(`the ${subgraph.name} service is unavailable; try again`, {
    extensions: { code: 'subgraph_unavailable', service: subgraph.name, retryAfterSeconds: 1 },
  });
  error.cause = cause;
  return error;
}
