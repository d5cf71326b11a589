import type { Cidr } from '@podspan/cidr';

export type NetworkMode = 'NODE_SUBNET' | 'KUBENET' | 'POD_SUBNET_DYNAMIC' | 'POD_SUBNET_STATIC' | 'OVERLAY' | 'NONE';

/** The least Windows build that translates host-network pods correctly (MG-13). */
export const LEAST_WINDOWS_BUILD = '20348.1668';
/** The least AGIC that knows overlay (MG-19). */
export const LEAST_OVERLAY_AGIC = '1.8.0';

/** A cluster that exists, as far as the preconditions of a migration look at it. */
export interface MigrationSource {
  readonly mode: NetworkMode;
  readonly kubernetesVersion: string;
  readonly networkPolicy: 'NONE' | 'AZURE' | 'CALICO' | 'CILIUM';
  readonly identity: 'SYSTEM_ASSIGNED' | 'USER_ASSIGNED';
  readonly nodePools: readonly {
    readonly name: string;
    readonly podSubnetId?: string | undefined;
    readonly windows?: { readonly runtime: 'DOCKER' | 'CONTAINERD'; readonly osBuild?: string | undefined } | undefined;
  }[];
  /** Whether ConfigMap azure-ip-masq-agent-config exists. */
  readonly customIpMasqConfig?: boolean | undefined;
  /** Whether the same request also asks for the Cilium data plane (MG-31). */
  readonly requestsCilium?: boolean | undefined;
  readonly agcSubnet?: Cidr | undefined;
  readonly agic?: { readonly version: string; readonly subnet: Cidr; readonly inNodeNetwork: boolean } | undefined;
}
