import type { FastifyRequest } from 'fastify';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { type AnswerCovers, coveredError } from '../http/cover-answers.js';
import { WriteResult } from '../http/write-result.js';

interface RequestContext {
  readonly req: FastifyRequest;
}
type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Every field of Query and Mutation answers the body of a WriteResult, and whatever it answers or refuses under its cover. */
export function withRootAnswers(schema: GraphQLSchema, covers: AnswerCovers): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (field.resolve && !field.name.startsWith('_'))
        field.resolve = answering(field.resolve as Resolver, covers) as typeof field.resolve;
    }
  }
  return schema;
}

function answering(resolve: Resolver, covers: AnswerCovers): Resolver {
  return async (source, args, context, info) => {
    try {
      const answer: unknown = await resolve(source, args, context, info);
      const body = answer instanceof WriteResult ? answer.body : answer;
      const cover = await covers.of(context.req);
      return cover ? cover.over(body) : body;
    } catch (error) {
      throw coveredError(await covers.of(context.req), error);
    }
  };
}
