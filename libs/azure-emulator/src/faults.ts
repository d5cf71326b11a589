import { z } from 'zod';
import type { ArmRequest } from './arm-request.js';
import { subscriptionOf } from './arm-path.js';
import type { Json, JsonObject } from './json.js';

const Body = z.record(z.string(), z.json());

/** What goes wrong, and for which requests. An empty match is every request. */
export const FaultSpec = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Regular expression over the path, any casing. */
      idPattern: z.string().refine(compiles, 'is not a regular expression').optional(),
      /** Resource type, for example `Microsoft.ContainerService/managedClusters`. */
      type: z.string().optional(),
      subscription: z.string().optional(),
    })
    .default({}),
  /** How many requests it strikes; absent: all until it is deleted. */
  times: z.int().positive().optional(),
  /** How many matching requests pass unharmed first. */
  skip: z.int().nonnegative().optional(),
  do: z.strictObject({
    /** Answer with this status and do nothing; with `accept`, do the work and then answer this. */
    status: z.int().min(200).max(599).optional(),
    accept: z.boolean().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
    body: Body.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Real milliseconds before anything happens. */
    delayMs: z.number().nonnegative().optional(),
    /** Cut the connection before or after the request had its effect. */
    drop: z.enum(['before', 'after']).optional(),
    lroOutcome: z.enum(['Failed', 'Canceled']).optional(),
    lroError: z.looseObject({ code: z.string(), message: z.string() }).optional(),
    /** The status URL says this whatever becomes of the resource. */
    lroStatusSays: z.enum(['Succeeded', 'Failed', 'Canceled']).optional(),
    /** The status URL of the operation answers this status after `after` good answers, `times` times or for ever. */
    statusUrl: z
      .strictObject({ after: z.int().nonnegative(), status: z.int().min(400).max(599), times: z.int().positive().optional() })
      .optional(),
    /** Shifts the `Date` header. */
    clockOffsetSeconds: z.number().optional(),
    /** 429; `retryAfter` goes out as it is, seconds, date or nonsense; absent: no such header. */
    throttle: z.strictObject({ retryAfter: z.union([z.number(), z.string()]).optional() }).optional(),
  }),
});
export type FaultSpec = z.input<typeof FaultSpec>;
export type FaultAction = z.output<typeof FaultSpec>['do'];

export interface Fault extends z.output<typeof FaultSpec> {
  readonly id: string;
  struck: number;
  seen: number;
}

/** Whether a text is a regular expression. */
export function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'i') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Faults on demand. The first that matches strikes. */
export class Faults {
  readonly #faults = new Map<string, Fault>();
  #serial = 0;

  add(spec: FaultSpec): Fault {
    this.#serial += 1;
    const fault = { id: `fault-${this.#serial}`, struck: 0, seen: 0, ...FaultSpec.parse(spec) };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  delete(id: string): boolean {
    return this.#faults.delete(id);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The fault that strikes this request, if any; counts it. */
  strike(request: ArmRequest, type: string | undefined): Fault | undefined {
    const fault = this.list().find((candidate) => matches(candidate, request, type) && isDue(candidate));
    if (fault) fault.struck += 1;
    return fault;
  }
}

function isDue(fault: Fault): boolean {
  if (fault.times !== undefined && fault.struck >= fault.times) return false;
  fault.seen += 1;
  return fault.seen > (fault.skip ?? 0);
}

function matches({ match }: Fault, request: ArmRequest, type: string | undefined): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.idPattern === undefined || new RegExp(match.idPattern, 'i').test(request.path)) &&
    (match.type === undefined || match.type.toLowerCase() === type?.toLowerCase()) &&
    (match.subscription === undefined || match.subscription.toLowerCase() === subscriptionOf(request.path))
  );
}

/** The answer a fault gives in place of ours. */
export function faultBody({ status, code, message, body, throttle }: FaultAction): JsonObject | undefined {
  if (body) return body;
  const number = status ?? (throttle ? 429 : 500);
  const names: Record<number, string> = {
    429: 'TooManyRequests',
    500: 'InternalServerError',
    502: 'BadGateway',
    503: 'ServiceUnavailable',
    504: 'GatewayTimeout',
  };
  const error: Json = { code: code ?? names[number] ?? 'EmulatedFault', message: message ?? 'This answer was asked for.' };
  return number === 204 ? undefined : { error };
}
