import type { ClusterCredential } from './cluster-credential.js';

/** Wire JSON as ARM speaks it: type-specific members under `properties`, wire names, nothing flattened. */
export type Wire = { readonly [key: string]: unknown };

/** One write of one resource. */
export interface ArmRequest {
  readonly method: 'PUT' | 'DELETE' | 'POST';
  /** With POST: the action below the resource, such as `upgradeNodeImageVersion`. */
  readonly action?: string;
  /** Full ARM id, `/subscriptions/...`, any casing. */
  readonly resourceId: string;
  readonly apiVersion: string;
  /** The wire body of a PUT. Every member of it reaches Azure. */
  readonly body?: unknown;
  /** The ETag that was read. Never together with `ifNoneMatch`. */
  readonly ifMatch?: string;
  /** Create only: 412 if the resource exists. */
  readonly ifNoneMatch?: '*';
  /** Sent as `x-ms-client-request-id`; a UUID. */
  readonly clientRequestId: string;
}

/**
 * Where an operation stands after one call. `FAILED` and `CANCELED` are verdicts about the operation,
 * while a call that could not be made, or was refused, throws {@link ArmFailure}.
 */
export type ArmOutcome = ArmRunning | ArmSucceeded | ArmEndedBadly;

export interface ArmRunning {
  readonly state: 'RUNNING';
  /**
   * Opaque, versioned, good in another process, after a deploy and after a failed poll. A later answer may carry
   * another one that is cheaper to poll; whichever is stored, it leads to the end.
   */
  readonly token: string;
  readonly retryAfterSeconds?: number;
  readonly resource?: ArmResource;
  readonly httpStatus: number;
  /** As in {@link ArmFailureFacts}. */
  readonly requestIds?: Readonly<Record<string, string>>;
}

export interface ArmSucceeded {
  readonly state: 'SUCCEEDED';
  /** As read back after the end. Absent after a DELETE. */
  readonly resource?: ArmResource;
  readonly httpStatus: number;
  readonly requestIds?: Readonly<Record<string, string>>;
}

export interface ArmEndedBadly {
  readonly state: 'FAILED' | 'CANCELED';
  readonly failure: ArmFailureFacts;
  /** What is left behind, as read back. It may hold addresses, quota and its name. */
  readonly resource?: ArmResource;
}

export interface ArmResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly etag?: string;
  /** Open string. Absent means Succeeded: types without long operations do not report one. */
  readonly provisioningState?: string;
  /** The wire JSON of the last answer, whole. */
  readonly raw: unknown;
}

/**
 * What trying again can do. `TRANSIENT`: the same call, later. `WAIT`: another operation must end first.
 * `QUOTA`: a person must act, then the same call. `FATAL`: the request must change.
 * `ADOPT`: the write may have happened; read the resource and compare.
 */
export type FailureClass = 'TRANSIENT' | 'WAIT' | 'QUOTA' | 'FATAL' | 'ADOPT';
export type MustAct = 'NOBODY' | 'USER' | 'OPERATOR';

export interface ArmFailureFacts {
  /** Absent when no answer came: timeout, reset, refused connection, no token. */
  readonly httpStatus?: number;
  /** Azure's code of the innermost cause that decides the class, or one of ours, such as `ConnectionLost`. */
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  /** The nested details, as they came. */
  readonly details?: unknown;
  /** `x-ms-request-id`, `x-ms-correlation-request-id`, `x-ms-routing-request-id`, `x-ms-client-request-id`. */
  readonly requestIds: Readonly<Record<string, string>>;
  /** At most 600; at least 1, unless Azure measured it in milliseconds. Always real seconds. */
  readonly retryAfterSeconds?: number;
  readonly class: FailureClass;
  readonly mustAct: MustAct;
}

/** The call itself failed. For a poll: the status could not be read; the operation may be alive, so read the resource. */
export class ArmFailure extends Error {
  readonly facts: ArmFailureFacts;

  constructor(facts: ArmFailureFacts, options?: { readonly cause?: unknown }) {
    super(`${facts.code}: ${facts.message}`, options);
    this.name = 'ArmFailure';
    this.facts = facts;
  }
}

/** One answer of Azure, for the throttle buckets and the metrics. Told for every answer, also those of lists and polls. */
export interface RateHeaders {
  /** Lower case. Absent for calls outside a subscription. */
  readonly subscriptionId?: string;
  /** Lower case, where the request or the answer names one. */
  readonly region?: string;
  /** Lower case, such as `microsoft.containerservice`; `microsoft.resources` for resource groups. */
  readonly provider: string;
  readonly verb: 'READ' | 'WRITE' | 'DELETE';
  readonly method: string;
  /** Path of the request, without host and query. */
  readonly path: string;
  /** What the headers say is left, by header name without the `x-ms-ratelimit-remaining-` part. */
  readonly remaining: Readonly<Record<string, number>>;
  readonly status: number;
  /** Azure's code, when the answer is an error. It tells ARM's own throttle from the provider's. */
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

export type OnResponse = (answer: RateHeaders) => void;

/** A Kubernetes minor version that a region offers. */
export interface KubernetesVersion {
  /** Minor, such as `1.34`. */
  readonly version: string;
  readonly isDefault: boolean;
  readonly isPreview: boolean;
  readonly supportPlans: readonly string[];
  /** Full versions, such as `1.34.2`, ascending as Azure lists them. */
  readonly patchVersions: readonly string[];
}

/** Azure Resource Manager, one call at a time. Nothing here sleeps or retries: the queue owns waiting. */
/** Names are lower case, as Azure spells them otherwise: `standarddsv5family`; `cores` is the region as a whole. */
export interface CoreQuotas {
  readonly families: ReadonlyMap<string, { readonly used: number; readonly limit: number }>;
  readonly sizes: ReadonlyMap<string, VmSize>;
}

export interface VmSize {
  readonly family: string;
  readonly cores: number;
}

export abstract class Arm {
  /**
   * Submits one write and returns at once.
   * @throws {ArmFailure} refused, throttled, or no answer (then class ADOPT: the write may have been accepted)
   */
  abstract begin(request: ArmRequest): Promise<ArmOutcome>;

  /**
   * Reads the status of an operation once, from the token that `begin` or `abort` returned. At the end the resource is
   * read back and its own provisioningState decides.
   * @throws {ArmFailure} the status could not be read; the token stays good
   */
  abstract poll(token: string, clientRequestId?: string): Promise<ArmOutcome>;

  /**
   * Reads a resource; `undefined` when it does not exist.
   * @throws {ArmFailure}
   */
  abstract get(resourceId: string, apiVersion: string, clientRequestId?: string): Promise<ArmResource | undefined>;

  /**
   * Aborts the running operation of a managed cluster or an agent pool. What was applied stays applied.
   * @throws {ArmFailure} such as 409: it ended first
   */
  abstract abort(resourceId: string, apiVersion: string, clientRequestId: string): Promise<ArmOutcome>;

  /** Every managed cluster of a subscription, all pages. @throws {ArmFailure} */
  abstract listClusters(subscriptionId: string): Promise<readonly ArmResource[]>;

  /** Every virtual network of a subscription, all pages. @throws {ArmFailure} */
  abstract listVirtualNetworks(subscriptionId: string): Promise<readonly ArmResource[]>;

  /**
   * The user credential of a managed cluster (`listClusterUserCredential`); `undefined` when there is no such cluster.
   * @throws {ArmFailure} such as 403 without the role Azure Kubernetes Service Cluster User
   */
  abstract clusterCredential(clusterId: string): Promise<ClusterCredential | undefined>;

  /** What of a region's cores is left, and what each VM size takes (QUO-08). @throws {ArmFailure} such as 403 without the right to read it */
  abstract coreQuotas(subscriptionId: string, region: string): Promise<CoreQuotas>;

  /** What AKS offers in a region. @throws {ArmFailure} */
  abstract kubernetesVersions(subscriptionId: string, region: string): Promise<readonly KubernetesVersion[]>;
}
