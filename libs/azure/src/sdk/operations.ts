import type { TokenCredential } from '@azure/identity';
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Wire } from '../arm.js';
import type { ResourceId } from '../domain/resource-id.js';

/** What of the SDK's pollers is used. One `poll` per call; `pollUntilDone` never. */
export interface Poller {
  readonly isDone: boolean;
  submitted(): Promise<void>;
  poll(): Promise<unknown>;
  serialize(): Promise<string>;
}

/**
 * A write on its way. The poller is wrapped because it is itself thenable: returned bare from an async function it
 * would be awaited until the operation ends.
 */
export type Started = { readonly poller: Poller } | { readonly answer: Promise<unknown> };

/** What can be done with one resource. The answers are read from the wire, not from what the SDK makes of them. */
export interface ResourceOperations {
  readonly put: (body: Wire) => Started;
  readonly remove: () => Started;
  readonly get: () => Promise<unknown>;
  readonly abort?: () => Started;
  /** Actions by POST, by their name. */
  readonly actions?: Readonly<Record<string, () => Started>>;
  readonly restore: (state: string) => Poller;
}

export type Bind = (id: ResourceId) => ResourceOperations;

/** What every client is made from. */
export interface Connection {
  readonly credential: TokenCredential;
  readonly options: ClientOptions;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly httpClient: HttpClient;
  readonly retryOptions: { readonly maxRetries: number };
  readonly additionalPolicies: { readonly policy: PipelinePolicy; readonly position: 'perRetry' }[];
  readonly credentials: { readonly scopes: string[] };
  /** The same scopes under the name the older clients know. */
  readonly credentialScopes: string[];
}

/** One client per subscription: their paths begin with it. */
export function perSubscription<C>(make: (subscriptionId: string) => C): (id: Pick<ResourceId, 'subscriptionId'>) => C {
  const clients = new Map<string, C>();
  return ({ subscriptionId = '' }) => {
    const existing = clients.get(subscriptionId);
    if (existing) return existing;
    const client = make(subscriptionId);
    clients.set(subscriptionId, client);
    return client;
  };
}

/** The names of a resource, by position. Types are matched before, so a missing one is a bug here. */
export function nameAt(id: ResourceId, index: number): string {
  const name = id.names[index];
  if (name === undefined) throw new Error(`${id.id} has no name at ${index}`);
  return name;
}

export function groupOf(id: ResourceId): string {
  if (id.resourceGroup === undefined) throw new Error(`${id.id} is not in a resource group`);
  return id.resourceGroup;
}

/** What the typed serialisers insist on; the body itself is put on the wire by the wire policy. */
export function placeholder(body: Wire): { location: string } {
  return { location: typeof body['location'] === 'string' ? body['location'] : '' };
}

/** For types whose writes are done when they are answered: no token of theirs has a poller in it. */
export function noPoller(): never {
  throw new Error('this type has no long-running operations');
}
