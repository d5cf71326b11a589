import type { EngineTransaction, FailureView } from '@podspan/engine';
import type { CreateInput } from './domain/create/create-input.js';
import type { Waiting } from './domain/decide.js';
import type { ItemInput } from './domain/frozen-plan.js';
import type { CancelMode, ClusterState, FailureMode, ItemState, Lifecycle, Outcome } from './domain/states.js';
import type { Action, RolloutBody } from './domain/rollout-request.js';
import type { ApiVersions } from './domain/create/api-versions.js';

/** A pool or a transaction of the service's schema. The engine writes with the same one. */
export type Db = EngineTransaction;

export interface RolloutRow {
  readonly id: string;
  readonly name: string;
  readonly action: Action;
  readonly lifecycle: Lifecycle;
  readonly outcome: Outcome | null;
  readonly version: number;
  readonly request: RolloutBody;
  readonly request_hash: string;
  readonly spec_hash: string;
  readonly api_versions: ApiVersions;
  readonly address_plan: string;
  readonly max_concurrency: number;
  readonly max_concurrency_per_subscription: number | null;
  readonly max_concurrency_per_region: number | null;
  readonly max_concurrency_per_network: number | null;
  readonly starts_at: Date | null;
  readonly waiting: Waiting | null;
  readonly max_failures: number;
  readonly failure_mode: FailureMode;
  readonly on_cancel: CancelMode;
  readonly paused_by: string | null;
  readonly cancel_mode: CancelMode | null;
  readonly canceled_by: string | null;
  readonly rejected_by: string | null;
  readonly waiting_for: string | null;
  readonly eta_earliest: Date | null;
  readonly eta_latest: Date | null;
  readonly last_sequence: string;
  readonly created_by: string;
  readonly traceparent: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

export interface WaveRow {
  readonly rollout_id: string;
  readonly index: number;
  readonly name: string;
  readonly max_concurrency: number | null;
  readonly max_failures: number | null;
  readonly soak_seconds: number;
  readonly approval: boolean;
  readonly not_before: Date | null;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly approval_comment: string | null;
  readonly opened_at: Date | null;
  readonly settled_at: Date | null;
}

/** How many items of a wave are in which state. */
export interface WaveCountRow extends WaveRow {
  readonly pending: number;
  readonly held: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly counted_failures: number;
  readonly canceled: number;
  readonly skipped: number;
}

export interface ItemRow {
  readonly id: string;
  readonly rollout_id: string;
  readonly wave: number;
  readonly position: number;
  readonly cluster: string;
  readonly subscription_id: string;
  readonly region: string;
  readonly network: string;
  readonly windows: readonly number[];
  readonly program: string;
  readonly input: ItemInput;
  readonly state: ItemState;
  readonly held: boolean;
  readonly counted: boolean;
  readonly attempt: number;
  readonly run_started: boolean;
  readonly touched: boolean;
  readonly cancel_sent: boolean;
  readonly step: string | null;
  readonly step_title: string | null;
  readonly waiting_for: string | null;
  readonly failure: FailureView | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

/** A member that Azure has in another way than Podspan made it. */
export interface ClusterDrift {
  readonly member: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

export interface ClusterRow {
  readonly id: string;
  readonly name: string;
  readonly subscription_id: string;
  readonly resource_group: string;
  readonly region: string;
  readonly network: string;
  readonly kubernetes_version: string;
  readonly dataplane: 'AZURE' | 'CILIUM';
  readonly resource_id: string;
  readonly vnet_resource_id: string;
  readonly state: ClusterState;
  readonly address_plan: string;
  readonly input: CreateInput;
  readonly oidc_issuer_url: string | null;
  /** Podspan made it; false for one that existed and was changed. */
  readonly created: boolean;
  readonly network_plugin: 'azure' | 'kubenet' | 'none';
  readonly network_plugin_mode: 'overlay' | null;
  readonly seen_at: Date | null;
  /** Since when Azure has not shown it any more. */
  readonly gone_since: Date | null;
  readonly drift: readonly ClusterDrift[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface EventRow {
  readonly rollout_id: string;
  readonly sequence: string;
  readonly at: Date;
  readonly type: string;
  readonly cluster: string | null;
  readonly wave: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
