import { ArmError } from './arm-error.js';
import { keyOf } from './arm-path.js';
import type { ArmRequest } from './arm-request.js';
import type { Target } from './arm-target.js';
import type { Demand } from './token-buckets.js';
import { TokenBuckets } from './token-buckets.js';
import type { World } from './world.js';

type Verb = 'reads' | 'writes' | 'deletes';

const armSizes: Record<Verb, { burst: number; perSecond: number }> = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
};

/** All principals together have fifteen times what one has. */
const globalFactor = 15;

const verbOf = (method: string): Verb => (method === 'GET' || method === 'HEAD' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes');

/** ARM's buckets and the AKS provider's, per subscription; answers the headers that tell what is left. */
export class Throttling {
  readonly #buckets = new TokenBuckets();

  constructor(private readonly world: World) {}

  /** Throws a 429 when a bucket is empty. */
  admit(request: ArmRequest, target: Target): Record<string, string> {
    const subscription = target.path.subscription?.toLowerCase();
    if (!this.world.settings.throttling || subscription === undefined) return {};
    const verb = verbOf(request.method);
    const own = `subscription-${verb}`;
    const shared = `subscription-global-${verb}`;
    const arm: Demand[] = [
      { key: `arm/${subscription}/${request.principal ?? ''}/${verb}`, ...armSizes[verb] },
      {
        key: `arm/${subscription}/*/${verb}`,
        burst: armSizes[verb].burst * globalFactor,
        perSecond: armSizes[verb].perSecond * globalFactor,
      },
    ];
    const provider = aksDemand(this.world, request, target, subscription);
    const ours = 1 - this.world.settings.foreignShare;
    const demands = [...arm, ...(provider ? [provider.demand] : [])].map((demand) => ({
      ...demand,
      burst: Math.max(1, demand.burst * ours),
      perSecond: demand.perSecond * ours,
    }));
    const grant = this.#buckets.take(demands, this.world.clock.now());
    const left = (demand: Demand | undefined): string => String(demand ? (grant.remaining.get(demand.key) ?? 0) : 0);
    const headers = {
      [`x-ms-ratelimit-remaining-${own}`]: left(arm[0]),
      [`x-ms-ratelimit-remaining-${shared}`]: left(arm[1]),
      ...(provider
        ? { 'x-ms-ratelimit-remaining-resource': `Microsoft.ContainerService/${provider.handler};${left(provider.demand)}` }
        : {}),
    };
    if (!grant.refused) return headers;
    const { demand, waitSeconds } = grant.refused;
    if (provider && demand.key === provider.demand.key) throw throttled(provider.handler, subscription, waitSeconds, headers);
    throw new ArmError(
      429,
      'SubscriptionRequestsThrottled',
      `Number of '${verb}' requests for subscription '${subscription}' exceeded the limit. Please try again after '${Math.ceil(waitSeconds)}' seconds.`,
      { retryAfterSeconds: waitSeconds, headers },
    );
  }

  clear(): void {
    this.#buckets.clear();
  }
}

function throttled(handler: string, subscription: string, waitSeconds: number, headers: Record<string, string>): ArmError {
  return new ArmError(
    429,
    'Throttled',
    `The ${handler} request limit has been exceeded for SubID=${subscription}, please retry again in ${Math.ceil(waitSeconds)} seconds.`,
    { flat: true, retryAfterSeconds: waitSeconds, headers },
  );
}

const cluster = 'microsoft.containerservice/managedclusters';
const perSecond = 1;
const perMinute = 1 / 60;

/** The AKS bucket a request falls into, by region of the cluster it is about. */
function aksDemand(
  world: World,
  { method }: ArmRequest,
  target: Target,
  subscription: string,
): { handler: string; demand: Demand } | undefined {
  if (target.path.namespace?.toLowerCase() !== 'microsoft.containerservice') return undefined;
  const bucket = (handler: string, scope: string, burst: number, rate: number): { handler: string; demand: Demand } => ({
    handler,
    demand: { key: `aks/${handler}/${scope}`, burst, perSecond: rate },
  });
  if (target.kind === 'subscription') {
    const region = target.words[3]?.toLowerCase() ?? '';
    if (/^operation/i.test(target.words[4] ?? '')) return bucket('GetOperationStatusHandler.GET', `${subscription}/${region}`, 200, 2);
    return bucket('OtherHandler', `${subscription}/${region}`, 60, perSecond);
  }
  const group = target.path.resourceGroup?.toLowerCase();
  const isCluster = target.type.type.toLowerCase() === cluster;
  if (target.kind === 'collection' && isCluster) {
    return group === undefined
      ? bucket('ListManagedClustersHandler.GET', subscription, 500, perSecond)
      : bucket('ListManagedClustersByResourceGroupHandler.GET', `${subscription}/${group}`, 60, perSecond);
  }
  if (target.kind === 'resource' && method === 'PUT') {
    return bucket(isCluster ? 'PutManagedClusterHandler.PUT' : 'PutAgentPoolHandler.PUT', keyOf(target.id), 20, perMinute);
  }
  if (target.kind === 'resource' && isCluster && method === 'GET')
    return bucket('GetManagedClusterHandler.GET', keyOf(target.id), 60, perSecond);
  const region = target.kind === 'collection' ? '' : (world.store.get(target.id)?.location ?? '');
  return bucket('OtherHandler', `${subscription}/${region}`, 60, perSecond);
}
