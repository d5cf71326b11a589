import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { NetworkFacts } from './addresses.js';
import type { ClusterSpec } from './cluster-spec.js';

/** Azure's smallest IPv4 subnet, a /29. */
const SMALLEST = 8n;

/**
 * The /64 of a dual-stack network that goes with an IPv4 node subnet: its number is that of the subnet's first address, counted in the
 * smallest subnets there are. Subnets that do not overlap in IPv4 have different numbers, so the /64 is theirs without anybody keeping
 * books, and it stays theirs whatever else becomes of the network. `undefined` where the network has too few /64s for that.
 */
export function nodeSubnetV6(cidr: string, prefixes: readonly string[]): string | undefined {
  const six = spaceOf(prefixes);
  if (!six) return undefined;
  const number = (Cidr.parse(cidr).first / SMALLEST) % six.count;
  const address = six.range.nthAddress(number << 64n);
  return address && String(Cidr.around(address, 64));
}

/** OV-90: a dual-stack cluster needs a network with IPv6 in which each node subnet finds a /64 of its own. */
export function dualStackNetworks(clusters: readonly ClusterSpec[], networks: ReadonlyMap<string, NetworkFacts>): Problem[] {
  return clusters.flatMap(({ dualStack, network: name }, index): Problem[] => {
    const network = networks.get(name);
    if (dualStack !== true || !network || spaceOf(network.prefixes)) return [];
    return [
      {
        path: `clusters[${index}].network`,
        code: 'network_not_dual_stack',
        rule: 'OV-90',
        message: `network ${name} has no IPv6 range in which each of its node subnets finds a /64 of its own`,
        value: name,
        conflictsWith: [...network.prefixes],
        suggestion: 'give the network an IPv6 prefix of its own, a /48',
      },
    ];
  });
}

/** The network's IPv6 range, if no two addresses of its IPv4 ranges that may begin a subnet meet in one /64. */
function spaceOf(prefixes: readonly string[]): { readonly range: Cidr; readonly count: bigint } | undefined {
  const ranges = prefixes.map((prefix) => Cidr.parse(prefix));
  const range = ranges.find(({ family, length }) => family === 6 && length <= 64);
  if (!range) return undefined;
  const count = 1n << BigInt(64 - range.length);
  const span = count * SMALLEST;
  const fours = ranges.filter(({ family }) => family === 4);
  const fits = fours.every((one, index) => one.size <= span && fours.slice(index + 1).every((other) => !overlapWithin(span, one, other)));
  return fits ? { range, count } : undefined;
}

/** Whether two ranges overlap where addresses are counted modulo `span`. Ranges are aligned to their size, and so to each other. */
function overlapWithin(span: bigint, one: Cidr, other: Cidr): boolean {
  const [first, second] = [one.first % span, other.first % span];
  return first < second + other.size && second < first + one.size;
}
