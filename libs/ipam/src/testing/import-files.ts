const subscription = '11111111-1111-4111-8111-111111111111';

export function vnetId(name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}`;
}

/** A network as `az network vnet list` prints it. */
export function vnet(
  name: string,
  prefixes: readonly string[],
  { subnets = {}, peers = [] }: { readonly subnets?: Readonly<Record<string, string>>; readonly peers?: readonly string[] } = {},
): Readonly<Record<string, unknown>> {
  return {
    addressSpace: { addressPrefixes: prefixes },
    enableDdosProtection: false,
    etag: 'W/"1"',
    id: vnetId(name),
    location: 'westeurope',
    name,
    provisioningState: 'Succeeded',
    resourceGroup: 'rg',
    subnets: Object.entries(subnets).map(([subnet, addressPrefix]) => ({
      addressPrefix,
      delegations: [],
      id: `${vnetId(name)}/subnets/${subnet}`,
      name: subnet,
      provisioningState: 'Succeeded',
      resourceGroup: 'rg',
    })),
    type: 'Microsoft.Network/virtualNetworks',
    virtualNetworkPeerings: peers.map((peer) => ({
      name: `to-${peer}`,
      peeringState: 'Connected',
      remoteVirtualNetwork: { id: vnetId(peer), resourceGroup: 'rg' },
    })),
  };
}

const sorts: readonly (readonly [code: string, line: (index: number, space: string) => string])[] = [
  ['host_bits_set', (index, space) => `DISCOVERED_RANGE,${space},10.1.${index % 256}.5/24,,,,n${index}`],
  ['invalid_cidr', (index, space) => `DISCOVERED_RANGE,${space},10.300.0.0/24,,,,n${index}`],
  ['invalid_prefix_length', (index, space) => `DISCOVERED_RANGE,${space},10.0.0.0/33,,,,n${index}`],
  ['unknown_reference', (index) => `DISCOVERED_RANGE,nowhere,10.0.0.0/24,,,,n${index}`],
  ['unknown_kind', (index, space) => `GARDEN,${space},10.0.0.0/24,,,,n${index}`],
  ['required', (index, space) => `DISCOVERED_RANGE,${space},,,,,n${index}`],
  ['column_count', (index, space) => `DISCOVERED_RANGE,${space},10.0.0.0/24,,,,n${index},more`],
  ['invalid_owner', (index, space) => `ALLOCATION,,10.2.${index % 256}.0/24,${space}-pool,nobody,x,`],
  ['outside_pool', (index, space) => `ALLOCATION,,11.2.${index % 256}.0/24,${space}-pool,TEAM/t${index},x,`],
  ['unknown_reference', (index) => `ALLOCATION,,10.2.0.0/24,no-pool,TEAM/t${index},x,`],
];

/** A table in which every tenth line is wrong, each in another way. `broken`: the code of the first problem by its place. */
export function brokenCsv(rows: number, space: string): { readonly text: string; readonly broken: ReadonlyMap<string, string> } {
  const lines = ['kind,addressSpace,cidr,pool,owner,purpose,name'];
  const broken = new Map<string, string>();
  for (let index = 0; index < rows; index += 1) {
    const sort = index % 10 === 9 ? sorts[Math.floor(index / 10) % sorts.length] : undefined;
    if (sort) broken.set(`lines[${index + 2}]`, sort[0]);
    lines.push(sort ? sort[1](index, space) : soundLine(index, space));
  }
  return { text: `${lines.join('\n')}\n`, broken };
}

function soundLine(index: number, space: string): string {
  const range = (first: number): string => `10.${first + (index >> 12)}.${(index >> 4) & 255}.${(index & 15) << 4}/28`;
  return index % 2 === 0
    ? `DISCOVERED_RANGE,${space},${range(128)},,,,"range ${index}"`
    : `ALLOCATION,,${range(64)},${space}-pool,TEAM/t${index},x,`;
}
