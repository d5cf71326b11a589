import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface HeldByFake {
  readonly id: string;
  readonly cidr: string;
  readonly owner: string;
  released: boolean;
}

/** ipam and provisioning as their contract says, on one loopback port and in memory. */
export class FakeServices {
  readonly clusters = new Map<string, unknown>();
  /** Free /24 blocks of pool `gateways`, network `spoke-west`. */
  readonly free: string[];
  readonly held: HeldByFake[] = [];
  /** Allocations of other owners, as ipam lists them. */
  readonly others: {
    readonly id: string;
    readonly cidr: string;
    readonly pool: string;
    readonly network: string;
    readonly owner: object;
  }[] = [];
  /** How many of the next writes are done but never answered. */
  lostAnswers = 0;
  /** Set to answer the next requests with this status instead. */
  failing: number | undefined;
  readonly asked: TakeBody[] = [];
  readonly authorizations: string[] = [];
  #server: Server | undefined;
  url = '';

  constructor(free: readonly string[]) {
    this.free = [...free];
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#server = server;
    this.url = `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((done) => (this.#server ? this.#server.close(() => done()) : done()));
  }

  get taken(): readonly HeldByFake[] {
    return this.held.filter(({ released }) => !released);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.authorizations.push(request.headers.authorization ?? '');
    const body = await text(request);
    const answer = this.failing === undefined ? this.#answer(request, body) : problem(this.failing, 'unavailable');
    if (request.method === 'POST' && this.lostAnswers > 0) {
      this.lostAnswers--;
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #answer({ method = 'GET', url = '/' }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const [, kind = '', key = '', action] = pathname.slice(1).split('/').map(decodeURIComponent);
    if (method === 'GET' && kind === 'clusters') return found(this.clusters.get(key));
    if (method === 'GET' && kind === 'allocations') return found({ items: this.#holding(searchParams.get('overlaps') ?? '') });
    if (method === 'GET' && kind === 'networks') return found(key === 'spoke-west' ? { name: key, prefixes: ['10.40.0.0/16'] } : undefined);
    if (method === 'GET' && kind === 'pools') return found(poolOf(key));
    if (kind === 'pools' && action === 'allocations' && poolOf(key))
      return this.#take(JSON.parse(body) as TakeBody, searchParams.get('dryRun') === 'true');
    if (kind === 'allocations' && action === 'release') return this.#release(key);
    return problem(404, 'not_found');
  }

  #take(body: TakeBody, dryRun: boolean): Answer {
    const { cidr, owner, purpose } = body;
    if (!dryRun) this.asked.push(body);
    const ownerKey = `${owner.kind}/${owner.id}/${purpose}`;
    const mine = this.taken.find((held) => held.owner === ownerKey);
    if (mine) return { status: 200, body: { id: mine.id, cidr: mine.cidr } };
    const block = cidr ?? this.free[0];
    if (block === undefined) return problem(409, 'pool_exhausted', { largestFreePrefixLength: null });
    if (!this.free.includes(block)) return problem(409, 'prefix_taken', { blockers: [block], hiddenBlockers: 0 });
    const given = cidr ?? block.replace(/24$/, String(body.prefixLength ?? 24));
    const held = { id: `allocation-${this.held.length + 1}`, cidr: given, owner: ownerKey, released: false };
    if (!dryRun) {
      this.held.push(held);
      this.free.splice(this.free.indexOf(block), 1);
    }
    return { status: dryRun ? 200 : 201, body: { id: held.id, cidr: given } };
  }

  /** Blocks that are given out, and those that others hold beside this service. */
  #holding(cidr: string): readonly object[] {
    const given = this.taken.map((held) => ({
      id: held.id,
      cidr: held.cidr,
      owner: ownerOf(held.owner),
      pool: 'gateways',
      network: 'spoke-west',
    }));
    return [...given, ...this.others].filter((held) => held.cidr === cidr);
  }

  #release(id: string): Answer {
    const held = this.held.find((candidate) => candidate.id === id);
    if (!held) return problem(404, 'not_found');
    if (!held.released) this.free.push(held.cidr.replace(/\d+$/, '24'));
    held.released = true;
    return { status: 200, body: { id, status: 'QUARANTINED' } };
  }
}

interface TakeBody {
  readonly cidr?: string;
  readonly prefixLength?: number;
  readonly within?: readonly string[];
  readonly owner: { readonly kind: string; readonly id: string };
  readonly purpose: string;
}

/** `wide` belongs to no network, `hub-pool` to another one. */
function poolOf(name: string): unknown {
  const networks: Readonly<Record<string, string | null>> = { gateways: 'spoke-west', wide: null, 'hub-pool': 'hub-west' };
  return name in networks ? { id: name, name, network: networks[name] } : undefined;
}

function ownerOf(text: string): object {
  const [kind, id] = text.split('/');
  return { kind, id };
}

function found(body: unknown): Answer {
  return body === undefined ? problem(404, 'not_found') : { status: 200, body };
}

function problem(status: number, code: string, facts: object = {}): Answer {
  return { status, body: { type: `urn:podspan:problem:${code}`, title: code, status, code, detail: code, ...facts } };
}
