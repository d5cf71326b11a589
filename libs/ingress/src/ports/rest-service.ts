import { Conflict, DomainError, Forbidden, InvalidRequest, Transient, Unauthenticated } from '@podspan/errors';
import { z } from 'zod';

const ProblemBody = z.looseObject({
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.looseObject({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});

const patienceMs = 15_000;

export interface RestCall {
  readonly method?: 'GET' | 'POST';
  readonly authorization: string;
  readonly body?: unknown;
}

/** Another service of Podspan, over its public REST API: its failures become the DomainErrors they were there. */
export class RestService {
  constructor(
    private readonly name: string,
    private readonly baseUrl: string,
  ) {}

  /** `undefined` for 404. */
  async call<T extends z.ZodType>(
    path: string,
    schema: T,
    { method = 'GET', authorization, body }: RestCall,
  ): Promise<z.output<T> | undefined> {
    const response = await this.#send(path, method, authorization, body);
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw this.#failure(response, text);
    const parsed = schema.safeParse(text === '' ? undefined : jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new Error(`${this.name} answered ${method} ${path} in another shape: ${z.prettifyError(parsed.error)}`);
  }

  async #send(path: string, method: string, authorization: string, body: unknown): Promise<Response> {
    try {
      return await fetch(new URL(path, this.baseUrl), {
        method,
        headers: { authorization, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patienceMs),
      });
    } catch (cause) {
      throw new Transient(`${this.name}_unavailable`, `${this.name} does not answer`, 5, { cause });
    }
  }

  #failure(response: Response, text: string): DomainError {
    const parsed = ProblemBody.safeParse(jsonOf(text));
    if (!parsed.success) return new Transient(`${this.name}_unavailable`, `${this.name} answered ${response.status}`, 5);
    const { code, detail = code, errors = [], type: _, title: __, status: ___, instance: ____, traceId: _____, ...facts } = parsed.data;
    switch (response.status) {
      case 401:
        return new Unauthenticated(detail);
      case 403:
        return new Forbidden(detail, facts);
      case 409:
        return new Conflict(code, detail, { facts });
      case 422:
        return new InvalidRequest(errors.length > 0 ? errors : [{ path: '', code, message: detail }], { code, facts });
      default:
        return new Transient(code, detail, Number(response.headers.get('retry-after') ?? 5) || 5);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
