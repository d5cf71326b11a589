import type { Migrations } from '@podspan/platform';

/** The service's own tables; the engine's are beside them in the same schema. */
export const ingressMigrations: Migrations = {
  'ingress-0001-initial': `
    create table ingress_gateway (
      id uuid primary key,
      name text not null,
      cluster text not null,
      state text not null check (state in ('CREATING', 'READY', 'FAILED', 'DELETING')),
      -- Raised with every change somebody can see; the ETag.
      version int not null default 1,
      intent jsonb not null,
      -- Frozen for the creation's run, and again for the removal's.
      input jsonb not null,
      namespace text not null,
      kubernetes_name text not null,
      kubernetes_version text,
      subscription_id text not null,
      region text not null,
      subnet_id text not null,
      subnet_cidr cidr,
      allocation_id text,
      frontends jsonb not null default '[]',
      identity jsonb,
      failure jsonb,
      create_run uuid not null,
      -- The run under way, or the last one.
      current_run uuid not null,
      -- While true and DELETING, the cluster's controller is losing its identity: no new gateway meanwhile.
      removes_controller boolean not null default false,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp()
    );
    -- Azure does not tell names by case.
    create unique index ingress_gateway_name on ingress_gateway (lower(name));
    -- AGC-22: one deployment per subnet.
    create unique index ingress_gateway_subnet on ingress_gateway (lower(subnet_id));
    -- Objects of two gateways never meet in a cluster.
    create unique index ingress_gateway_namespace on ingress_gateway (cluster, namespace);
    create unique index ingress_gateway_kubernetes_name on ingress_gateway (cluster, kubernetes_name);
    create index ingress_gateway_run on ingress_gateway (current_run);
    create index ingress_gateway_subscription on ingress_gateway (subscription_id);

    create table route (
      gateway_id uuid not null references ingress_gateway on delete cascade,
      name text not null,
      version int not null default 1,
      intent jsonb not null,
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      primary key (gateway_id, name)
    );
  `,
  'ingress-0002-agic': `
    -- AGIC-01: a cluster has one AGIC, which drives one gateway.
    create unique index ingress_gateway_agic on ingress_gateway (cluster) where intent ->> 'kind' = 'AGIC';
  `,
  'ingress-0003-waf-grants': `
    -- Roles of a gateway's controller on the WAF policies that its routes name.
    create table waf_grant (
      gateway_id uuid not null references ingress_gateway on delete cascade,
      policy_id text not null,
      run uuid not null unique,
      state text not null check (state in ('PENDING', 'GRANTED', 'FAILED')),
      failure jsonb
    );
    -- ARM ids do not mind case: one grant for one policy.
    create unique index waf_grant_policy on waf_grant (gateway_id, lower(policy_id));
  `,
};
