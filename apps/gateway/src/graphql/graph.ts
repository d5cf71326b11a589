import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';

/**
 * The one GraphQL endpoint over all services. The runtime behind it is replaceable: nothing outside this folder knows
 * which one it is.
 */
export interface Graph {
  /** Answers one request to /graphql, also a subscription over server-sent events. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Takes the WebSocket upgrades of /graphql (graphql-transport-ws). */
  attach(server: Server): void;
  /** The services whose part of the schema has never been seen; empty when the graph answers. */
  missing(): readonly string[];
  /** Looks for changed schemas now instead of at the next interval. */
  refresh(): Promise<void>;
  /** Ends subscriptions, lets running operations finish, frees connections. */
  close(): Promise<void>;
}
