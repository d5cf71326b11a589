import { AsyncLocalStorage } from 'node:async_hooks';
import type { ArmRequest } from '../arm.js';

/** One request and its answer, as they were on the wire. */
export interface Exchange {
  readonly method: string;
  /** Decoded, without host and query. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; `undefined` when there was none or it could not be read. */
  readonly body: unknown;
  readonly text: string;
}

/**
 * One call on {@link Arm} while it runs. The SDK flattens, renames, drops and throws away; what it cannot carry, in
 * either direction, travels here beside it.
 */
export interface Call {
  readonly clientRequestId: string;
  readonly resourceId?: string;
  readonly apiVersion?: string;
  readonly region?: string;
  readonly write?: Pick<ArmRequest, 'body' | 'ifMatch' | 'ifNoneMatch'> & { readonly method: 'PUT' | 'DELETE' | 'POST' };
  readonly exchanges: Exchange[];
  /** A request is out and not answered. After a throw: its answer was lost. */
  awaiting: boolean;
}

const current = new AsyncLocalStorage<Call>();

export function newCall(facts: Omit<Call, 'exchanges' | 'awaiting'>): Call {
  return { ...facts, exchanges: [], awaiting: false };
}

export function within<T>(call: Call, work: () => Promise<T>): Promise<T> {
  return current.run(call, work);
}

export function currentCall(): Call | undefined {
  return current.getStore();
}
