import { pathTo, type ServiceRest } from '@podspan/client';
import { Conflict } from '@podspan/errors';
import { z } from 'zod';
import { type IngressGatewayRequest, IngressGateways, type IngressGatewayState } from './ingress.js';

const Gateway = z.object({
  cluster: z.string(),
  status: z.string(),
  frontends: z.array(z.object({ fqdn: z.string().nullish() })).default([]),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});

const GatewayPage = z.object({ items: z.array(z.object({ name: z.string(), status: z.string() })) });

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

  async removeAll(cluster: string): Promise<readonly string[]> {
    const { items } = await this.rest.call({ method: 'GET', path: '/v1/ingress-gateways', query: { cluster, limit: 1000 } }, GatewayPage);
    for (const { name, status } of items)
      if (status !== 'DELETING') await this.rest.find({ method: 'DELETE', path: pathTo('v1', 'ingress-gateways', name) }, z.unknown());
    return items.map(({ name }) => name);
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
