import type { RateHeaders } from '../arm.js';
import type { BucketShape } from './token-bucket.js';

/** Per subscription, principal, verb and region of ARM's front door. */
export const ARM_LIMITS: Readonly<Record<RateHeaders['verb'], BucketShape>> = {
  READ: { burst: 250, refillPerSecond: 25 },
  WRITE: { burst: 200, refillPerSecond: 10 },
  DELETE: { burst: 200, refillPerSecond: 10 },
};

/** The AKS resource provider's own, per region: far tighter than ARM's, and a poll is what runs into them. */
export const AKS_LIMITS = {
  'list-clusters': { burst: 500, refillPerSecond: 1 },
  'list-clusters-in-group': { burst: 60, refillPerSecond: 1 },
  'put-cluster': { burst: 20, refillPerSecond: 1 / 60 },
  'put-agent-pool': { burst: 20, refillPerSecond: 1 / 60 },
  'get-cluster': { burst: 60, refillPerSecond: 1 },
  'operation-status': { burst: 200, refillPerSecond: 2 },
  other: { burst: 60, refillPerSecond: 1 },
} as const satisfies Readonly<Record<string, BucketShape>>;

/** What a 429 without Retry-After blocks its bucket for. */
export const DEFAULT_BLOCK_SECONDS = 60;

/** Above this many running operations in a subscription and region, one LIST per interval is cheaper than their polls. */
export const POLLS_BEFORE_LIST = 30;

/** A call about to be made, or made. */
export interface ArmCall {
  readonly method: string;
  /** Path or resource id, any casing. */
  readonly path: string;
  /** Where the resource is. Read from the path where that names a location. */
  readonly region?: string;
}

export interface Bucket {
  /** `subscription|region|provider|verb|scope`, lower case. */
  readonly key: string;
  readonly shape: BucketShape;
}

/** Every bucket a call takes one token from: ARM's first, then the provider's. Empty outside a subscription. */
export function bucketsOf(call: ArmCall): readonly Bucket[] {
  const path = call.path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
  const [keyword, subscription] = path;
  if (keyword !== 'subscriptions' || subscription === undefined) return [];
  const verb = verbOf(call.method);
  const provider = providerOf(path);
  const region = (locationIn(path) ?? call.region ?? '').toLowerCase();
  const own = provider === 'microsoft.containerservice' ? aksScope(call.method, path) : { scope: '', shape: ARM_LIMITS[verb] };
  return [
    { key: [subscription, '', 'arm', verb, ''].join('|').toLowerCase(), shape: ARM_LIMITS[verb] },
    { key: [subscription, region, provider, verb, own.scope].join('|').toLowerCase(), shape: own.shape },
  ];
}

export interface BucketFeed {
  readonly bucket: Bucket;
  /** Tokens that Azure says are left. */
  readonly remaining?: number;
  /** Seconds for which nobody may call. */
  readonly blockSeconds?: number;
}

/** What an answer says about the buckets: what is left, and which one a 429 closes. The others keep full speed (F14). */
export function feedsOf(answer: RateHeaders): readonly BucketFeed[] {
  const [arm, own] = bucketsOf(answer);
  if (arm === undefined || own === undefined) return [];
  const remaining = answer.remaining[`subscription-${answer.verb.toLowerCase()}s`];
  const ownLeft = ownRemaining(answer);
  const left = [
    ...(remaining === undefined ? [] : [{ bucket: arm, remaining }]),
    ...(ownLeft === undefined ? [] : [{ bucket: own, remaining: ownLeft }]),
  ];
  if (answer.status !== 429) return left;
  const bucket = answer.code === 'SubscriptionRequestsThrottled' ? arm : own;
  return [...left, { bucket, blockSeconds: answer.retryAfterSeconds ?? DEFAULT_BLOCK_SECONDS }];
}

/** The provider's own count, where the answer names exactly one policy: which of several is meant cannot be told. */
function ownRemaining({ remaining }: RateHeaders): number | undefined {
  const [first, ...rest] = Object.entries(remaining).filter(([name]) => name.startsWith('resource:'));
  return rest.length === 0 ? first?.[1] : undefined;
}

export function verbOf(method: string): RateHeaders['verb'] {
  if (method === 'GET' || method === 'HEAD') return 'READ';
  return method === 'DELETE' ? 'DELETE' : 'WRITE';
}

/** Of a path split into lower-case segments. The last one counts: a role assignment hangs on a resource of another. */
export function providerOf(path: readonly string[]): string {
  const at = path.lastIndexOf('providers');
  return (at === -1 ? undefined : path[at + 1]) ?? 'microsoft.resources';
}

export function locationIn(path: readonly string[]): string | undefined {
  const at = path.indexOf('locations');
  return at === -1 ? undefined : path[at + 1];
}

function aksScope(method: string, path: readonly string[]): { readonly scope: string; readonly shape: BucketShape } {
  const type = path.slice(path.lastIndexOf('providers') + 2);
  const [root, name, child, childName] = type;
  if (root === 'locations') {
    const isStatus = child === 'operations' || child === 'operationresults';
    const limit = isStatus ? 'operation-status' : 'other';
    return { scope: limit, shape: AKS_LIMITS[limit] };
  }
  const id = path.join('/');
  if (root === 'managedclusters' && name === undefined) {
    const grouped = path.includes('resourcegroups');
    return grouped ? { scope: id, shape: AKS_LIMITS['list-clusters-in-group'] } : { scope: 'list', shape: AKS_LIMITS['list-clusters'] };
  }
  if (root === 'managedclusters' && child === undefined && method === 'PUT') return { scope: id, shape: AKS_LIMITS['put-cluster'] };
  if (root === 'managedclusters' && child === undefined && method === 'GET') return { scope: id, shape: AKS_LIMITS['get-cluster'] };
  if (child === 'agentpools' && childName !== undefined && type.length === 4 && method === 'PUT') {
    return { scope: id, shape: AKS_LIMITS['put-agent-pool'] };
  }
  return { scope: 'other', shape: AKS_LIMITS.other };
}
