import { Cidr } from '@podspan/cidr';
import type { SeenNetworks } from '../domain/assess/surroundings.js';
import { escapeHtml } from './escape-html.js';

/** What is drawn of one cluster. */
export interface Drawn {
  readonly name: string;
  readonly networkIds: readonly string[];
  readonly movable: boolean;
  readonly held: number;
  readonly needed: number;
  readonly subnetIds: readonly string[];
}

const WIDTH = 860;
const BAR = 22;
const ROW = 92;
/** More networks than anybody looks at; the report says how many it left out. */
export const MOST_NETWORKS = 60;

/**
 * The address space of every network before and after, to scale: each subnet where it lies, filled by the share of it that is held. After the
 * move the same subnet holds the nodes alone.
 */
export function picture(networks: SeenNetworks, clusters: readonly Drawn[]): string {
  const shown = [...networks.entries()]
    .filter(([id]) => clusters.some(({ networkIds }) => networkIds.includes(id)))
    .slice(0, MOST_NETWORKS);
  if (shown.length === 0) return '';
  const rows = shown.map(([id, network], index) => {
    const [prefix] = network.prefixes;
    if (!prefix) return '';
    const own = clusters.filter(({ networkIds }) => networkIds.includes(id));
    const top = index * ROW;
    return `<g transform="translate(0 ${top})">
<text x="0" y="14" class="name">${escapeHtml(network.name)} <tspan class="dim">${escapeHtml(network.prefixes.join(', '))}</tspan></text>
${strip('before', 22, prefix, network.subnets, own, ({ held }) => held)}
${strip('after', 50, prefix, network.subnets, own, ({ movable, held, needed }) => (movable ? needed : held))}
</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Address space before and after" viewBox="0 0 ${WIDTH + 60} ${shown.length * ROW}" width="100%">${rows.join('\n')}</svg>`;
}

type Subnets = SeenNetworks extends ReadonlyMap<string, infer N> ? (N extends { readonly subnets: infer S } ? S : never) : never;

function strip(
  label: string,
  y: number,
  prefix: Cidr,
  subnets: Subnets,
  clusters: readonly Drawn[],
  heldBy: (cluster: Drawn) => number,
): string {
  const blocks = subnets
    .filter(({ cidr }) => prefix.contains(cidr))
    .map((subnet) => {
      const inside = clusters.filter(({ subnetIds }) => subnetIds.includes(subnet.id.toLowerCase()));
      // A cluster over several subnets is spread evenly: the listing does not say which pod is where.
      const held = inside.reduce((sum, cluster) => sum + heldBy(cluster) / cluster.subnetIds.length, 0);
      const share = Math.min(1, held / Number(subnet.cidr.size));
      const x = Number(((subnet.cidr.first - prefix.first) * BigInt(WIDTH * 1000)) / prefix.size) / 1000;
      const width = Math.max(1.5, Number((subnet.cidr.size * BigInt(WIDTH * 1000)) / prefix.size) / 1000);
      const title = `${subnet.name} ${subnet.cidr}: ${Math.round(held)} of ${subnet.cidr.size} held ${label} the move`;
      return `<g><title>${escapeHtml(title)}</title><rect x="${fixed(x)}" y="0" width="${fixed(width)}" height="${BAR}" class="subnet"/><rect x="${fixed(x)}" y="${fixed(BAR * (1 - share))}" width="${fixed(width)}" height="${fixed(BAR * share)}" class="${label}"/></g>`;
    });
  return `<g transform="translate(50 ${y})"><text x="-50" y="15" class="dim">${label}</text><rect x="0" y="0" width="${WIDTH}" height="${BAR}" class="network"/>${blocks.join('')}</g>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
