import type { KubernetesMinor } from './resource-types/kubernetes-versions.js';

/** Seconds of virtual time, drawn uniformly. */
export type Seconds = readonly [low: number, high: number];

export interface EmulatorOptions {
  /** 0 (default) picks a free one. */
  readonly port?: number;
  /** Simulated seconds per real second; default 1. */
  readonly speed?: number;
  /** `manual` stands still until advanced; default `running`. */
  readonly clock?: 'running' | 'manual';
  /** Virtual epoch milliseconds at the start; default is now. */
  readonly startAt?: number;
  /** Ids and durations follow from it; default 1. */
  readonly seed?: number;
  /** Token buckets of ARM and of the AKS provider; default true. */
  readonly throttling?: boolean;
  /** What other callers use up of every token bucket, from 0 to 1; default 0. */
  readonly foreignShare?: number;
  /** Refuse unknown members of known resource types with 400; default false. */
  readonly strictWire?: boolean;
  /** How long a new identity stays unknown to role assignments, in virtual seconds; default 10. */
  readonly replicationLagSeconds?: number;
  /** Fail a cluster whose user-assigned identity has no role on its subnets; default false. */
  readonly checkRights?: boolean;
  /** Managed clusters per subscription and region; default 100. */
  readonly clusterQuota?: number;
  /** vCPUs per subscription and region, of each family and of all; default 1,000,000. */
  readonly coreQuota?: number;
  /** Subscriptions that exist; default: every one that is asked for. */
  readonly subscriptions?: readonly string[];
  /** Preview features of AKS that the subscriptions are not registered for; default: none. */
  readonly unregisteredFeatures?: readonly string[];
  /** A WAF policy that is read comes into being, with the Default Rule Set and of no region: local mode has no portal to make one. Default false. */
  readonly assumeWafPolicies?: boolean;
  readonly kubernetesVersions?: readonly KubernetesMinor[];
  /** Entries of a list answer; default 1000. */
  readonly pageSize?: number;
  /** Requests the journal keeps besides the accepted writes; default 20 000. */
  readonly journalLimit?: number;
  /** Durations by `<type in lower case>/<create|update|delete>`, over the defaults. */
  readonly seconds?: Readonly<Record<string, Seconds>>;
  /** The API server that kubeconfigs of a cluster (by ARM id) name; default: a host where nothing answers. */
  readonly kubernetes?: (clusterId: string) => { readonly server: string; readonly token: string };
  /** Resources and running operations survive in this JSON file. */
  readonly stateFile?: string;
}

export type Settings = Required<Omit<EmulatorOptions, 'stateFile' | 'subscriptions' | 'port' | 'kubernetes'>> &
  Pick<EmulatorOptions, 'subscriptions' | 'kubernetes'>;
