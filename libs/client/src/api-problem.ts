import { DomainError, type ErrorKind, type Problem } from '@podspan/errors';

/** The members of a problem document that are not facts of the failure. */
const STANDARD = new Set(['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId', 'errors']);

export interface ApiProblemOptions {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly problems?: readonly Problem[];
  readonly retryAfterSeconds?: number;
  readonly traceId?: string;
}

/** What the server answered instead of success. A service that lets it through answers its own caller the same. */
export class ApiProblem extends DomainError {
  readonly status: number;
  readonly traceId: string | undefined;

  constructor({ status, code, message, traceId, ...rest }: ApiProblemOptions) {
    super(kindOf(status), code, message, rest);
    this.status = status;
    this.traceId = traceId;
  }
}

/** No answer: the server is not there, or did not answer in time. Whether the request was carried out is not known. */
export class ServerUnreachable extends DomainError {
  readonly url: string;

  constructor(url: string, reason: string, cause: unknown) {
    super('transient', 'server_unreachable', `${new URL(url).origin} ${reason}`, { retryAfterSeconds: 2, cause });
    this.url = url;
  }
}

/** Reads a failed answer, also one that some proxy between gave and that is no problem document. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const document = await problemDocumentIn(response);
  const retryAfterSeconds = retryAfterOf(response.headers.get('retry-after'));
  const traceId = text(document['traceId']) ?? response.headers.get('x-request-id') ?? undefined;
  return new ApiProblem({
    status: response.status,
    code: text(document['code']) ?? `http_${response.status}`,
    message:
      text(document['detail']) ??
      text(document['title']) ??
      `HTTP ${response.status} from ${response.url || 'the server'}, which is no answer of Podspan`,
    facts: Object.fromEntries(Object.entries(document).filter(([key]) => !STANDARD.has(key))),
    problems: Array.isArray(document['errors']) ? document['errors'].filter(isProblem) : [],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(traceId === undefined ? {} : { traceId }),
  });
}

async function problemDocumentIn(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body = await response.text();
  if (!(response.headers.get('content-type') ?? '').includes('json')) return {};
  try {
    const document: unknown = JSON.parse(body);
    return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Retry-After in seconds; the other form, a date, no service of ours sends. */
function retryAfterOf(header: string | null): number | undefined {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'path' in value && 'code' in value && 'message' in value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function kindOf(status: number): ErrorKind {
  const kinds: Readonly<Record<number, ErrorKind>> = {
    400: 'malformed',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    405: 'method_not_allowed',
    406: 'not_acceptable',
    409: 'conflict',
    412: 'precondition',
    413: 'too_large',
    415: 'unsupported_media_type',
    422: 'invalid',
    429: 'throttled',
  };
  return kinds[status] ?? (status < 500 ? 'invalid' : 'transient');
}
