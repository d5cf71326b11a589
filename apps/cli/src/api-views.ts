import type { Problem } from '@podspan/errors';

/** What the commands read of the API's answers. An answer may hold more; a newer server's answer does. */

export interface Counts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly skipped: number;
}

export interface WaveView {
  readonly name: string;
  readonly state: string;
  readonly counts: Counts;
}

export type Outcome = 'SUCCEEDED' | 'SUCCEEDED_WITH_FAILURES' | 'FAILED' | 'CANCELED';

export interface RolloutView {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly lifecycle: string;
  readonly outcome: Outcome | null;
  readonly waitingFor: string | null;
  readonly counts: Counts;
  readonly eta: { readonly earliest: string; readonly latest: string } | null;
  readonly waves: readonly WaveView[];
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface FailureView {
  readonly code: string;
  readonly message: string;
  readonly mustAct?: string;
}

export interface ItemView {
  readonly cluster: string;
  readonly wave: string;
  readonly state: string;
  readonly attempt: number;
  readonly stepTitle: string | null;
  readonly waitingFor: string | null;
  readonly mustAct: string | null;
  readonly lastError: FailureView | null;
}

export interface PlannedCluster {
  readonly name: string;
  readonly wave: string;
  readonly region: string;
  readonly network: string;
  readonly addresses: {
    readonly nodeSubnets: readonly { readonly nodePool: string; readonly cidr: string }[];
    readonly podCidr: string;
    readonly podCidrGrowth: string | null;
    readonly serviceCidr: string;
    readonly gatewaySubnet?: { readonly cidr: string } | null;
  };
  readonly peakNodes: number;
  readonly warnings: readonly Problem[];
  readonly podCidrReason?: { readonly message: string; readonly refused: readonly RefusedCandidate[] };
  readonly savings?: Savings;
  readonly changes?: readonly { readonly member: string; readonly from: string | null; readonly to: string }[];
  readonly resources?: readonly {
    readonly title: string;
    readonly resourceId: string;
    readonly change: string;
    readonly reason?: string;
  }[];
}

/** A pod range that came first in the pool and was not taken, and why. */
export interface RefusedCandidate {
  readonly cidr: string;
  readonly rule: string;
  /** From the cluster's network to the one with the clashing range. */
  readonly path: readonly string[];
  readonly conflictsWith: string;
  readonly message: string;
}

/** Counts of addresses as decimal strings. */
export interface Savings {
  readonly flatAddresses: string;
  readonly overlayAddresses: string;
  readonly savedAddresses: string;
}

export interface RolloutPlan {
  readonly name: string;
  readonly action?: string;
  readonly clusters: readonly PlannedCluster[];
  readonly resources?: {
    readonly create: number;
    readonly update: number;
    readonly delete?: number;
    readonly none: number;
    readonly blocked: number;
  };
  readonly armCalls?: readonly {
    readonly bucket: string;
    readonly subscriptionId: string;
    readonly region: string | null;
    readonly calls: number;
    readonly seconds: number;
  }[];
  readonly waves?: readonly { readonly name: string; readonly clusters: readonly string[]; readonly maxConcurrency: number }[];
  readonly eta?: { readonly earliestSeconds: number; readonly latestSeconds: number };
  readonly warnings: readonly Problem[];
  readonly savings?: Savings;
}

export interface TopologyChange {
  readonly kind: string;
  readonly name: string;
  readonly change: 'CREATED' | 'CHANGED' | 'UNCHANGED';
}

export interface PoolView {
  readonly id: string;
  readonly name: string;
  readonly addressSpace: string;
  readonly cidrs: readonly string[];
  readonly reuse: string;
  readonly network: string | null;
  readonly parentPool: string | null;
}

export interface UtilizationView {
  readonly usedAddresses: string;
  readonly totalAddresses: string;
  readonly percent: number;
  readonly largestFreePrefixLength: number | null;
  readonly freeByPrefixLength: Readonly<Record<string, number>>;
}

export interface BlockView {
  readonly cidr: string;
  readonly addresses: string;
}

export interface AllocationView {
  readonly id: string;
  readonly pool: string;
  readonly cidr: string;
  readonly status: string;
  readonly owner: { readonly kind: string; readonly id: string };
  readonly purpose: string;
}

export interface SearchHit {
  readonly kind: string;
  readonly name: string;
  readonly cidr: string;
  readonly addressSpace: string;
  readonly pool: string | null;
  readonly status: string | null;
}

export interface Clash {
  readonly kind: string;
  readonly rule: string;
  readonly ranges: readonly { readonly cidr: string; readonly holderKind: string; readonly holder: string }[];
  readonly path: readonly string[];
  readonly message: string;
  readonly since?: string;
  readonly ageSeconds?: number;
}

export interface Simulation {
  readonly conflicts: readonly Clash[];
  readonly resolved?: readonly Clash[];
}

export interface IpamCheck {
  readonly clean: boolean;
  readonly checkedAt: string;
  readonly tookMilliseconds: number;
  readonly counts: Readonly<Record<'allocations' | 'held' | 'pools' | 'freeBlocks' | 'networks' | 'openConflicts', number>>;
  readonly invariants: readonly {
    readonly name: string;
    readonly rule: string;
    readonly broken: number;
    readonly examples: readonly { readonly subject: string; readonly message: string }[];
  }[];
}

export interface ReuseCheck {
  readonly allowed: boolean;
  readonly reasons: readonly {
    readonly rule: string;
    readonly clusters: readonly string[];
    readonly path: readonly string[];
    readonly message: string;
  }[];
}

export interface IngressGatewayView {
  readonly name: string;
  readonly cluster: string;
  readonly kind: string;
  readonly deployment: string;
  readonly status: string;
  readonly frontends: readonly { readonly name: string; readonly fqdn?: string | null; readonly ipAddress?: string | null }[];
}

export interface MigrationAssessment {
  readonly summary: {
    readonly clusters: number;
    readonly ready: number;
    readonly blocked: number;
    readonly unsupported: number;
    readonly alreadyOverlay: number;
    readonly givenBackAddresses: string;
  };
  readonly kubenetEnd: { readonly date: string; readonly daysLeft: number };
  readonly clusters: readonly {
    readonly name: string;
    readonly region: string;
    readonly networkMode: string;
    readonly verdict: string;
    readonly problems: readonly Problem[];
    readonly target: { readonly podCidr: string; readonly kept: boolean } | null;
    readonly addresses: { readonly givenBack: string };
    readonly moves: readonly { readonly title: string; readonly rule: string }[];
  }[];
}
