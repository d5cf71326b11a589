import type { KubernetesObject } from '../translation/kubernetes-object.js';
import type { ReportEntry } from '../translation/report.js';
import type { Cni } from '../cluster-facts.js';

/** AGIC as the AKS add-on, or as a Helm release, which Azure does not show. */
export type AgicInstall = 'ADDON' | 'HELM';
/** When the cluster moves to overlay, if it does (MAP-35). */
export type OverlayOrder = 'NONE' | 'BEFORE' | 'AFTER';

/** Everything a plan is made from, read once. */
export interface CutoverFacts {
  readonly cluster: {
    readonly name: string;
    readonly resourceId: string;
    readonly resourceGroup: string;
    readonly network: string;
    readonly cni: Cni;
    readonly oidcIssuer: boolean;
    readonly workloadIdentity: boolean;
  };
  readonly agic: {
    readonly install: AgicInstall;
    /** Whether Azure shows the add-on switched on. */
    readonly enabled: boolean;
    readonly gatewayId: string | undefined;
    /** Whether the gateway lies in the node resource group: made by the add-on and gone with it. */
    readonly madeByAddon: boolean;
    readonly addresses: readonly string[];
    readonly subnet: SubnetHeld | undefined;
    readonly inNodeNetwork: boolean;
  };
  readonly agc: {
    readonly gateway: string;
    readonly status: 'ABSENT' | 'CREATING' | 'READY' | 'FAILED' | 'DELETING';
    readonly deployment: string;
    readonly pool: string | undefined;
    readonly subnet: SubnetHeld | undefined;
    readonly frontends: readonly { readonly name: string; readonly fqdn: string | null }[];
    readonly controller: {
      readonly chart: string;
      readonly namespace: string;
      readonly version: string;
      readonly clientId: string | undefined;
    };
  };
  readonly translation: {
    readonly objects: readonly KubernetesObject[];
    readonly report: readonly ReportEntry[];
    /** Ingresses of the input, to be deleted in the end. */
    readonly ingresses: readonly { readonly namespace: string; readonly name: string }[];
  };
  readonly overlay: OverlayOrder;
  /** Of the DNS records as they are. */
  readonly ttlSeconds: number;
}

/** A subnet, and who holds its range in ipam. */
export interface SubnetHeld {
  readonly id: string;
  readonly cidr: string | undefined;
  readonly allocation: { readonly id: string; readonly pool: string; readonly owner: string } | undefined;
}
