import { freshDatabase, type FreshDatabase } from '@podspan/platform/testing';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineMigrations } from '../migrations.js';
import { EngineMetrics } from './engine-metrics.js';

describe(EngineMetrics, () => {
  let fresh: FreshDatabase<unknown>;
  beforeAll(async () => {
    fresh = await freshDatabase<unknown>(engineMigrations, 'provisioning');
  });
  afterAll(() => fresh.destroy());

  it('counts what it is told and reads the depth of the queue and the levels of the buckets', async () => {
    const metrics = new EngineMetrics(fresh.db);
    const registry = new Registry();
    metrics.registerIn(registry);
    metrics.noted('operation.adopted');
    metrics.ended('microsoft.containerservice/managedclusters PUT', 'SUCCEEDED', 250);
    metrics.throttled('microsoft.containerservice');
    await sql`insert into outbox (kind, subject, fence, due_at) values ('act', 'x', 1, clock_timestamp())`.execute(fresh.db);
    await sql`insert into bucket (key, tokens, blocked_until) values
      ('s|westeurope|microsoft.containerservice|read|operation-status', 150, null),
      ('s||arm|read|', 9, clock_timestamp() + interval '1 hour'),
      ('s|westeurope|microsoft.containerservice|write|/subscriptions/s/x', 20, null)`.execute(fresh.db);
    const text = await registry.metrics();
    expect(text).toContain('podspan_engine_notes_total{note="operation.adopted"} 1');
    expect(text).toContain(
      'podspan_engine_operation_duration_seconds_sum{kind="microsoft.containerservice/managedclusters PUT",outcome="SUCCEEDED"} 250',
    );
    expect(text).toContain('podspan_arm_throttled_total{provider="microsoft.containerservice"} 1');
    expect(text).toContain('podspan_engine_queue_depth{state="outbox"} 1');
    expect(text).toContain('scope="operation-status"} 150');
    expect(text).toContain('provider="arm",verb="read",scope=""} 0');
    expect(text).not.toContain('/subscriptions/');
  });
});
