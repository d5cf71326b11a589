import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { type DomainError, InvalidRequest } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Authenticator } from '../auth/authenticator.js';
import type { AnswerCovers } from '../http/cover-answers.js';
import { asDomainError } from '../http/problem-document.js';
import { newId } from '../postgres/new-id.js';
import { inputProblem } from './input-problem.js';
import { problemSdl } from './outcome.js';
import { withRootAnswers } from './root-answers.js';

/** What resolvers and guards read of a request; over a WebSocket it is made from the connection's parameters. */
interface GraphqlContext {
  readonly req: FastifyRequest;
}

interface SocketConnection {
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  readonly extra?: unknown;
}

/** The federation 2 subgraph of a service: POST /graphql, subscriptions over graphql-transport-ws on the same path. */
export function subgraphModule(sdl: string, authenticator: Authenticator, covers: AnswerCovers): DynamicModule {
  return GraphQLModule.forRoot<ApolloFederationDriverConfig>({
    driver: ApolloFederationDriver,
    path: '/graphql',
    typeDefs: `${problemSdl}\n${sdl}`,
    transformSchema: (schema) => withRootAnswers(schema, covers),
    introspection: true,
    playground: false,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled()],
    includeStacktraceInErrorResponses: false,
    formatError,
    context: (request: FastifyRequest | SocketConnection): GraphqlContext => ({
      req: 'headers' in request ? request : requestOfSocket(request),
    }),
    subscriptions: {
      'graphql-ws': {
        path: '/graphql',
        onConnect: (connection: SocketConnection) => signIn(connection, authenticator),
        // Over a socket nobody else formats them.
        onNext: (_connection: unknown, _id: string, _payload: unknown, _args: unknown, result: SocketResult) => formatted(result),
      },
    },
  });
}

interface SocketResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** undefined: as it is. */
function formatted({ data, errors }: SocketResult): FormattedExecutionResult | undefined {
  if (errors === undefined) return undefined;
  return { ...(data === undefined ? {} : { data }), errors: errors.map((error) => formatError(error.toJSON(), error)) };
}

const actors = new WeakMap<object, FastifyRequest>();

/** The token comes as `authorization` in connection_init; a connection without a good one is closed (4403). */
async function signIn(connection: SocketConnection, authenticator: Authenticator): Promise<boolean> {
  const params = connection.connectionParams ?? {};
  const given = params['authorization'] ?? params['Authorization'];
  const authorization = typeof given === 'string' ? given : '';
  try {
    const actor = await authenticator.authenticate(authorization);
    const headers = { authorization };
    actors.set(keyOf(connection), { id: newId(), method: 'POST', url: '/graphql', headers, actor } as unknown as FastifyRequest);
    return true;
  } catch {
    return false;
  }
}

function requestOfSocket(connection: SocketConnection): FastifyRequest {
  const request = actors.get(keyOf(connection));
  if (!request) throw new GraphQLError('a bearer token is required', { extensions: { code: 'unauthenticated' } });
  return request;
}

/** `extra` is one object per socket and the same in every callback. */
function keyOf(connection: SocketConnection): object {
  return typeof connection.extra === 'object' && connection.extra !== null ? connection.extra : connection;
}

/** The same code and problems as over REST; nothing of an unexpected failure but the fact. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const refusedInput = inputProblem(formatted.message);
  const cause = rootOf(error);
  const place = { ...(formatted.path ? { path: formatted.path } : {}), ...(formatted.locations ? { locations: formatted.locations } : {}) };
  if (refusedInput) return { message: formatted.message, ...place, extensions: { code: refusedInput.code, errors: [refusedInput] } };
  if (isGraphqlError(cause)) {
    return {
      message: formatted.message,
      ...place,
      extensions: { ...cause.extensions, code: cause.extensions['code'] ?? formatted.extensions?.['code'] ?? 'graphql_error' },
    };
  }
  const failure = asArguments(asDomainError(cause));
  if (failure)
    return { message: failure.message, ...place, extensions: { ...failure.facts, code: failure.code, errors: failure.problems } };
  return { message: 'something went wrong in Podspan', ...place, extensions: { code: 'internal_error' } };
}

const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['limit', 'first'],
  ['cursor', 'after'],
]);

/** What a page has by other names over REST is told by the names of the arguments. */
function asArguments(failure: DomainError | undefined): DomainError | undefined {
  if (failure?.kind !== 'invalid' || !failure.problems.some(({ path }) => ARGUMENTS.has(path))) return failure;
  const problems = failure.problems.map((problem) => ({ ...problem, path: ARGUMENTS.get(problem.path) ?? problem.path }));
  return new InvalidRequest(problems, { facts: failure.facts });
}

/** GraphQL wraps what was thrown, a scalar's error more than once. */
function rootOf(error: unknown): unknown {
  const inner = isGraphqlError(error) ? error.originalError : undefined;
  return inner ? rootOf(inner) : error;
}

/** By name: two copies of the graphql package may be loaded. */
function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError';
}
