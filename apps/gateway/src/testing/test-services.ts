import { All, Body, Controller, Get, Header, Module, Param, Put, Req, Res } from '@nestjs/common';
import { Args, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import { Conflict, Transient } from '@podspan/errors';
import { bootTestService } from '@podspan/platform/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { once, EventEmitter } from 'node:events';

/** Three small services with real sign-in, REST and subgraphs, in the shape of ours. */
export interface TestServices {
  readonly urls: { readonly ipam: string; readonly provisioning: string; readonly ingress: string };
  /** Sends one rollout event to whoever listens, over SSE and over the subscription. */
  emit(sequence: number): void;
  /** Until a listener is there. */
  listening(): Promise<void>;
  /** How many listeners there are. */
  listeners(): number;
  stop(name: keyof TestServices['urls']): Promise<void>;
  close(): Promise<void>;
}

const events = new EventEmitter();

interface ClusterReference {
  readonly name: string;
}

@Resolver('Cluster')
class AddressResolver {
  @ResolveReference()
  async reference(reference: ClusterReference): Promise<ClusterReference> {
    return reference;
  }

  @ResolveField()
  addressPlan({ name }: ClusterReference): unknown {
    if (name === 'broken') throw new Error('password=hunter2 at 10.0.0.5:5432');
    return { podCidr: '192.168.0.0/16', reusedBy: [{ name: 'aks-2' }] };
  }
}

@Resolver()
class PoolResolver {
  @Query()
  pools(): unknown {
    return { nodes: [{ name: 'pods' }] };
  }

  @Query()
  exhausted(): never {
    throw new Conflict('pool_exhausted', 'the pool has no /16 left', { facts: { largestFreePrefixLength: 17 } });
  }

  @Query()
  busy(): never {
    throw new Transient('database_unavailable', 'the database does not answer', 2);
  }
}

@Controller('v1')
class PoolController {
  @Get('pools/:pool')
  @Header('etag', '"7"')
  pool(@Param('pool') name: string, @Req() request: FastifyRequest): unknown {
    return { name, url: request.url, headers: request.headers };
  }

  @Put('meshes/:mesh/members/:cluster')
  member(@Body() body: unknown, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    void reply.header('idempotency-replayed', 'true').status(201);
    return { body, key: request.headers['idempotency-key'], ifMatch: request.headers['if-match'] };
  }
}

@Module({ controllers: [PoolController], providers: [AddressResolver, PoolResolver] })
class IpamModule {}

@Resolver('Cluster')
class ClusterResolver {
  @ResolveReference()
  async known({ name }: ClusterReference): Promise<unknown> {
    return { name, region: 'westeurope' };
  }

  @Query()
  clusters(@Args('first') first: number): unknown {
    return { nodes: Array.from({ length: Math.min(first, 2) }, (_, index) => ({ name: `aks-${index + 1}`, region: 'westeurope' })) };
  }

  @Query()
  cluster(@Args('name') name: string): unknown {
    return { name, region: 'westeurope' };
  }

  @Subscription()
  rolloutEvents(@Args('rollout') rollout: string): AsyncIterable<unknown> {
    return eventsOf(rollout);
  }
}

/** By hand: return() of a generator would wait for an event that may never come, and the listener would stay. */
function eventsOf(rollout: string): AsyncIterableIterator<unknown> {
  const queue: number[] = [];
  let wake = (): void => undefined;
  const state = { open: true };
  const take = (sequence: number): void => {
    queue.push(sequence);
    wake();
  };
  events.on('event', take);
  events.emit('listening');
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (state.open && queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const sequence = queue.shift();
      if (!state.open || sequence === undefined) return { done: true, value: undefined };
      return { done: false, value: { rolloutEvents: { rollout, sequence, cluster: { name: 'aks-1', region: 'westeurope' } } } };
    },
    async return() {
      state.open = false;
      events.off('event', take);
      wake();
      return { done: true, value: undefined };
    },
  };
}

@Controller('v1')
class RolloutController {
  @Get('rollouts/:rollout/events')
  events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    reply.raw.write(`: after ${String(request.headers['last-event-id'] ?? 0)}\n\n`);
    const send = (sequence: number): boolean => reply.raw.write(`id: ${sequence}\ndata: {"sequence":${sequence}}\n\n`);
    events.on('event', send);
    reply.raw.once('close', () => {
      events.off('event', send);
      events.emit('gone');
    });
    events.emit('listening');
  }

  /** Announces more than it sends, as a process does that is killed while it answers. */
  @Get('rollouts/:rollout/broken')
  broken(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    reply.raw.write('{"half":', () => reply.raw.destroy());
  }

  /** Never answers. */
  @All('rollouts/:rollout/hang')
  hang(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    events.emit('hanging');
    request.raw.once('close', () => events.emit('gone'));
  }
}

@Module({ controllers: [RolloutController], providers: [ClusterResolver] })
class ProvisioningModule {}

@Resolver('Cluster')
class GatewayResolver {
  @ResolveReference()
  async reference(reference: ClusterReference): Promise<ClusterReference> {
    return reference;
  }

  @ResolveField()
  ingressGateways({ name }: ClusterReference): unknown {
    return [{ name: `agc-${name}` }];
  }
}

@Resolver()
class IngressQueries {
  @Query()
  ingressGateways(): unknown {
    return [];
  }
}

@Module({ providers: [GatewayResolver, IngressQueries] })
class IngressModule {}

const IPAM_SDL = `
type Query { pools(first: Int = 50): PoolConnection! exhausted: Pool busy: Pool }
type PoolConnection { nodes: [Pool!]! }
type Pool { name: String! }
type AddressPlan { podCidr: Cidr! reusedBy: [Cluster!]! }
type Cluster @key(fields: "name") { name: String! addressPlan: AddressPlan }`;

const PROVISIONING_SDL = `
type Query { clusters(first: Int = 50): ClusterConnection! cluster(name: String!): Cluster }
type ClusterConnection { nodes: [Cluster!]! }
type Cluster @key(fields: "name") { name: String! region: String! }
type RolloutEvent { rollout: String! sequence: Int! cluster: Cluster! }
type Subscription { rolloutEvents(rollout: String!, afterSequence: Int): RolloutEvent! }`;

const INGRESS_SDL = `
type Query { ingressGateways: [IngressGateway!]! }
type IngressGateway { name: String! }
type Cluster @key(fields: "name") { name: String! ingressGateways: [IngressGateway!] }`;

export async function startTestServices(): Promise<TestServices> {
  const services = {
    ipam: await bootTestService({ name: 'ipam', module: IpamModule, sdl: IPAM_SDL }),
    provisioning: await bootTestService({ name: 'provisioning', module: ProvisioningModule, sdl: PROVISIONING_SDL }),
    ingress: await bootTestService({ name: 'ingress', module: IngressModule, sdl: INGRESS_SDL }),
  };
  const stopped = new Set<string>();
  const stop = async (name: keyof typeof services): Promise<void> => {
    if (stopped.has(name)) return;
    stopped.add(name);
    await services[name].close();
  };
  return {
    urls: { ipam: services.ipam.url, provisioning: services.provisioning.url, ingress: services.ingress.url },
    emit: (sequence) => void events.emit('event', sequence),
    listening: async () => {
      if (events.listenerCount('event') === 0) await once(events, 'listening');
    },
    listeners: () => events.listenerCount('event'),
    stop,
    close: async () => {
      await Promise.all((['ipam', 'provisioning', 'ingress'] as const).map(stop));
    },
  };
}

/** Until a streaming or hanging request of a client that left is gone from the service too. */
export function connectionGone(): Promise<unknown> {
  return once(events, 'gone');
}

export function requestHanging(): Promise<unknown> {
  return once(events, 'hanging');
}
