import { Transient } from '@podspan/errors';
import { z } from 'zod';
import { type IngressGatewayRequest, IngressGateways, type IngressGatewayState } from './ingress.js';
import type { Rest } from './rest.js';

const Gateway = z.object({
  status: z.string(),
  frontends: z.array(z.object({ fqdn: z.string().nullish() })).default([]),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});

export class RestIngressGateways extends IngressGateways {
  constructor(private readonly rest: Rest) {
    super();
  }

  async ensure(request: IngressGatewayRequest): Promise<IngressGatewayState> {
    const path = `/v1/ingress-gateways/${encodeURIComponent(request.name)}`;
    const existing = await this.rest.find<unknown>({ method: 'GET', path });
    if (existing === undefined) return this.#create(request);
    const gateway = read(existing);
    return gateway.status === 'FAILED' ? this.#retry(path, request, gateway) : gateway;
  }

  /** No key: a POST of the same gateway is the same gateway, and a remembered answer would say CREATING for ever. */
  async #create({ name, cluster, spec }: IngressGatewayRequest): Promise<IngressGatewayState> {
    return read(await this.rest.call<unknown>({ method: 'POST', path: '/v1/ingress-gateways', body: { deployment: 'BYO', ...spec, name, cluster } }));
  }

  /** A failed item that is retried retries its gateway, once: the replayed answer says that this attempt had its try. */
  async #retry(path: string, { attempt }: IngressGatewayRequest, failed: IngressGatewayState): Promise<IngressGatewayState> {
    if (attempt.endsWith('-1')) return failed;
    const { body, replayed } = await this.rest.answer<unknown>({ method: 'POST', path: `${path}/retry`, body: {}, key: `retry-${attempt}` });
    return replayed ? failed : read(body);
  }
}

function read(answer: unknown): IngressGatewayState {
  const gateway = Gateway.safeParse(answer);
  if (!gateway.success) throw new Transient('dependency_failed', 'the ingress service answered in a shape that is not its contract', 30);
  const { status, frontends, failure } = gateway.data;
  return { status, frontends: frontends.flatMap(({ fqdn }) => (fqdn ? [fqdn] : [])), ...(failure ? { failure } : {}) };
}
