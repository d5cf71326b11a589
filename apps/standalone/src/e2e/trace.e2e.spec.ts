import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { recordSpans, type Telemetry } from '@podspan/platform';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

const exporter = new InMemorySpanExporter();
let telemetry: Telemetry;
let podspan: TestStandalone;
beforeAll(async () => {
  telemetry = recordSpans('test', new SimpleSpanProcessor({ exporter }));
  podspan = await bootStandalone();
});
afterAll(async () => {
  await podspan.close();
  await telemetry.shutdown();
});

it('shows a rollout as one trace: gateway, services, queue, Azure', async () => {
  await podspan.api.post('/v1/topologies', topology).expect(200);
  await podspan.api
    .post('/v1/rollouts', rolloutOf('traced', [cluster('aks-1', WEU)]))
    .set('traceparent', `00-${TRACE}-b7ad6b7169203331-01`)
    .expect(202);
  await vi.waitFor(async () => expect((await podspan.api.get('/v1/rollouts/traced')).body.outcome).toBe('SUCCEEDED'), {
    timeout: 60_000,
    interval: 200,
  });
  await vi.waitFor(() => expect(spansOf(TRACE).map(({ name }) => name)).toContain('ARM PUT Microsoft.ContainerService/managedClusters'));
  const spans = spansOf(TRACE);
  const ofKind = (name: string): readonly ReadableSpan[] => spans.filter((span) => span.name === name);
  // The gateway's request, and provisioning's below it; ipam's below that.
  expect(ofKind('POST /v1/rollouts').map(parentOf)).toContain('POST /v1/*');
  expect(ofKind('POST /v1/address-plans').map(parentOf)).toContain('POST /v1/rollouts');
  expect(ofKind('ARM PUT Microsoft.ContainerService/managedClusters').map(parentOf)).toEqual([expect.stringMatching(/^run /)]);
});

function spansOf(traceId: string): readonly ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
}

function parentOf(span: ReadableSpan): string | undefined {
  return exporter.getFinishedSpans().find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
}
