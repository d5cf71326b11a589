import { sql } from 'kysely';
import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import type { EngineTransaction } from '../contracts.js';
import type { EngineMeter } from '../meter.js';

/** So many buckets are shown; those of single clusters never. */
const MOST_BUCKETS = 500;

/** The engine's figures for Prometheus. What the database knows is read when somebody scrapes, and at no other time. */
export class EngineMetrics implements EngineMeter {
  readonly #metrics: readonly Metric[];
  readonly #notes = new Counter({
    name: 'podspan_engine_notes_total',
    help: 'Adopted writes, leases taken over, writes refused by their fence, queues rebuilt',
    labelNames: ['note'],
    registers: [],
  });
  readonly #durations = new Histogram({
    name: 'podspan_engine_operation_duration_seconds',
    help: 'From the write to the answer that the operation had ended',
    labelNames: ['kind', 'outcome'],
    buckets: [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600],
    registers: [],
  });
  readonly #throttled = new Counter({
    name: 'podspan_arm_throttled_total',
    help: 'Answers 429 of Azure',
    labelNames: ['provider'],
    registers: [],
  });

  constructor(db: EngineTransaction) {
    this.#metrics = [this.#notes, this.#durations, this.#throttled, queueDepth(db), bucketLevels(db)];
  }

  registerIn(registry: Registry): void {
    for (const metric of this.#metrics) registry.registerMetric(metric);
  }

  noted(note: string): void {
    this.#notes.inc({ note });
  }

  ended(kind: string, outcome: string, seconds: number): void {
    this.#durations.observe({ kind, outcome }, seconds);
  }

  throttled(provider: string): void {
    this.#throttled.inc({ provider });
  }
}

function queueDepth(db: EngineTransaction): Gauge {
  return new Gauge({
    name: 'podspan_engine_queue_depth',
    help: 'Runs that are due, scheduled or in hand, and alarms not yet handed to the queue',
    labelNames: ['state'],
    registers: [],
    async collect() {
      const { rows } = await sql<{ state: string; count: number }>`
        select case when lease_owner is not null then 'in_hand' when due_at <= clock_timestamp() then 'due' else 'scheduled' end as state,
          count(*)::int as count
        from run where state in ('PENDING', 'RUNNING') group by 1
        union all select 'outbox', count(*)::int from outbox`.execute(db);
      this.reset();
      for (const { state, count } of rows) this.set({ state }, count);
    },
  });
}

function bucketLevels(db: EngineTransaction): Gauge {
  return new Gauge({
    name: 'podspan_arm_bucket_tokens',
    help: 'Calls that Azure grants at once, as stored with the last call; 0 while the bucket is closed',
    labelNames: ['subscription', 'region', 'provider', 'verb', 'scope'],
    registers: [],
    async collect() {
      const { rows } = await sql<{ key: string; tokens: number }>`
        select key, case when blocked_until > clock_timestamp() then 0 else tokens end as tokens
        from bucket where key not like '%/%' order by refilled_at desc limit ${MOST_BUCKETS}`.execute(db);
      this.reset();
      for (const { key, tokens } of rows) {
        const [subscription = '', region = '', provider = '', verb = '', scope = ''] = key.split('|');
        this.set({ subscription, region, provider, verb, scope }, tokens);
      }
    },
  });
}
