import type { Migrations } from '@podspan/platform';

/** The service's own tables. The engine's are beside them in the same schema; only the engine touches those. */
export const fleetMigrations: Migrations = {
  'fleet-0001-initial': `
    create table rollout (
      id uuid primary key,
      name text not null unique,
      action text not null,
      lifecycle text not null default 'PENDING' check (lifecycle in ('PENDING', 'RUNNING', 'WAITING', 'PAUSED', 'STOPPING', 'DONE')),
      outcome text check (outcome in ('SUCCEEDED', 'SUCCEEDED_WITH_FAILURES', 'FAILED', 'CANCELED')),
      -- Counts decisions about the rollout, not its progress, so that If-Match is of use while items run.
      version int not null default 1,
      request jsonb not null,
      request_hash text not null,
      spec_hash text not null,
      api_versions jsonb not null,
      address_plan text not null,
      max_concurrency int not null,
      max_concurrency_per_subscription int,
      max_failures int not null,
      failure_mode text not null check (failure_mode in ('STRICT', 'FAST')),
      on_cancel text not null check (on_cancel in ('ABORT', 'FINISH')),
      paused_by text,
      cancel_mode text check (cancel_mode in ('ABORT', 'FINISH')),
      canceled_by text,
      rejected_by text,
      waiting_for text,
      eta_earliest timestamptz,
      eta_latest timestamptz,
      -- Raised in the transaction that writes the event: the row's lock makes the sequence gapless.
      last_sequence bigint not null default 0,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      ended_at timestamptz,
      check ((lifecycle = 'DONE') = (outcome is not null))
    ) with (fillfactor = 60);

    create table wave (
      rollout_id uuid not null references rollout on delete cascade,
      index int not null,
      name text not null,
      max_concurrency int,
      max_failures int,
      soak_seconds int not null,
      approval boolean not null,
      approved_by text,
      approved_at timestamptz,
      approval_comment text,
      opened_at timestamptz,
      settled_at timestamptz,
      primary key (rollout_id, index),
      unique (rollout_id, name)
    );

    create table cluster (
      id uuid primary key,
      name text not null unique,
      subscription_id text not null,
      resource_group text not null,
      region text not null,
      network text not null,
      kubernetes_version text not null,
      dataplane text not null,
      resource_id text not null unique,
      vnet_resource_id text not null,
      state text not null check (state in ('PLANNED', 'CREATING', 'READY', 'FAILED', 'CANCELED')),
      address_plan text not null,
      input jsonb not null,
      oidc_issuer_url text,
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp()
    );
    create index cluster_place on cluster (subscription_id, region);

    -- An item's id is its run's id in the engine.
    create table item (
      id uuid primary key,
      rollout_id uuid not null references rollout on delete cascade,
      wave int not null,
      position int not null,
      cluster text not null,
      subscription_id text not null,
      region text not null,
      program text not null,
      input jsonb not null,
      state text not null default 'PENDING' check (state in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED')),
      -- May not start: the failure budget stopped the rollout before its turn.
      held boolean not null default false,
      -- A failure that somebody accepted no longer counts against the budget.
      counted boolean not null default true,
      attempt int not null default 1,
      run_started boolean not null default false,
      -- From here on something of the plan's addresses may exist in Azure.
      touched boolean not null default false,
      cancel_sent boolean not null default false,
      step text,
      step_title text,
      waiting_for text,
      failure jsonb,
      started_at timestamptz,
      ended_at timestamptz,
      foreign key (rollout_id, wave) references wave (rollout_id, index),
      unique (rollout_id, cluster),
      unique (rollout_id, position)
    ) with (fillfactor = 70);
    create index item_state on item (rollout_id, wave, state);
    create index item_cluster on item (cluster);

    create table event (
      rollout_id uuid not null references rollout on delete cascade,
      sequence bigint not null,
      at timestamptz not null default clock_timestamp(),
      type text not null,
      cluster text,
      wave text,
      data jsonb not null,
      primary key (rollout_id, sequence)
    );

    -- Written before ipam is asked, gone with the commit of the rollout: what stays is a plan nobody uses.
    create table plan_intent (
      plan text primary key,
      rollout_name text not null,
      created_at timestamptz not null default clock_timestamp()
    );

    -- Addresses to give back; written with the state change that frees them.
    create table address_release (
      plan text not null,
      cluster text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (plan, cluster)
    );
  `,
  'fleet-0002-trace': `
    -- The W3C traceparent of the request that started the rollout; its runs hang in the same trace.
    alter table rollout add column traceparent text;
  `,
  'fleet-0003-changes': `
    alter table cluster drop constraint cluster_state_check;
    alter table cluster add constraint cluster_state_check
      check (state in ('PLANNED', 'CREATING', 'READY', 'UPDATING', 'DELETING', 'FAILED', 'CANCELED'));
    alter table cluster add column created boolean not null default true;
    alter table cluster add column network_plugin text not null default 'azure' check (network_plugin in ('azure', 'kubenet', 'none'));
    alter table cluster add column network_plugin_mode text default 'overlay' check (network_plugin_mode = 'overlay');
    -- One rollout at a time has a cluster in hand, whatever the checks before have seen (QUO-31).
    create unique index item_in_hand on item (cluster) where state in ('PENDING', 'RUNNING');
  `,
  'fleet-0004-strategy': `
    alter table rollout add column max_concurrency_per_region int;
    alter table rollout add column max_concurrency_per_network int;
    alter table rollout add column starts_at timestamptz;
    -- Why it waits, for machines: kind, wave, until, facts.
    alter table rollout add column waiting jsonb;
    alter table wave add column not_before timestamptz;
    alter table item add column network text not null default '';
    -- Indexes into the strategy's maintenance windows; none: it may start at any time.
    alter table item add column windows int[] not null default '{}';
  `,
  'fleet-0010-discovery': `
    -- When Azure last showed the cluster, since when it has not, and what it has in another way than it was made.
    alter table cluster add column seen_at timestamptz;
    alter table cluster add column gone_since timestamptz;
    alter table cluster add column drift jsonb not null default '[]';
  `,
  'fleet-0012-gates': `
    -- What people have decided about a point inside an item's run, before or while it waits there.
    create table item_gate (
      item_id uuid not null references item on delete cascade,
      gate text not null,
      approved boolean not null,
      decided_by text not null,
      decided_at timestamptz not null default clock_timestamp(),
      comment text,
      primary key (item_id, gate)
    );
  `,
};
