import { Controller, Module, Post } from '@nestjs/common';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { createServer } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/config.js';
import { Caller, type CallContext } from '../http/call-context.js';
import { bootTestService, testTokens } from '../testing/index.js';
import { inSpan, traceparentNow } from './spans.js';
import { recordSpans, startTelemetry, type Telemetry } from './telemetry.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

let seen: { header: string | undefined; inside: string | undefined; deeper: string | undefined };

@Controller('v1/things')
class ThingsController {
  @Post(':id')
  async create(@Caller() call: CallContext): Promise<string> {
    const inside = traceparentNow();
    seen = { header: call.traceparent, inside, deeper: await inSpan('store', {}, () => Promise.resolve(traceparentNow())) };
    return 'done';
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

describe('spans of requests', () => {
  const exporter = new InMemorySpanExporter();
  let telemetry: Telemetry;
  let service: Awaited<ReturnType<typeof bootTestService>>;
  beforeAll(async () => {
    telemetry = recordSpans('test', new SimpleSpanProcessor({ exporter }));
    service = await bootTestService({ name: 'things', module: ThingsModule, sdl: 'type Query { nothing: String }' });
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    await service.close();
    await telemetry.shutdown();
  });

  const post = (headers: Record<string, string>): request.Test =>
    request(service.url).post('/v1/things/7').set('authorization', `Bearer ${testTokens.operator}`).set(headers).send({ a: 1 });

  it("hangs below the caller's span, and what the handler does hangs below the request", async () => {
    await post({ traceparent: `00-${TRACE}-${PARENT}-01` }).expect(201);
    const [inner, outer] = exporter.getFinishedSpans();
    expect(outer).toMatchObject({
      name: 'POST /v1/things/:id',
      parentSpanContext: { spanId: PARENT },
      attributes: { 'http.route': '/v1/things/:id', 'http.response.status_code': 201 },
    });
    expect(inner).toMatchObject({ name: 'store', parentSpanContext: { spanId: outer?.spanContext().spanId } });
    expect(new Set([inner, outer].map((span) => span?.spanContext().traceId))).toEqual(new Set([TRACE]));
    // After the body was read the context is still the request's.
    expect(seen.inside).toBe(`00-${TRACE}-${outer?.spanContext().spanId}-01`);
    expect(seen.header).toBe(seen.inside);
  });

  it('begins a trace where there is none, and notes failures by their code', async () => {
    await post({}).expect(201);
    await expect(inSpan('call', {}, () => Promise.reject(Object.assign(new Error('with a secret'), { code: 'taken' })))).rejects.toThrow();
    const failed = exporter.getFinishedSpans().at(-1);
    expect(failed?.status).toEqual({ code: 2, message: 'taken' });
    expect(JSON.stringify(failed?.events)).not.toContain('secret');
  });

  it('records nothing of what the caller did not sample, and passes the caller on', async () => {
    await post({ traceparent: `00-${TRACE}-${PARENT}-00` }).expect(201);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(seen.header).toMatch(new RegExp(`^00-${TRACE}-`));
  });
});

describe('a collector', () => {
  it('gets the spans over OTLP, with the headers of the configuration', async () => {
    const requests: { url: string | undefined; key: unknown; body: string }[] = [];
    const collector = createServer((incoming, answer) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        requests.push({ url: incoming.url, key: incoming.headers['x-key'], body: Buffer.concat(chunks).toString() });
        answer.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
    const address = collector.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const config = loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=abc' });
    const telemetry = startTelemetry('ipam', config);
    await inSpan('allocate', { attributes: { 'podspan.pool': 'hub' } }, () => Promise.resolve());
    await telemetry.shutdown();
    await new Promise((done) => collector.close(done));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ url: '/v1/traces', key: 'abc' });
    expect(requests[0]?.body).toContain('"podspan-ipam"');
    expect(requests[0]?.body).toContain('"allocate"');
  });

  it('is not needed: without one, nothing is recorded and nothing fails', async () => {
    const telemetry = startTelemetry('ipam', loadConfig({}));
    expect(await inSpan('allocate', {}, () => Promise.resolve(traceparentNow()))).toBeUndefined();
    await telemetry.shutdown();
  });
});
