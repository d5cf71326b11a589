import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { ChangeInput } from '../domain/change/change-input.js';

/** Writes down what a change has made of a cluster, in the transaction in which the change succeeded. */
export async function settleCluster(trx: Db, input: ChangeInput): Promise<void> {
  const { name } = input.cluster;
  if (input.action === 'DELETE') {
    await sql`delete from cluster where name = ${name}`.execute(trx);
    return;
  }
  const { columns, members } = changeOf(input);
  await sql`
    update cluster set state = 'READY', updated_at = clock_timestamp(),
      kubernetes_version = coalesce(${columns.kubernetesVersion ?? null}, kubernetes_version),
      dataplane = coalesce(${columns.dataplane ?? null}, dataplane),
      network_plugin = coalesce(${columns.networkPlugin ?? null}, network_plugin),
      network_plugin_mode = coalesce(${columns.networkPluginMode ?? null}, network_plugin_mode),
      input = input || ${JSON.stringify(members.top)}::jsonb
        || jsonb_build_object('cluster', input->'cluster' || ${JSON.stringify(members.cluster)}::jsonb)
    where name = ${name}
  `.execute(trx);
}

interface Settled {
  readonly columns: {
    readonly kubernetesVersion?: string;
    readonly dataplane?: string;
    readonly networkPlugin?: string;
    readonly networkPluginMode?: string;
  };
  readonly members: { readonly top: object; readonly cluster: object };
}

function changeOf(input: Exclude<ChangeInput, { action: 'DELETE' }>): Settled {
  switch (input.action) {
    case 'MIGRATE_TO_OVERLAY':
      return {
        columns: { networkPlugin: 'azure', networkPluginMode: 'overlay' },
        members: { top: { podCidr: input.podCidr }, cluster: {} },
      };
    case 'EXPAND_POD_CIDR':
      return { columns: {}, members: { top: { podCidr: input.podCidr, podCidrGrowth: null }, cluster: {} } };
    case 'ENABLE_CILIUM':
      return { columns: { dataplane: 'CILIUM' }, members: { top: {}, cluster: { dataplane: 'CILIUM', networkPolicy: 'CILIUM' } } };
    case 'MIGRATE_INGRESS':
      return { columns: {}, members: { top: {}, cluster: { ingress: { ...input.spec, name: input.gateway } } } };
    case 'UPGRADE': {
      const { kubernetesVersion } = input;
      return kubernetesVersion === null
        ? { columns: {}, members: { top: {}, cluster: {} } }
        : { columns: { kubernetesVersion }, members: { top: {}, cluster: { kubernetesVersion } } };
    }
  }
}
