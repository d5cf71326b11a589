import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** An answer up to here is carried whole: a stream costs more than its bytes do, and one that breaks off can still be told as that. */
const WHOLE_BYTES = 256 * 1024;

/** A service's answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | Readable;
}

/** One request to a service under way. */
export interface Exchange {
  /** @throws the dispatcher's error where there is no answer, or a small one that breaks off */
  readonly answer: Promise<Answer>;
  /** Nobody waits for the answer any more. */
  readonly abort: () => void;
}

/**
 * Sends a request. The dispatcher's own `request` makes a stream of every answer, and the stream's reading, ending and closing costs
 * a small answer more than all the rest of its way; here only a large one, or one of unknown length, is a stream.
 */
export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Exchange {
  const handler = new AnswerHandler();
  const answer = new Promise<Answer>((resolve, reject) => handler.settle(resolve, reject));
  dispatcher.dispatch(options, handler);
  return { answer, abort: () => handler.abort() };
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #parts: Buffer[] = [];
  #stream: Readable | undefined;

  settle(resolve: (answer: Answer) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(gone());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) this.abort();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // The answer is still to come.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) <= WHOLE_BYTES) return;
    this.#stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#stream?.readableEnded) controller.abort(error ?? gone());
        // In the turn that brought the answer nobody listens to the stream yet.
        setImmediate(done, error);
      },
    });
    this.#answer(this.#stream);
  }

  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    if (!this.#stream) this.#parts.push(part);
    else if (!this.#stream.push(part)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#stream) this.#stream.push(null);
    else this.#answer(this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#stream) this.#stream.destroy(error);
    else this.#reject(error);
  }

  #answer(body: Answer['body']): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }
}

function gone(): Error {
  return new Error('the caller went away');
}
