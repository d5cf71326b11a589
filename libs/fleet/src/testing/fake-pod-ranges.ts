interface Held {
  readonly id: string;
  cidr: string;
  readonly owner: { readonly kind: 'CLUSTER'; readonly id: string };
  readonly labels: Readonly<Record<string, string>>;
}

interface Item {
  readonly cidr?: string;
  readonly prefixLength?: number;
  readonly owner: Held['owner'];
  readonly labels?: Record<string, string>;
}

type Answer = { readonly status: number; readonly answer: unknown };

/** On-premises, as far as the fake is concerned: no pod range may overlap it (OV-35). */
export const onPremises = '10.250.0.0/16';

/** Single pod ranges: the same owner gets the same range, and it is gone when it was released. */
export class FakePodRanges {
  readonly held = new Map<string, Held>();
  /** Pools of their own; every other name is a pool of carrier-NAT space. */
  readonly pools = new Map<string, readonly string[] | undefined>();
  #next = 0;

  /** What the address plan of a cluster holds for its pods. */
  hold(cluster: string, cidr: string): void {
    this.held.set(cluster, { id: `range-${cluster}`, cidr, owner: { kind: 'CLUSTER', id: cluster }, labels: {} });
  }

  route(method: string, url: URL, body: Record<string, unknown>): Answer | undefined {
    const [, , collection, key = '', verb] = url.pathname.split('/').map(decodeURIComponent);
    if (collection === 'pools') return this.#pool(key);
    if (collection === 'reuse') return { status: 200, answer: { reasons: reasonsFor(String(body['podCidr'])) } };
    if (collection !== 'allocations') return undefined;
    if (method === 'GET') return { status: 200, answer: { items: this.#find(url.searchParams), nextCursor: null } };
    if (key === 'batch')
      return { status: 201, answer: { items: this.#take(body['items'] as Item[], url.searchParams.get('dryRun') === 'true') } };
    const found = [...this.held.values()].find(({ id }) => id === key);
    if (!found) return { status: 404, answer: { code: 'not_found', detail: 'no such allocation', status: 404 } };
    if (verb === 'release') this.held.delete(found.owner.id);
    if (verb === 'expand') found.cidr = String(body['cidr']);
    return { status: 200, answer: found };
  }

  #pool(name: string): Answer {
    const cidrs = this.pools.has(name) ? this.pools.get(name) : ['100.64.0.0/10'];
    return cidrs ? { status: 200, answer: { cidrs } } : { status: 404, answer: { code: 'not_found', detail: 'no such pool', status: 404 } };
  }

  #take(items: readonly Item[], dry: boolean): readonly Held[] {
    return items.map(({ cidr, prefixLength = 22, owner, labels = {} }) => {
      const existing = this.held.get(owner.id);
      if (existing) return existing;
      const serial = this.#next++;
      const made = { id: `range-${serial}`, cidr: cidr ?? `100.${64 + (serial % 60)}.0.0/${prefixLength}`, owner, labels };
      if (!dry) this.held.set(owner.id, made);
      return made;
    });
  }

  #find(query: URLSearchParams): readonly Held[] {
    const owner = query.get('owner')?.split('/').at(-1);
    const [key = '', value] = query.get('label')?.split('=') ?? [];
    return [...this.held.values()].filter(
      (held) => (owner === undefined || held.owner.id === owner) && (key === '' || held.labels[key] === value),
    );
  }
}

function reasonsFor(podCidr: string): readonly unknown[] {
  return podCidr.startsWith('10.250.')
    ? [
        {
          rule: 'OV-35',
          code: 'pod_cidr_overlaps_connected_network',
          message: `${podCidr} overlaps ${onPremises} of hq`,
          conflictsWith: onPremises,
        },
      ]
    : [];
}
