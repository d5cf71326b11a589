import { newId } from '@podspan/platform';
import type { Insertable } from 'kysely';
import type { AgicInput } from './agic/agic-input.js';
import type { GatewayTable } from './database.js';
import type { ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts } from './domain/cluster-facts.js';
import type { GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import type { AgcInput } from './programs/agc-input.js';

/** A gateway that may be made: its row, and the program of its creation. */
export interface GatewayPlan {
  readonly program: string;
  readonly values: Insertable<GatewayTable>;
}

/** What was decided about a gateway of either kind. */
export interface DecidedGateway {
  readonly program: string;
  readonly intent: GatewayIntent;
  readonly cluster: ClusterFacts;
  readonly subnet: ChosenSubnet;
  /** Frozen for the run. */
  readonly input: AgcInput | AgicInput;
  readonly createdBy: string;
}

export function gatewayPlan({ program, intent, cluster, subnet, input, createdBy }: DecidedGateway): GatewayPlan {
  const run = newId();
  return {
    program,
    values: {
      id: input.gatewayId,
      name: intent.name,
      cluster: cluster.name,
      state: 'CREATING',
      intent: JSON.stringify(intent),
      input: JSON.stringify(input),
      namespace: intent.namespace,
      kubernetes_name: kubernetesName(intent.name),
      kubernetes_version: cluster.kubernetesVersion ?? null,
      subscription_id: cluster.subscriptionId,
      region: cluster.region,
      subnet_id: subnet.id,
      subnet_cidr: ownCidr(subnet),
      create_run: run,
      current_run: run,
      created_by: createdBy,
    },
  };
}

/** A block of a pool is ours once the run has taken it. */
export function ownCidr({ source, cidr }: ChosenSubnet): string | null {
  return source === 'POOL' ? null : (cidr ?? null);
}
