/**
 * The engine's tables, created in the schema of the service that embeds it. `run` carries the schedule, the lease and
 * the fence: at most one step of a run is under way, so one alarm per run is enough.
 */
export const engineMigrations: Readonly<Record<string, string>> = {
  'engine-0001-initial': `
    create table run (
      id uuid primary key,
      program text not null,
      program_version int not null,
      subject text not null,
      input jsonb not null,
      subscription_id text not null,
      region text not null,
      state text not null check (state in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
      position int not null default 0,
      fence bigint not null default 0,
      lease_owner text,
      lease_until timestamptz,
      due_at timestamptz not null default clock_timestamp(),
      cancel_mode text check (cancel_mode in ('ABORT', 'FINISH')),
      waiting_lock text,
      waiting_lock_at timestamptz,
      failure jsonb,
      created_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz
    ) with (fillfactor = 80);
    -- Not on due_at: the sweeper reads the few live runs, and every reschedule stays a heap-only update.
    create index run_live on run (id) where state in ('PENDING', 'RUNNING');
    create index run_waiting_lock on run (waiting_lock, waiting_lock_at) where waiting_lock is not null;

    create table step (
      run_id uuid not null references run on delete cascade,
      ordinal int not null,
      name text not null,
      title text not null,
      state text not null default 'PENDING'
        check (state in ('PENDING', 'RUNNING', 'WAITING', 'SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED')),
      attempts int not null default 0,
      waiting_for text,
      -- Since when nothing has got on because of refusals and lost answers; the total deadline counts from here.
      troubled_since timestamptz,
      troubles int not null default 0,
      output jsonb,
      failure jsonb,
      started_at timestamptz,
      ended_at timestamptz,
      primary key (run_id, ordinal)
    );

    create table operation (
      id uuid primary key,
      run_id uuid not null references run on delete cascade,
      ordinal int not null,
      method text not null check (method in ('PUT', 'DELETE')),
      resource_id text not null,
      api_version text not null,
      subscription_id text not null,
      region text not null,
      provider text not null,
      body_hash text,
      client_request_id uuid not null,
      lock_key text,
      state text not null
        check (state in ('INTENT', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REFUSED', 'SUPERSEDED', 'UNKNOWN')),
      -- How to ask Azure how it goes; null while the resource itself has to be asked.
      token text,
      adopted boolean not null default false,
      abort_requested boolean not null default false,
      absent_since timestamptz,
      http_status int,
      failure jsonb,
      started_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz,
      ended_at timestamptz
    ) with (fillfactor = 80);
    create index operation_step on operation (run_id, ordinal);
    create unique index operation_lock on operation (lock_key) where state in ('INTENT', 'RUNNING');
    create index operation_running on operation (subscription_id, region, provider) where state = 'RUNNING';

    create table outbox (
      id bigint generated always as identity primary key,
      kind text not null,
      subject text not null,
      fence bigint not null,
      due_at timestamptz not null
    );

    create table bucket (
      key text primary key,
      tokens double precision not null,
      refilled_at timestamptz not null default clock_timestamp(),
      blocked_until timestamptz,
      -- After a block one call goes first; the others follow once it was answered.
      probing boolean not null default false
    ) with (fillfactor = 50);

    create table bell (
      job text not null,
      subject text not null,
      rings bigint not null default 1,
      -- The earliest ring that nobody heard yet, and the latest that was asked for.
      due_at timestamptz not null,
      latest_at timestamptz not null,
      lease_until timestamptz,
      failures int not null default 0,
      primary key (job, subject)
    );

    create table queue_heartbeat (
      queue text primary key,
      marker text not null,
      placed_at timestamptz not null default clock_timestamp()
    );
  `,
  'engine-0002-actions': `
    alter table operation drop constraint operation_method_check;
    alter table operation add constraint operation_method_check check (method in ('PUT', 'DELETE', 'POST'));
  `,
  'engine-0003-trace': `
    -- The W3C traceparent of whoever started the run, so that its work hangs in the same trace.
    alter table run add column traceparent text;
  `,
};
