import type { ArmError } from '../arm-error.js';
import type { JsonObject } from '../json.js';
import type { Operation } from '../operations.js';
import type { Seconds } from '../options.js';
import type { AddressUse, Resource } from '../resource-store.js';
import type { World } from '../world.js';

/** A PUT that has passed the checks common to all types. */
export interface Put {
  readonly world: World;
  readonly id: string;
  readonly name: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly apiVersion: string;
  readonly existing: Resource | undefined;
  readonly parent: Resource | undefined;
  readonly body: JsonObject;
  readonly properties: JsonObject;
  readonly location: string | undefined;
}

/** A lasting failure that is known when the operation starts but shows only when it ends. */
export interface Doom {
  readonly code: string;
  readonly message: string;
}

export interface WireFields {
  readonly top: readonly string[];
  readonly properties: readonly string[];
  /** Members of the items of lists under `properties`. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

/**
 * One ARM resource type: its names, its rules and its shape on the wire. What all types share (paths, conditional
 * requests, locks, operations, lists) is not here.
 */
export interface ResourceType {
  readonly type: string;
  /** The type it is a child of; undefined: it lies in a resource group. */
  readonly parent?: string;
  /** Attached to any scope, as role assignments are. */
  readonly extension?: true;
  readonly namePattern: RegExp;
  /** Tracked resources must say where they live; proxies do not. */
  readonly location: 'required' | 'optional' | 'none';
  readonly flatErrors?: true;
  /** `provisioningState` while it works; absent for types without one. */
  readonly states?: { readonly creating: string; readonly updating: string; readonly deleting: string };
  /** Durations in virtual seconds; absent for types whose writes are done when they are answered. */
  readonly seconds?: { readonly create?: Seconds; readonly update?: Seconds; readonly delete?: Seconds };
  readonly etag?: 'eTag' | 'etag' | 'properties.eTag';
  /** AKS takes only `*` in If-None-Match and not both headers together. */
  readonly strictConditions?: true;
  /** DELETE of an existing resource that is done at once. */
  readonly deleteStatus?: 200 | 202;
  readonly tags: boolean;
  readonly wire?: WireFields;
  /** Nested tracked resources of these types keep the parent from being deleted. */
  readonly keptBy?: readonly string[];
  /** A write that takes this long in real milliseconds refuses others on the same parent meanwhile. */
  readonly serialised?: { readonly realMs: number; readonly refusal: () => ArmError };

  /** Locks a write takes; default is the resource itself. */
  locks?(id: string, parent: Resource | undefined): string[];
  /** The refusal when `running` holds a lock that a write to `id` needs. */
  busy(running: Operation, id: string): ArmError;
  /** Throws an ArmError; may answer a failure that shows only at the end. */
  validate(put: Put): Doom | undefined;
  /** The resource has been written; fill in what Azure fills in at once. */
  onAccepted?(put: Put, resource: Resource): void;
  /** Create or update has ended. */
  onSettled?(world: World, resource: Resource, operation: Operation): void;
  validateDelete?(world: World, resource: Resource): void;
  /** A delete displaces a running operation instead of waiting for it. */
  readonly deletePreempts?: { readonly code: string; readonly message: string };
  onDeleted?(world: World, resource: Resource): void;
  uses?(resource: Resource): AddressUse[];
  properties(world: World, resource: Resource): JsonObject;
  /** Top-level members beside id, name, type, location, tags, etag. */
  members?(world: World, resource: Resource): JsonObject;
  /** GETs below the resource that are not resources: `upgradeProfiles/default`. Keys in lower case. */
  readonly reads?: Readonly<Record<string, (world: World, resource: Resource) => JsonObject>>;
  /** Answers by POST below the resource that change nothing, such as credentials. Keys in lower case. */
  readonly posts?: Readonly<Record<string, (world: World, resource: Resource) => JsonObject>>;
  readonly abortable?: true;
  /** Long-running actions by POST below the resource. Keys in lower case; what they change is done in `onSettled`. */
  readonly actions?: Readonly<Record<string, (world: World, resource: Resource) => Seconds>>;
}
