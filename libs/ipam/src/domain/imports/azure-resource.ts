type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A resource in any of the shapes people have it: ARM's with `properties`, the flattened one of az, and projections of either
 * (`--query`, `project`), whose members may be called `podCidr`, `networkProfile.podCidr` or `properties_networkProfile_podCidr`.
 */
export class AzureResource {
  readonly #members: ReadonlyMap<string, unknown>;
  /** Members that some reading asked for. */
  readonly #read = new Set(['id', 'name', 'type', 'properties', 'networkprofile', 'addressspace', 'apiserveraccessprofile']);

  constructor(readonly raw: Fields) {
    const members = new Map<string, unknown>();
    const add = (fields: Fields): void => {
      for (const [name, value] of Object.entries(fields)) {
        const key = memberKey(name);
        // What stands in the resource itself comes before what hangs below it.
        if (!members.has(key) && value !== null && value !== undefined) members.set(key, value);
      }
    };
    add(raw);
    if (isFields(raw['properties'])) add(raw['properties']);
    for (const group of ['networkprofile', 'addressspace', 'apiserveraccessprofile']) {
      const value = members.get(group);
      if (isFields(value)) add(value);
    }
    this.#members = members;
  }

  text(...names: readonly string[]): string | undefined {
    const value = this.#first(names);
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  }

  /** The texts of a list, or of one text alone; anything else in the list as it is. */
  list(...names: readonly string[]): readonly unknown[] {
    const value = this.#first(names);
    if (Array.isArray(value)) return value as readonly unknown[];
    return value === undefined || value === '' || isFields(value) ? [] : [value];
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#members.has(memberKey(name)));
  }

  /** Every member with a value, as it is called in the file. */
  get names(): readonly string[] {
    return Object.keys(this.raw);
  }

  /** Members, also of `properties`, that nothing was read from. */
  get unread(): readonly string[] {
    const properties = isFields(this.raw['properties']) ? Object.keys(this.raw['properties']) : [];
    return [...Object.keys(this.raw), ...properties].filter((name) => !this.#read.has(memberKey(name)));
  }

  get id(): string | undefined {
    const id = this.text('id', 'resourceId');
    return id !== undefined && /^\/subscriptions\//i.test(id) ? withoutSlashes(id) : undefined;
  }

  get name(): string | undefined {
    return this.text('name') ?? this.id?.split('/').at(-1);
  }

  get subscriptionId(): string | undefined {
    return subscriptionOf(this.id) ?? this.text('subscriptionId');
  }

  #first(names: readonly string[]): unknown {
    for (const name of names) {
      this.#read.add(memberKey(name));
      const value = this.#members.get(memberKey(name));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function withoutSlashes(id: string): string {
  let end = id.length;
  while (id[end - 1] === '/') end -= 1;
  return id.slice(0, end);
}

/** `properties_networkProfile_podCidr`, `networkProfile.podCidr` and `PodCIDR` are one member. */
function memberKey(name: string): string {
  const parts = name.split(/[._]/).filter((part) => part !== '' && !/^\d+$/.test(part));
  const last = parts.at(-1) ?? name;
  return last.toLowerCase();
}

export function subscriptionOf(id: string | undefined): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(id ?? '')?.[1];
}

/** `/subscriptions/../virtualNetworks/spoke` of a subnet's id. */
export function vnetOf(subnetId: string | undefined): string | undefined {
  return /^(\/subscriptions\/.+\/virtualNetworks\/[^/]+)(?:\/subnets\/|$)/i.exec(subnetId ?? '')?.[1];
}
