import { dataOf, type PodspanClient } from '@podspan/client';

interface Row {
  readonly cluster: string;
  readonly region: string;
  readonly nodeSubnet: string;
  readonly podCidr: string;
  readonly state: string;
  readonly ingress: string;
}

/** What stands in Podspan after the rollout, read back over REST: the address table, and who shares which pod range. */
export async function demoReport(client: PodspanClient): Promise<string> {
  const clusters = (await dataOf(client.rest.GET('/v1/clusters', { params: { query: { limit: 1000 } } }))).items;
  const gateways = (await dataOf(client.rest.GET('/v1/ingress-gateways', { params: { query: { limit: 1000 } } }))).items;
  const names = new Map(gateways.map((gateway) => [gateway.cluster, gateway.frontends.map(({ fqdn }) => fqdn).join(' ')]));
  const rows = clusters.map(({ name, region, state, addresses }) => ({
    cluster: name,
    region,
    nodeSubnet: [...new Set(addresses?.nodeSubnets.map(({ cidr }) => cidr))].join(' '),
    podCidr: addresses?.podCidr ?? '-',
    state,
    ingress: names.get(name) ?? '-',
  }));
  return `${addressTable(rows)}\n\n${sharing(rows)}`;
}

function addressTable(rows: readonly Row[]): string {
  const heads: Row = {
    cluster: 'CLUSTER',
    region: 'REGION',
    nodeSubnet: 'NODE SUBNETS',
    podCidr: 'POD CIDR',
    state: 'STATE',
    ingress: 'INGRESS',
  };
  const columns = Object.keys(heads) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  return [heads, ...rows]
    .map((row) =>
      columns
        .map((column, index) => row[column].padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function sharing(rows: readonly Row[]): string {
  const holders = new Map<string, number>();
  for (const { podCidr } of rows) holders.set(podCidr, (holders.get(podCidr) ?? 0) + 1);
  const ranges = [...holders].sort(([, a], [, b]) => b - a).map(([range, count]) => `${range} by ${count}`);
  return `${rows.length} clusters in ${holders.size} pod ranges: ${ranges.join(', ')}`;
}
