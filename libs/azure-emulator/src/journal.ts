import type { Accepted } from './arm-request.js';
import { isRunning, type Operation } from './operations.js';

/** One request as the emulator saw it. Times are virtual, ISO 8601. */
export interface JournalEntry {
  readonly sequence: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly apiVersion?: string;
  /** Resource type, when the path named one. */
  readonly type?: string;
  readonly subscription?: string;
  readonly principal?: string;
  readonly clientRequestId?: string;
  readonly requestId: string;
  /** 0: the connection was cut instead of an answer. */
  readonly status: number;
  readonly code?: string;
  /** What the request changed; absent: nothing. */
  readonly accepted?: Accepted;
  readonly operationId?: string;
  readonly startedAt?: string;
  /** Absent while the operation runs. */
  readonly endedAt?: string;
  /** Ids of faults that had a hand in it. */
  readonly faults?: readonly string[];
}

export interface JournalFilter {
  readonly subscription?: string | undefined;
  readonly method?: string | undefined;
  readonly accepted?: boolean | Accepted | undefined;
  readonly type?: string | undefined;
  /** Regular expression over the path, any casing. */
  readonly idPattern?: string | undefined;
  readonly status?: number | undefined;
  /** Only entries with a greater sequence. */
  readonly after?: number | undefined;
}

interface Line {
  readonly entry: JournalEntry;
  readonly operation: Operation | undefined;
}

const acceptedKept = 100_000;

/** All requests, the oldest forgotten first; accepted writes are kept much longer than the rest. */
export class Journal {
  #accepted: Line[] = [];
  #others: Line[] = [];
  #sequence = 0;

  constructor(private readonly limit: number) {}

  get lastSequence(): number {
    return this.#sequence;
  }

  add(entry: Omit<JournalEntry, 'sequence'>, operation: Operation | undefined): void {
    this.#sequence += 1;
    const line = { entry: { sequence: this.#sequence, ...entry }, operation };
    if (entry.accepted) this.#accepted = bounded(this.#accepted, line, acceptedKept);
    else this.#others = bounded(this.#others, line, this.limit);
  }

  read(filter: JournalFilter = {}): JournalEntry[] {
    return [...this.#accepted, ...this.#others]
      .filter(({ entry }) => passes(entry, filter))
      .toSorted((a, b) => a.entry.sequence - b.entry.sequence)
      .map(withInterval);
  }

  clear(): void {
    this.#accepted = [];
    this.#others = [];
  }
}

/** Trims by half when full, so that adding stays cheap. */
function bounded(lines: Line[], line: Line, limit: number): Line[] {
  lines.push(line);
  return lines.length > limit * 1.5 ? lines.slice(-limit) : lines;
}

function passes(entry: JournalEntry, filter: JournalFilter): boolean {
  const { subscription, method, accepted, type, idPattern, status, after } = filter;
  return (
    (subscription === undefined || entry.subscription === subscription.toLowerCase()) &&
    (method === undefined || entry.method === method.toUpperCase()) &&
    (accepted === undefined ||
      (typeof accepted === 'boolean' ? (entry.accepted !== undefined) === accepted : entry.accepted === accepted)) &&
    (type === undefined || entry.type?.toLowerCase() === type.toLowerCase()) &&
    (idPattern === undefined || new RegExp(idPattern, 'i').test(entry.path)) &&
    (status === undefined || entry.status === status) &&
    (after === undefined || entry.sequence > after)
  );
}

function withInterval({ entry, operation }: Line): JournalEntry {
  if (!operation || !entry.accepted) return entry;
  return {
    ...entry,
    operationId: operation.id,
    startedAt: new Date(operation.startedAt).toISOString(),
    ...(isRunning(operation) ? {} : { endedAt: new Date(operation.endsAt).toISOString() }),
  };
}

/** The most operations that were running at one moment; an operation without an end is still running. */
export function mostOverlapping(entries: readonly JournalEntry[]): number {
  const moments = entries.flatMap(({ startedAt, endedAt }) =>
    startedAt === undefined ? [] : [{ at: startedAt, step: 1 }, ...(endedAt === undefined ? [] : [{ at: endedAt, step: -1 }])],
  );
  let running = 0;
  let most = 0;
  for (const { step } of moments.toSorted((a, b) => a.at.localeCompare(b.at) || a.step - b.step)) {
    running += step;
    most = Math.max(most, running);
  }
  return most;
}
