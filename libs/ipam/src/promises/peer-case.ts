import { readFileSync } from 'node:fs';

/** What is asked, and what the answer must be. */
export interface Step {
  readonly do: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
  /** The space (of a tenant) the step works in; each has a pool of the case's ranges. */
  readonly space?: string;
  readonly tenant?: string;
  /** The owner that asks; another one for each step without it. */
  readonly key?: string;
  readonly differsFromStep?: number;
  readonly expect: Readonly<Record<string, unknown>> & { readonly codes?: readonly string[]; readonly cidr?: string };
}

/**
 * What another address manager promises in its own tests or got wrong in an issue, as facts: the pool, what it holds, what is asked,
 * the answer. `source` names the test or the issue each fact restates; `instead` says where the contract of this product decides
 * otherwise.
 */
export interface PeerCase {
  readonly id: string;
  readonly kind:
    | 'allocate'
    | 'scenario'
    | 'pool'
    | 'aks'
    | 'utilization'
    | 'spaces'
    | 'free-list'
    | 'overlap'
    | 'concurrency'
    | 'idempotency';
  readonly source: string;
  readonly what: string;
  readonly instead?: string;
  readonly pool: readonly string[];
  /** Ranges that are occupied before: allocated where they can be, else seen in use. */
  readonly existing: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly reuse?: 'REUSABLE';
  readonly strategies?: readonly string[];
  readonly steps: readonly Step[];
}

export const peerCases = JSON.parse(readFileSync(new URL('peer-cases.json', import.meta.url), 'utf8')) as readonly PeerCase[];
