import type { Json, JsonObject } from './json.js';
import { keyOf } from './arm-path.js';

export type ResourceState = string;

/** One resource. `id` and `name` keep the casing of whoever created it. */
export interface Resource {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** Key of the parent resource, of the resource group, or of the scope it is attached to. */
  readonly parentKey: string;
  readonly createdAt: number;
  /** How many resources have had this id, this one included: a recreated resource gets new ids of its own. */
  readonly incarnation: number;
  location?: string;
  tags?: JsonObject;
  /** Top-level members beside the ones above and `properties`, for example `sku` and `identity`. */
  body: JsonObject;
  properties: JsonObject;
  /** Facts that only the emulator knows. */
  hidden: Record<string, Json>;
  /** `provisioningState`; undefined for types that have none. */
  state?: ResourceState;
  etag: string;
}

/** Addresses of a subnet held by a resource while it exists. */
export interface AddressUse {
  readonly subnetKey: string;
  readonly addresses: number;
  /** Id shown among the subnet's `ipConfigurations`. */
  readonly configurationId: string;
}

export interface HeldAddresses extends AddressUse {
  readonly holder: string;
}

/** All resources, found by id, by parent and by type. */
export class ResourceStore {
  readonly #byKey = new Map<string, Resource>();
  readonly #byParent = new Map<string, Set<string>>();
  readonly #byType = new Map<string, Set<string>>();
  readonly #usesByHolder = new Map<string, readonly AddressUse[]>();
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get(id: string): Resource | undefined {
    return this.#byKey.get(keyOf(id));
  }

  put(resource: Resource): void {
    this.#revision += 1;
    this.#byKey.set(resource.key, resource);
    indexOf(this.#byParent, resource.parentKey).add(resource.key);
    indexOf(this.#byType, resource.type.toLowerCase()).add(resource.key);
  }

  touch(): void {
    this.#revision += 1;
  }

  /** Removes the resource, everything below it, and the addresses they held. */
  remove(resource: Resource): Resource[] {
    this.#revision += 1;
    const below = this.childrenOf(resource.key).flatMap((child) => this.remove(child));
    this.#byKey.delete(resource.key);
    this.#usesByHolder.delete(resource.key);
    this.#byParent.get(resource.parentKey)?.delete(resource.key);
    this.#byType.get(resource.type.toLowerCase())?.delete(resource.key);
    return [...below, resource];
  }

  childrenOf(parentKey: string, type?: string): Resource[] {
    return this.read(this.#byParent.get(parentKey)).filter((child) => type === undefined || child.type === type);
  }

  ofType(type: string): Resource[] {
    return this.read(this.#byType.get(type.toLowerCase()));
  }

  all(): Resource[] {
    return [...this.#byKey.values()];
  }

  hold(holder: Resource, uses: readonly AddressUse[]): void {
    this.#usesByHolder.set(holder.key, uses);
  }

  /** Who holds addresses of this subnet. */
  held(subnetKey: string): HeldAddresses[] {
    return [...this.#usesByHolder].flatMap(([holder, uses]) =>
      uses.filter((use) => use.subnetKey === subnetKey).map((use) => ({ ...use, holder })),
    );
  }

  clear(): void {
    this.#revision += 1;
    for (const index of [this.#byKey, this.#byParent, this.#byType, this.#usesByHolder]) index.clear();
  }

  private read(keys: ReadonlySet<string> | undefined): Resource[] {
    return [...(keys ?? [])].flatMap((key) => this.#byKey.get(key) ?? []);
  }
}

function indexOf(index: Map<string, Set<string>>, key: string): Set<string> {
  const found = index.get(key) ?? new Set<string>();
  index.set(key, found);
  return found;
}
