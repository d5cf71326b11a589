import {
  createGatewayRuntime,
  getGraphQLWSOptions,
  type GatewayConfigSupergraph,
  type GatewayRuntime,
} from '@graphql-hive/gateway-runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import { Agent } from 'undici';
import { explorerPage } from './explorer-page.js';
import { acceptGraphSockets, type GraphOperations, type GraphSockets } from './graph-sockets.js';
import type { Graph } from './graph.js';
import { limitPlugin } from './limit-plugin.js';
import { errorMasker } from './mask-error.js';
import type { OperationLimits } from './operation-limits.js';
import { readSdl } from './read-sdl.js';
import { subgraphExecutor } from './subgraph-transport.js';
import { callerHeaders, type Subgraph } from './subgraph.js';
import { SupergraphSource } from './supergraph-source.js';
import { validationCode } from './validation-code.js';

export interface GraphLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface GraphOptions {
  readonly subgraphs: readonly Subgraph[];
  /** The token with which the gateway itself asks for the schemas. */
  readonly serviceToken?: string;
  readonly limits: OperationLimits;
  readonly introspection: boolean;
  /** Serves a small page at GET /graphql. */
  readonly explorer: boolean;
  readonly subgraphTimeoutMs: number;
  readonly pollMs: number;
  readonly retryMs: number;
  readonly log: GraphLog;
  /** Rejects when the credentials of a WebSocket connection are not good. */
  readonly authenticate: (authorization: string | undefined) => Promise<unknown>;
}

type Transports = Exclude<GatewayConfigSupergraph['transports'], ((kind: string) => unknown) | undefined>;
type Transport = Extract<Transports[string], { getSubgraphExecutor: unknown }>;
/** Generic in the answer's type, as only the runtime can be. */
type RuntimeExecutor = Awaited<ReturnType<Transport['getSubgraphExecutor']>>;

/** Operations in flight may finish on the old schema for this long after a change. */
const DRAIN_MS = 30_000;

/** Opens the graph on Hive's gateway runtime with the JavaScript planner. Returns at once; subgraphs may come later. */
export function openGraph(options: GraphOptions): Graph {
  return new HiveGraph(options);
}

class HiveGraph implements Graph {
  readonly #options: GraphOptions;
  readonly #dispatcher = new Agent({ connections: 64 });
  readonly #source: SupergraphSource;
  #supergraph = '';
  #runtime: GatewayRuntime | undefined;
  #sockets: GraphSockets | undefined;

  constructor(options: GraphOptions) {
    this.#options = options;
    const { subgraphs, serviceToken, log, pollMs, retryMs } = options;
    this.#source = new SupergraphSource({
      subgraphs,
      pollMs,
      retryMs,
      read: (subgraph) => readSdl(subgraph, serviceToken, this.#dispatcher),
      onChange: (supergraph) => this.#change(supergraph),
      onProblem: (problem) => log.error({ problem }, 'the subgraphs do not compose; the last good schema stays'),
    });
    void this.#source.look();
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (this.#runtime === undefined) throw new Error('the graph was asked before it was composed');
    const headers = { ...callerHeaders(request.headers), 'x-request-id': request.id };
    const response = await this.#runtime.handleNodeRequestAndResponse(request, reply, { headers });
    response.headers.forEach((value, name) => {
      if (name !== 'server') reply.header(name, value);
    });
    return reply.status(response.status).send(response.body ?? '');
  }

  attach(server: Server): void {
    this.#sockets = acceptGraphSockets(server, {
      authenticate: this.#options.authenticate,
      isReady: () => this.#runtime !== undefined,
      operations: () => this.#socketOperations(),
    });
  }

  missing(): readonly string[] {
    return this.#runtime === undefined ? this.#source.missing() : [];
  }

  refresh(): Promise<void> {
    return this.#source.look();
  }

  async close(): Promise<void> {
    this.#source.close();
    await this.#sockets?.close();
    await this.#runtime?.dispose();
    await this.#dispatcher.close();
  }

  #socketOperations(): GraphOperations {
    if (this.#runtime === undefined) throw new Error('the graph is not composed yet');
    const options = getGraphQLWSOptions<Record<string, unknown>, { request?: IncomingMessage }>(
      this.#runtime,
      ({ extra, connectionParams }) => ({
        headers: callerHeaders({ ...extra.request?.headers, ...connectionParams }),
      }),
    );
    return options as GraphOperations;
  }

  #change(supergraph: string): void {
    this.#supergraph = supergraph;
    if (this.#runtime === undefined) this.#runtime = this.#createRuntime();
    else this.#runtime.invalidateUnifiedGraph();
  }

  #createRuntime(): GatewayRuntime {
    const { subgraphs, limits, introspection, explorer, log, subgraphTimeoutMs } = this.#options;
    const bySubgraph = new Map(subgraphs.map((subgraph) => [subgraph.name.toLowerCase(), subgraph]));
    const transport = {
      dispatcher: this.#dispatcher,
      timeoutMs: subgraphTimeoutMs,
      onFailure: (subgraph: Subgraph, error: unknown) => log.warn({ err: error, subgraph: subgraph.name }, 'a subgraph does not answer'),
    };
    const mask = errorMasker(subgraphs, (error) => log.error({ err: error }, 'an unexpected error in the graph'));
    return createGatewayRuntime({
      supergraph: () => this.#supergraph,
      gracefulSchemaReload: { drainTimeout: DRAIN_MS },
      transports: {
        http: {
          getSubgraphExecutor: ({ subgraphName }) => {
            const subgraph = bySubgraph.get(subgraphName.toLowerCase());
            if (subgraph === undefined) throw new Error(`no service is known for the subgraph '${subgraphName}'`);
            return subgraphExecutor(subgraph, transport) as RuntimeExecutor;
          },
        },
      },
      plugins: () => [validationCode(), limitPlugin(limits)],
      maskedErrors: { maskError: mask },
      subgraphErrors: { errorCode: 'internal_error', subgraphNameProp: 'service' },
      ...(introspection ? {} : { disableIntrospection: {} }),
      graphiql: explorer,
      renderGraphiQL: () => explorerPage(),
      landingPage: false,
      graphqlEndpoint: '/graphql',
      deferStream: true,
      upstreamCancellation: true,
      // Ours: the edge gives every request an id and answers for health.
      requestId: false,
      cors: false,
      logging: false,
    });
  }
}
