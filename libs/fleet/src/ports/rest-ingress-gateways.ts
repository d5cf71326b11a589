import { pathTo, type ServiceRest } from '@podspan/client';
import { Conflict, DomainError } from '@podspan/errors';
import { z } from 'zod';
import { inTurn } from '../in-turn.js';
import {
  type AppliedManifests,
  type GatewayRemoval,
  type IngressGatewayRequest,
  IngressGateways,
  type IngressGatewayState,
} from './ingress.js';
import type { OnBehalf } from './ipam.js';

const Gateway = z.object({
  cluster: z.string(),
  status: z.string(),
  frontends: z.array(z.object({ fqdn: z.string().nullish() })).default([]),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});

const GatewayPage = z.object({
  items: z.array(z.object({ name: z.string(), status: z.string(), kind: z.string().nullish(), deployment: z.string().nullish() })),
});
type ListedGateway = z.infer<typeof GatewayPage>['items'][number];

const Routes = z.object({ items: z.array(z.unknown()) });
const Applied = z.object({
  state: z.enum(['READY', 'WAITING', 'REFUSED']),
  objects: z.array(z.object({ kind: z.string(), name: z.string(), reasons: z.array(z.object({ reason: z.string() })) })),
});

const NamedGateway = z.object({ name: z.string(), cluster: z.string() });
type NamedGateway = z.infer<typeof NamedGateway>;
const NamedGateways = z.object({ items: z.array(NamedGateway), nextCursor: z.string().nullish() });
const Removal = z.object({
  removal: z
    .object({
      resources: z.array(z.object({ title: z.string(), resourceId: z.string(), change: z.enum(['DELETE', 'UPDATE']) })),
      addressesGivenBack: z.array(z.string()),
    })
    .nullish(),
});
/** Dry runs at a time. */
const removalsAtOnce = 8;

const Steps = z.object({ steps: z.array(z.object({ name: z.string(), state: z.string() })).default([]) });

export class RestIngressGateways extends IngressGateways {
  constructor(private readonly rest: ServiceRest) {
    super();
  }

  async ensure(request: IngressGatewayRequest): Promise<IngressGatewayState> {
    const existing = await this.rest.find({ method: 'GET', path: pathTo('v1', 'ingress-gateways', request.name) }, Gateway);
    if (existing === undefined) return this.#create(request);
    // Somebody else's is not ours because it is READY.
    if (existing.cluster !== request.cluster)
      throw new Conflict('name_taken', `there is an ingress gateway '${request.name}' already, of cluster '${existing.cluster}'`);
    const gateway = stateOf(existing);
    return gateway.status === 'FAILED' ? this.#retry(request, gateway) : gateway;
  }

  async rehearse({ name, cluster, spec }: Omit<IngressGatewayRequest, 'attempt'>, { authorization, requestId }: OnBehalf): Promise<void> {
    const body = { deployment: 'BYO', ...spec, name, cluster };
    await this.rest.call(
      { method: 'POST', path: '/v1/ingress-gateways', query: { dryRun: true }, body, authorization, requestId },
      z.unknown(),
    );
  }

  /** Level, not edge: asked again it changes nothing and tells how far the controller has come. */
  async apply(gateway: string): Promise<AppliedManifests> {
    const routes = await this.rest.call({ method: 'GET', path: pathTo('v1', 'ingress-gateways', gateway, 'routes') }, Routes);
    if (routes.items.length === 0) return { state: 'NO_ROUTES', reasons: [] };
    try {
      const path = pathTo('v1', 'ingress-gateways', gateway, 'apply');
      const { state, objects } = await this.rest.call({ method: 'POST', path, body: { waitSeconds: 0 } }, Applied);
      const reasons = objects.flatMap(({ kind, name, reasons: each }) => each.map(({ reason }) => `${kind}/${name}: ${reason}`));
      return { state, reasons: [...new Set(reasons)].slice(0, 10) };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'apply_disabled') return { state: 'OFF', reasons: [] };
      throw error;
    }
  }

  async retireAgic(cluster: string): Promise<readonly string[]> {
    const { items } = await this.rest.call({ method: 'GET', path: '/v1/ingress-gateways', query: { cluster, limit: 1000 } }, GatewayPage);
    const agic = items.filter(({ kind }) => kind === 'AGIC');
    for (const { name, status } of agic)
      if (status !== 'DELETING') await this.rest.find({ method: 'DELETE', path: pathTo('v1', 'ingress-gateways', name) }, z.unknown());
    return agic.map(({ name }) => name);
  }

  /** One that is being deleted already has nothing to tell; one that is being made is told once it is. */
  async foreseeRemoval(clusters: readonly string[], caller: OnBehalf): Promise<readonly GatewayRemoval[]> {
    const wanted = new Set(clusters);
    const gateways = (await this.#all(caller)).filter(({ cluster }) => wanted.has(cluster));
    return inTurn(gateways, removalsAtOnce, (one) => this.#removalOf(one, caller));
  }

  async #removalOf({ name, cluster }: NamedGateway, { authorization, requestId }: OnBehalf): Promise<GatewayRemoval> {
    const request = { method: 'DELETE', path: pathTo('v1', 'ingress-gateways', name), query: { dryRun: true } } as const;
    const nothing = { resources: [], addressesGivenBack: [] };
    try {
      const answer = await this.rest.find({ ...request, authorization, requestId }, Removal);
      return { cluster, gateway: name, ...(answer?.removal ?? nothing) };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'operation_in_progress') return { cluster, gateway: name, ...nothing };
      throw error;
    }
  }

  async #all({ authorization, requestId }: OnBehalf): Promise<readonly NamedGateway[]> {
    const all: NamedGateway[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
      const page: z.infer<typeof NamedGateways> = await this.rest.call(
        { method: 'GET', path: '/v1/ingress-gateways', query, authorization, requestId },
        NamedGateways,
      );
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  }

  async removeAll(cluster: string): Promise<readonly string[]> {
    const { items } = await this.rest.call({ method: 'GET', path: '/v1/ingress-gateways', query: { cluster, limit: 1000 } }, GatewayPage);
    for (const { name, status } of items)
      if (status !== 'DELETING') await this.rest.find({ method: 'DELETE', path: pathTo('v1', 'ingress-gateways', name) }, z.unknown());
    const waits = await Promise.all(items.map((item) => this.#waitsForCluster(item)));
    return items.filter((_, index) => waits[index] !== true).map(({ name }) => name);
  }

  /** What the controller in the cluster has made goes with the cluster: such a gateway must not hold it up. */
  async #waitsForCluster({ name, status, deployment }: ListedGateway): Promise<boolean> {
    if (status !== 'DELETING' || deployment === 'BYO') return false;
    const { steps } = (await this.rest.find({ method: 'GET', path: pathTo('v1', 'ingress-gateways', name) }, Steps)) ?? { steps: [] };
    return steps.some((step) => step.name === 'load-balancer' && step.state === 'WAITING');
  }

  /** No key: a POST of the same gateway is the same gateway, and a remembered answer would say CREATING for ever. */
  async #create({ name, cluster, spec }: IngressGatewayRequest): Promise<IngressGatewayState> {
    return stateOf(
      await this.rest.call({ method: 'POST', path: '/v1/ingress-gateways', body: { deployment: 'BYO', ...spec, name, cluster } }, Gateway),
    );
  }

  /** A failed item that is retried retries its gateway, once: the replayed answer says that this attempt had its try. */
  async #retry({ name, attempt }: IngressGatewayRequest, failed: IngressGatewayState): Promise<IngressGatewayState> {
    if (attempt.endsWith('-1')) return failed;
    const path = pathTo('v1', 'ingress-gateways', name, 'retry');
    const { body, replayed } = await this.rest.answer({ method: 'POST', path, body: {}, key: `retry-${attempt}` }, Gateway);
    return replayed ? failed : stateOf(body);
  }
}

function stateOf({ status, frontends, failure }: z.infer<typeof Gateway>): IngressGatewayState {
  return { status, frontends: frontends.flatMap(({ fqdn }) => (fqdn ? [fqdn] : [])), ...(failure ? { failure } : {}) };
}
