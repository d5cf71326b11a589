import type { IpamProcess } from './ipam-process.js';

interface Held {
  readonly id: string;
  readonly cidr: string;
}

/** One write of the crowd with the answer it was given in the end. */
export interface Written {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  readonly status: number;
  readonly answer: string;
}

/** Clients that write at the same time, each with a key per write, and that ask again with it until they are answered. */
export class Crowd {
  readonly written: Written[] = [];
  readonly held = new Map<string, string>();
  /** Answers that were neither the write's nor "try again later". */
  readonly unexpected: string[] = [];
  unavailable = 0;
  lost = 0;

  constructor(private readonly ipam: IpamProcess) {}

  /** Each client writes so many times; `pools` are the pools it takes from, in turn. */
  async run(clients: number, writes: number, pools: readonly string[]): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, client) => this.#client(client, writes, pools)));
  }

  async #client(client: number, writes: number, pools: readonly string[]): Promise<void> {
    for (let turn = 0; turn < writes; turn += 1) {
      const name = `${pools.length}-${client}-${turn}`;
      const prefixLength = 24 + ((client + turn) % 5);
      const item = (pool: number, more: string): object => ({
        pool: pools[pool % pools.length],
        prefixLength,
        owner: { kind: 'TEAM', id: `${name}${more}` },
        purpose: 'crowd',
      });
      if (turn % 3 < 2) {
        const { pool, ...body } = item(client + turn, '') as { pool: string };
        await this.#take(`/v1/pools/${pool}/allocations`, body, name);
      } else {
        // Neighbours name the same two pools in opposite order.
        const two = [item(client >> 1, '-a'), item((client >> 1) + 1, '-b')];
        await this.#take('/v1/allocations/batch', { items: client % 2 === 0 ? two : two.reverse() }, name);
      }
      if (turn % 4 === 3) await this.#giveBack(name);
    }
  }

  async #take(path: string, body: object, key: string): Promise<void> {
    const answer = await this.#write(path, body, key);
    const { items = [answer] } = answer as { items?: readonly Held[] };
    for (const { id, cidr } of items as readonly Held[]) this.held.set(id, cidr);
  }

  async #giveBack(name: string): Promise<void> {
    const [id] = [...this.held].at(-1) ?? [];
    if (id === undefined) return;
    this.held.delete(id);
    await this.#write(`/v1/allocations/${id}/release`, {}, `${name}-back`);
  }

  async #write(path: string, body: object, key: string): Promise<unknown> {
    for (;;) {
      const response = await this.ask(path, body, key).catch(() => undefined);
      if (!response) this.lost += 1;
      else if (response.status < 300) {
        this.written.push({ path, body, key, status: response.status, answer: response.text });
        return JSON.parse(response.text) as unknown;
      } else if (response.status === 503 && response.retryAfter !== null) this.unavailable += 1;
      else {
        this.unexpected.push(`${response.status} ${path} ${response.text}`);
        return {};
      }
      await new Promise((again) => setTimeout(again, 25));
    }
  }

  async ask(
    path: string,
    body: object,
    key: string,
  ): Promise<{ status: number; text: string; replayed: boolean; retryAfter: string | null }> {
    const response = await fetch(`${this.ipam.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.ipam.token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const { status, headers } = response;
    return {
      status,
      text: await response.text(),
      replayed: headers.get('idempotency-replayed') === 'true',
      retryAfter: headers.get('retry-after'),
    };
  }
}
