import type { ApiVersions } from '../create/api-versions.js';
import type { IngressSpec } from '../ingress-spec.js';
import type { Action } from '../rollout-request.js';

/** The actions on clusters that exist. */
export type ChangeAction = Exclude<Action, 'CREATE'>;

/** How the network of a cluster was, for the audit: there is no way back (MG-34). */
export interface Before {
  readonly networkMode: string;
  readonly dataplane: string;
  readonly networkPolicy: string;
  readonly podCidr: string | null;
  readonly serviceCidr: string | null;
  readonly kubernetesVersion: string;
  readonly nodePools: readonly { readonly name: string; readonly kubernetesVersion: string; readonly nodeImage: string | null }[];
}

/** Everything the change of one cluster needs, frozen with the rollout. */
export interface ChangeBase {
  readonly rollout: { readonly id: string; readonly name: string };
  readonly cluster: {
    readonly name: string;
    readonly subscriptionId: string;
    readonly resourceGroup: string;
    readonly region: string;
    readonly network: string;
  };
  readonly resourceId: string;
  readonly apiVersions: ApiVersions;
  readonly before: Before;
}

export interface MigrateInput extends ChangeBase {
  readonly action: 'MIGRATE_TO_OVERLAY';
  readonly podCidr: string;
}

export interface ExpandInput extends ChangeBase {
  readonly action: 'EXPAND_POD_CIDR';
  readonly from: string;
  readonly podCidr: string;
}

export interface CiliumInput extends ChangeBase {
  readonly action: 'ENABLE_CILIUM';
}

export interface NodeImageTarget {
  readonly pool: string;
  readonly from: string | null;
  readonly to: string;
}

export interface UpgradeInput extends ChangeBase {
  readonly action: 'UPGRADE';
  /** Full version, resolved once for the whole rollout; null: node images alone. */
  readonly kubernetesVersion: string | null;
  readonly nodeImages: readonly NodeImageTarget[];
}

/** A resource that we made for the cluster. */
export interface OwnedResource {
  readonly name: string;
  readonly resourceId: string;
  /** Of a subnet: what it must have to be the one we made. */
  readonly cidr?: string;
  readonly cidrV6?: string;
  readonly delegation?: string;
}

export interface DeleteInput extends ChangeBase {
  readonly action: 'DELETE';
  readonly vnetId: string;
  /** Runs that may have written the cluster: the mark on what is ours. */
  readonly writers: readonly string[];
  readonly identity: OwnedResource;
  readonly nodeSubnets: readonly OwnedResource[];
  readonly gatewaySubnet: OwnedResource | null;
  readonly apiServerSubnet: OwnedResource | null;
  readonly addressPlan: string;
}

/** Frozen with the plan: AGIC's subnet as Azure had it, and who held its range in ipam. */
export interface AgicRange {
  readonly subnetId: string;
  readonly cidr: string | null;
  readonly allocation: string | null;
}

export interface MigrateIngressInput extends ChangeBase {
  readonly action: 'MIGRATE_INGRESS';
  readonly gateway: string;
  readonly spec: IngressSpec;
  readonly agic: 'ADDON' | 'HELM';
  readonly applicationGatewayId: string | null;
  readonly apply: boolean;
  readonly switchSeconds: number;
  readonly agicRange: AgicRange | null;
}

export type ChangeInput = MigrateInput | ExpandInput | CiliumInput | UpgradeInput | DeleteInput | MigrateIngressInput;
