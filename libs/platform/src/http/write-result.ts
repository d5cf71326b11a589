/** The answer of a write: body, status and the headers that go with it. The same for REST and as an idempotency record. */
export class WriteResult<T = unknown> {
  private constructor(
    readonly status: number,
    readonly body: T,
    readonly headers: Readonly<Record<string, string>>,
    readonly replayed: boolean,
  ) {}

  static ok<T>(body: T, headers: WriteHeaders = {}): WriteResult<T> {
    return new WriteResult(200, body, toHeaders(headers), false);
  }
  static created<T>(body: T, headers: WriteHeaders = {}): WriteResult<T> {
    return new WriteResult(201, body, toHeaders(headers), false);
  }
  /** Taken on; the work goes on behind the queue. */
  static accepted<T>(body: T, headers: WriteHeaders = {}): WriteResult<T> {
    return new WriteResult(202, body, toHeaders(headers), false);
  }
  static noContent(): WriteResult<null> {
    return new WriteResult(204, null, {}, false);
  }
  /** The same answer with another body. */
  with<U>(body: U): WriteResult<U> {
    return new WriteResult(this.status, body, this.headers, this.replayed);
  }
  /** The stored first answer to the same request. */
  static replay<T>(status: number, body: T, headers: Readonly<Record<string, string>>): WriteResult<T> {
    return new WriteResult(status, body, headers, true);
  }
}

export interface WriteHeaders {
  readonly etag?: string;
  readonly location?: string;
}

function toHeaders({ etag, location }: WriteHeaders): Record<string, string> {
  return { ...(etag === undefined ? {} : { etag }), ...(location === undefined ? {} : { location }) };
}
