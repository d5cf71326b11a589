import { type Attributes, context, type Context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const TRACER = 'podspan';

export interface SpanOptions {
  readonly attributes?: Attributes;
  /** CLIENT for a call to somebody else, CONSUMER for work taken from the queue. */
  readonly kind?: 'INTERNAL' | 'CLIENT' | 'CONSUMER';
  /** The W3C traceparent this goes on from, in place of what is under way here. */
  readonly traceparent?: string | undefined;
}

/** Runs the work in a span; what it calls is inside of it. A failure is noted on the span and thrown on. */
export async function inSpan<T>(
  name: string,
  { attributes = {}, kind = 'INTERNAL', traceparent }: SpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  const parent = traceparent === undefined ? context.active() : contextOf(traceparent);
  return trace.getTracer(TRACER).startActiveSpan(name, { kind: SpanKind[kind], attributes }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      // Codes, not messages: a message may carry what a trace must not.
      span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The W3C traceparent of the span that is under way; undefined where nothing is recorded. */
export function traceparentNow(): string | undefined {
  return traceparentIn(context.active());
}

export function traceparentIn(given: Context): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(given, carrier);
  return carrier['traceparent'];
}

export function contextOf(traceparent: string): Context {
  return propagation.extract(context.active(), { traceparent });
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
