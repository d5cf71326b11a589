import type { JsonObject } from './json.js';
import type { Seconds } from './options.js';
import { compact } from './json.js';

export type OperationKind = 'create' | 'update' | 'delete' | 'action' | 'abort' | 'foreign';
export type OperationStatus = 'InProgress' | 'Canceling' | 'Succeeded' | 'Failed' | 'Canceled';

export interface OperationError extends JsonObject {
  code: string;
  message: string;
}

/** A long-running operation. Times are virtual epoch milliseconds. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly resourceId: string;
  readonly resourceKey: string;
  readonly type: string;
  readonly subscription: string;
  readonly namespace: string;
  readonly location: string;
  readonly locks: readonly string[];
  readonly startedAt: number;
  endsAt: number;
  status: OperationStatus;
  outcome: 'Succeeded' | 'Failed' | 'Canceled';
  error?: OperationError;
  /** The status answers this although the resource ends in `outcome`. */
  statusSays?: 'Succeeded' | 'Failed' | 'Canceled';
  /** The status URL breaks after so many answers. */
  statusFault?: { after: number; status: number; times?: number };
  polls: number;
}

export interface Plan {
  readonly seconds: Seconds;
  readonly outcome?: 'Succeeded' | 'Failed' | 'Canceled';
  readonly error?: OperationError;
}

const kept = 20_000;

/** Running and finished operations and the locks the running ones hold. Nothing ends before `due` hands it out. */
export class Operations {
  readonly #all = new Map<string, Operation>();
  readonly #running = new Set<Operation>();

  add(operation: Operation): void {
    this.#all.set(operation.id, operation);
    if (isRunning(operation)) this.#running.add(operation);
    for (const id of this.#all.keys()) {
      if (this.#all.size <= kept) break;
      const oldest = this.#all.get(id);
      if (oldest && !this.#running.has(oldest)) this.#all.delete(id);
    }
  }

  get(id: string): Operation | undefined {
    return this.#all.get(id.toLowerCase());
  }

  all(): Operation[] {
    return [...this.#all.values()];
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** The operation that holds any of these locks. */
  holding(locks: readonly string[]): Operation | undefined {
    return [...this.#running].find((operation) => operation.locks.some((lock) => locks.includes(lock)));
  }

  runningOn(resourceKey: string): Operation | undefined {
    return [...this.#running].find((operation) => operation.resourceKey === resourceKey && operation.kind !== 'abort');
  }

  /** Takes the operations whose time has come off the running ones, in the order in which they ended. */
  due(now: number): Operation[] {
    const ended = [...this.#running].filter(({ endsAt }) => endsAt <= now).toSorted((a, b) => a.endsAt - b.endsAt);
    for (const operation of ended) this.close(operation, operation.outcome);
    return ended;
  }

  /** Ends an operation now, whatever it had planned. */
  close(operation: Operation, status: 'Succeeded' | 'Failed' | 'Canceled'): void {
    this.#running.delete(operation);
    operation.status = status;
  }

  clear(): void {
    this.#all.clear();
    this.#running.clear();
  }
}

export const isRunning = ({ status }: Operation): boolean => status === 'InProgress' || status === 'Canceling';

/** What the status URL answers, always with HTTP 200. */
export function statusBody(operation: Operation, statusId: string, now: number): JsonObject {
  const running = isRunning(operation);
  const status = running ? operation.status : (operation.statusSays ?? operation.status);
  const share = (now - operation.startedAt) / Math.max(1, operation.endsAt - operation.startedAt);
  return compact({
    id: statusId,
    name: operation.id,
    status,
    startTime: new Date(operation.startedAt).toISOString(),
    endTime: running ? undefined : new Date(operation.endsAt).toISOString(),
    percentComplete: running ? Math.min(99, Math.floor(share * 100)) : 100,
    error: status === 'Failed' || status === 'Canceled' ? (operation.error ?? defaultError(status)) : undefined,
  });
}

function defaultError(status: string): OperationError {
  return status === 'Canceled'
    ? { code: 'OperationCanceled', message: 'The operation was canceled.' }
    : { code: 'InternalOperationError', message: 'The operation failed.' };
}
