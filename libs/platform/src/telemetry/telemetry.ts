import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Config } from '../config/config.js';

export interface Telemetry {
  /** Sends what has not been sent yet. */
  shutdown(): Promise<void>;
}

let recording = false;

/** Whether spans go anywhere: settled before the services of the process are built. */
export function recordsSpans(): boolean {
  return recording;
}

const NONE: Telemetry = { shutdown: () => Promise.resolve() };

/**
 * Sends spans to the OpenTelemetry collector of the configuration; without one nothing is recorded and nothing costs.
 * Called once a process, before its services are built.
 */
export function startTelemetry(
  service: string,
  config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_TRACES_SAMPLER_ARG'>,
): Telemetry {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return NONE;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    timeoutMillis: 10_000,
  });
  return recordSpans(service, new BatchSpanProcessor({ exporter }), config.OTEL_TRACES_SAMPLER_ARG);
}

/** As {@link startTelemetry}, to any processor. */
export function recordSpans(service: string, processor: SpanProcessor, ratio = 1): Telemetry {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `podspan-${service}`, 'service.namespace': 'podspan' }),
    // Who calls decides; a trace of our own making is kept by its share.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  });
  recording = true;
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    shutdown: async () => {
      recording = false;
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

export type { SpanExporter };
