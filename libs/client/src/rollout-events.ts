import { ApiProblem, ServerUnreachable } from './api-problem.js';
import { type Fetch } from './resilient-fetch.js';
import { serverSentEvents } from './server-sent-events.js';
import { urlBelow } from './url-below.js';

/** One entry of a rollout's log. `sequence` counts from 1 without a gap. */
export interface RolloutEvent {
  readonly sequence: number;
  readonly at: string;
  readonly type: string;
  readonly cluster: string | null;
  readonly wave: string | null;
  readonly data: unknown;
}

export interface RolloutEventsOptions {
  /** Only events after this sequence. */
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** How many connections in a row may bring nothing before the failure is thrown. */
  readonly attempts?: number;
  readonly wait?: (ms: number) => Promise<void>;
}

const LAST = 'rollout.done';

/**
 * The events of a rollout, from the past into the present, until the rollout is over and nothing more is to tell. A lost connection is taken up again
 * behind the last event, so that none is missed and none comes twice.
 * @throws ApiProblem when the server refuses, ServerUnreachable when it stays away
 */
export async function* rolloutEvents(
  send: Fetch,
  baseUrl: string,
  rollout: string,
  options: RolloutEventsOptions = {},
): AsyncGenerator<RolloutEvent> {
  const { signal, attempts = 10, wait = pause } = options;
  let last = options.after ?? 0;
  let inVain = 0;
  for (;;) {
    try {
      for await (const event of connection(send, baseUrl, rollout, last, signal)) {
        if (event.sequence <= last) continue;
        last = event.sequence;
        inVain = 0;
        yield event;
        // A rollout that was retried or resumed has come to an end before its last one.
        if (event.type === LAST && (await isOver(send, baseUrl, rollout, last))) return;
      }
      // The server hung up in peace: it restarts, or the rollout was over before `after`.
      if (await isOver(send, baseUrl, rollout, last)) return;
    } catch (error) {
      if (signal?.aborted === true) return;
      if (!isPassing(error) || ++inVain >= attempts) throw error;
    }
    await wait(Math.min(250 * 2 ** inVain, 5_000));
  }
}

async function* connection(
  send: Fetch,
  baseUrl: string,
  rollout: string,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RolloutEvent> {
  const request = new Request(urlBelow(baseUrl, `/v1/rollouts/${encodeURIComponent(rollout)}/events`), {
    headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await send(request);
  if (response.body === null) return;
  for await (const { data } of serverSentEvents(response.body)) {
    const event: unknown = JSON.parse(data);
    if (isRolloutEvent(event)) yield event;
  }
}

async function isOver(send: Fetch, baseUrl: string, rollout: string, last: number): Promise<boolean> {
  const response = await send(new Request(urlBelow(baseUrl, `/v1/rollouts/${encodeURIComponent(rollout)}`)));
  const view = (await response.json()) as { readonly lifecycle?: unknown; readonly lastSequence?: unknown };
  return view.lifecycle === 'DONE' && !(typeof view.lastSequence === 'number' && view.lastSequence > last);
}

function isRolloutEvent(value: unknown): value is RolloutEvent {
  return typeof value === 'object' && value !== null && 'sequence' in value && typeof value.sequence === 'number' && 'type' in value;
}

/** A stream that breaks off is no failure of the rollout; a refusal is final. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiProblem) return error.status === 429 || error.status >= 500;
  return error instanceof ServerUnreachable || error instanceof TypeError;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
