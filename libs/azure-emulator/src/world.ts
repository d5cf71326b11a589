import { Deterministic } from './deterministic.js';
import { Operations, type Operation, type OperationError, type OperationKind } from './operations.js';
import type { EmulatorOptions, Seconds, Settings } from './options.js';
import { ResourceStore, type Resource } from './resource-store.js';
import { resourceTypes } from './resource-types/registry.js';
import type { ResourceType } from './resource-types/resource-type.js';
import { defaultKubernetesVersions } from './resource-types/kubernetes-versions.js';
import { VirtualClock } from './virtual-clock.js';
import { compact, type JsonObject } from './json.js';
import { parseArmPath, subscriptionOf } from './arm-path.js';

export interface StartOperation {
  readonly kind: OperationKind;
  readonly type: ResourceType | undefined;
  readonly resource: Resource;
  readonly locks: readonly string[];
  readonly seconds: Seconds;
  readonly failure?: OperationError;
}

const firstNodeImage = 'AKSUbuntu-2204gen2containerd-202611.02.0';

/** The simulated cloud: resources, operations and time. It knows nothing of HTTP. */
export class World {
  readonly settings: Settings;
  readonly clock: VirtualClock;
  readonly store = new ResourceStore();
  readonly operations = new Operations();
  readonly random: Deterministic;
  /** Principals of identities and when they came to be; deleted ones stay known to nobody. */
  readonly principals = new Map<string, number>();
  /** What AKS publishes as the newest; pools keep theirs until they are upgraded. */
  nodeImage = firstNodeImage;
  readonly inFlight = new Set<string>();
  readonly counts = new Map<string, number>();

  constructor(options: EmulatorOptions) {
    this.settings = settingsOf(options);
    const { speed, clock, startAt, seed } = this.settings;
    this.clock = new VirtualClock({ speed, manual: clock === 'manual', startAt });
    this.random = new Deterministic(seed);
  }

  /** How often this has been asked for this key, from 1. Ids and durations follow from it, not from the order of requests. */
  count(what: 'etag' | 'operation' | 'incarnation', key: string): number {
    const next = (this.counts.get(`${what} ${key}`) ?? 0) + 1;
    this.counts.set(`${what} ${key}`, next);
    return next;
  }

  newEtag(key: string): string {
    return this.random.uuid('etag', key, this.count('etag', key));
  }

  /** Lets everything happen that is due by now. */
  settle(): void {
    for (const operation of this.operations.due(this.clock.now())) this.finish(operation);
  }

  start({ kind, type, resource, locks, seconds, failure }: StartOperation): Operation {
    const number = this.count('operation', resource.key);
    const startedAt = this.clock.now();
    const [low, high] = this.settings.seconds[`${resource.type.toLowerCase()}/${kind}`] ?? seconds;
    const path = parseArmPath(resource.id);
    const operation: Operation = {
      id: this.random.uuid('operation', resource.key, number),
      kind,
      resourceId: resource.id,
      resourceKey: resource.key,
      type: resource.type,
      subscription: subscriptionOf(resource.id) ?? '',
      namespace: path.namespace ?? 'Microsoft.Resources',
      location: (resource.location ?? this.locationOf(resource)).toLowerCase().replaceAll(' ', ''),
      locks,
      startedAt,
      endsAt: startedAt + this.random.between(low, high, 'duration', resource.key, kind, number) * 1000,
      status: 'InProgress',
      outcome: failure ? 'Failed' : 'Succeeded',
      ...(failure ? { error: failure } : {}),
      polls: 0,
    };
    this.operations.add(operation);
    const state = type?.states && stateWhile(type.states, kind);
    if (state !== undefined) resource.state = state;
    this.store.touch();
    return operation;
  }

  /** Ends an operation before its time because another displaced it. */
  preempt(operation: Operation, error: OperationError): void {
    operation.endsAt = this.clock.now();
    operation.error = error;
    this.operations.close(operation, 'Failed');
  }

  view(resource: Resource): JsonObject {
    const type = this.typeOf(resource);
    const properties = compact({
      ...type.properties(this, resource),
      provisioningState: resource.state,
      ...(type.etag === 'properties.eTag' ? { eTag: resource.etag } : {}),
    });
    return compact({
      id: resource.id,
      name: resource.name,
      type: resource.type,
      location: resource.location,
      tags: resource.tags,
      ...(type.etag === 'eTag' ? { eTag: resource.etag } : {}),
      ...(type.etag === 'etag' ? { etag: `W/"${resource.etag}"` } : {}),
      ...type.members?.(this, resource),
      properties,
    });
  }

  typeOf(resource: Resource): ResourceType {
    const type = resourceTypes.get(resource.type.toLowerCase());
    if (!type) throw new Error(`no resource type ${resource.type}`);
    return type;
  }

  /** Removes a resource with everything below it, as a finished DELETE does. */
  remove(resource: Resource): void {
    for (const gone of this.store.remove(resource)) {
      resourceTypes.get(gone.type.toLowerCase())?.onDeleted?.(this, gone);
    }
  }

  reset(): void {
    this.store.clear();
    this.operations.clear();
    this.principals.clear();
    this.counts.clear();
    this.nodeImage = firstNodeImage;
  }

  private locationOf(resource: Resource): string {
    return this.store.get(resource.parentKey)?.location ?? 'global';
  }

  private finish(operation: Operation): void {
    const resource = this.store.get(operation.resourceKey);
    this.store.touch();
    if (!resource || operation.kind === 'abort' || operation.kind === 'foreign') return;
    if (operation.kind === 'delete' && operation.outcome === 'Succeeded') return this.remove(resource);
    const type = this.typeOf(resource);
    if (type.states) resource.state = operation.outcome;
    resource.etag = this.newEtag(resource.key);
    type.onSettled?.(this, resource, operation);
    this.store.hold(resource, type.uses?.(resource) ?? []);
  }
}

function stateWhile(states: NonNullable<ResourceType['states']>, kind: OperationKind): string | undefined {
  if (kind === 'create') return states.creating;
  if (kind === 'update' || kind === 'action') return states.updating;
  return kind === 'delete' ? states.deleting : undefined;
}

function settingsOf(options: EmulatorOptions): Settings {
  return {
    speed: options.speed ?? 1,
    clock: options.clock ?? 'running',
    startAt: options.startAt ?? Date.now(),
    seed: options.seed ?? 1,
    throttling: options.throttling ?? true,
    foreignShare: options.foreignShare ?? 0,
    strictWire: options.strictWire ?? false,
    assumeWafPolicies: options.assumeWafPolicies ?? false,
    unregisteredFeatures: options.unregisteredFeatures ?? [],
    replicationLagSeconds: options.replicationLagSeconds ?? 10,
    checkRights: options.checkRights ?? false,
    clusterQuota: options.clusterQuota ?? 100,
    coreQuota: options.coreQuota ?? 1_000_000,
    kubernetesVersions: options.kubernetesVersions ?? defaultKubernetesVersions,
    pageSize: options.pageSize ?? 1000,
    journalLimit: options.journalLimit ?? 20_000,
    seconds: options.seconds ?? {},
    ...(options.subscriptions ? { subscriptions: options.subscriptions } : {}),
    ...(options.kubernetes ? { kubernetes: options.kubernetes } : {}),
  };
}
