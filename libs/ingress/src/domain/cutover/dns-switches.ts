import { byCodePoint } from '../listeners.js';
import type { CutoverFacts } from './cutover-facts.js';

/** One host name: where it leads today, and where it will. */
export interface DnsSwitch {
  readonly hostname: string;
  readonly from: readonly string[];
  /** FQDN of the frontend; null until the gateway is READY. */
  readonly to: string | null;
  readonly frontend: string;
  /** AGC-52: an address by name only, so the apex of a zone needs an alias. */
  readonly record: 'CNAME' | 'ALIAS';
}

/** Every host that the translated routes serve, by the Gateway and so the frontend that serves it. A host in several Gateways is one switch. */
export function dnsSwitches({ agic, agc, translation }: Pick<CutoverFacts, 'agic' | 'agc' | 'translation'>): readonly DnsSwitch[] {
  const frontendOf = new Map(
    translation.objects.filter(({ kind }) => kind === 'Gateway').map((gateway) => [gateway.metadata.name, frontendNameOf(gateway)]),
  );
  const served = new Map<string, string>();
  for (const route of translation.objects.filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute')) {
    const { hostnames = [], parentRefs = [] } = route.spec as { hostnames?: readonly string[]; parentRefs?: readonly { name: string }[] };
    const frontend = frontendOf.get(parentRefs[0]?.name ?? '') ?? agc.frontends[0]?.name ?? '';
    for (const hostname of hostnames) if (!served.has(hostname)) served.set(hostname, frontend);
  }
  return [...served]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([hostname, frontend]) => ({
      hostname,
      from: agic.addresses,
      to: agc.frontends.find(({ name }) => name === frontend)?.fqdn ?? null,
      frontend,
      record: isApex(hostname) ? 'ALIAS' : 'CNAME',
    }));
}

function frontendNameOf({ spec }: { readonly spec?: unknown }): string {
  const { addresses = [] } = spec as { readonly addresses?: readonly { readonly value: string }[] };
  return addresses[0]?.value ?? '';
}

/** Two labels: the apex of a zone as far as names can tell. Zones of public suffixes such as co.uk are for people to see. */
function isApex(hostname: string): boolean {
  return !hostname.startsWith('*.') && hostname.split('.').length === 2;
}
