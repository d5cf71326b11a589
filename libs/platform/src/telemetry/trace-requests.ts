import { context, type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf, traceparentIn } from './spans.js';
import { recordsSpans } from './telemetry.js';

const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

interface Traced {
  readonly span: Span;
  readonly context: Context;
}

/**
 * A span for every request but those of probes, as a child of the caller's `traceparent`. The request's own header then names the
 * span, so that everything that passes it on (other services, the queue, Azure) hangs below it. Where nothing records, the caller's header goes on as it came.
 */
export function traceRequests(http: FastifyInstance): void {
  if (!recordsSpans()) return;
  const open = new WeakMap<FastifyRequest, Traced>();
  http.addHook('onRequest', (request, _reply, done) => {
    const traced = begin(request);
    if (!traced) return done();
    open.set(request, traced);
    return context.with(traced.context, done);
  });
  // Reading the body leaves the context that the request began in.
  http.addHook('preValidation', (request, _reply, done) => {
    const traced = open.get(request);
    return traced ? context.with(traced.context, done) : done();
  });
  http.addHook('onResponse', (request, reply, done) => {
    const traced = open.get(request);
    if (traced) {
      const route = request.routeOptions.url;
      if (route !== undefined) {
        traced.span.updateName(`${request.method} ${route}`);
        traced.span.setAttribute('http.route', route);
      }
      traced.span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) traced.span.setStatus({ code: SpanStatusCode.ERROR });
      traced.span.end();
    }
    done();
  });
}

function begin(request: FastifyRequest): Traced | undefined {
  const path = request.url.split('?')[0] ?? '';
  if (QUIET.has(path)) return undefined;
  const { traceparent } = request.headers;
  const parent = typeof traceparent === 'string' ? contextOf(traceparent) : context.active();
  const span = trace.getTracer('podspan').startSpan(
    request.method,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'url.path': path, 'podspan.request_id': request.id },
    },
    parent,
  );
  const inside = trace.setSpan(parent, span);
  request.headers['traceparent'] = traceparentIn(inside);
  return { span, context: inside };
}
