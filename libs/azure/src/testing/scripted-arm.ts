import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Arm, ArmFailure, type ArmFailureFacts, type ArmOutcome, type RateHeaders } from '../arm.js';
import { type ArmOptions, connectArm } from '../connect-arm.js';
import { staticCredential } from '../credentials.js';

/** What the server answers next: an answer, or one of the ways of not answering. */
export type Turn =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown; readonly text?: string }
  | 'reset'
  | 'silence';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that says what it is told, for the answers no sane emulator gives. */
export class ScriptedArm {
  turns: Turn[] = [];
  readonly seen: Seen[] = [];
  readonly told: RateHeaders[] = [];
  readonly #server: Server = createServer((request, response) => this.#hear(request, response));

  static async start(): Promise<ScriptedArm> {
    const scripted = new ScriptedArm();
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  connect(options: Partial<ArmOptions> = {}): Arm {
    const onResponse = (answer: RateHeaders) => this.told.push(answer);
    return connectArm({ endpoint: this.origin, credential: staticCredential('t0ken'), onResponse, ...options });
  }

  /** 201 to a PUT of a cluster, with a status URL on this server. */
  accepted(headers: Record<string, string> = {}): Turn {
    return { status: 201, headers: { 'azure-asyncoperation': this.origin + STATUS, ...headers }, body: aCluster('Creating') };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      this.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      this.#answer(this.turns.shift() ?? { status: 599, text: 'the script has ended' }, response);
    });
  }

  #answer(turn: Turn, response: ServerResponse): void {
    if (turn === 'silence') return;
    if (turn === 'reset') {
      response.destroy();
      return;
    }
    response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers });
    response.end(turn.text ?? (turn.body === undefined ? '' : JSON.stringify(turn.body)));
  }
}

export const CLUSTER = '/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.ContainerService/managedClusters/aks-1';
export const CONTROLLER = '/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.ServiceNetworking/trafficControllers/agc-1';
export const STATUS = '/subscriptions/s1/providers/Microsoft.ContainerService/locations/westeurope/operations/op-1?api-version=2016-03-30';
export const REQUEST_ID = '0198c000-0000-7000-8000-000000000001';

/** A create whose body holds members that the typed client does not model. */
export const create = {
  method: 'PUT' as const,
  resourceId: CLUSTER,
  apiVersion: '2026-06-01',
  body: { location: 'westeurope', properties: { ingressProfile: { applicationLoadBalancer: { enabled: true } }, brandNew: 1 } },
  ifNoneMatch: '*' as const,
  clientRequestId: REQUEST_ID,
};

export function aCluster(provisioningState: string, properties: object = {}): object {
  return { id: CLUSTER, name: 'aks-1', type: 'T', location: 'westeurope', eTag: 'e1', properties: { provisioningState, ...properties } };
}

export async function tokenOf(outcome: Promise<ArmOutcome>): Promise<string> {
  const settled = await outcome;
  if (settled.state !== 'RUNNING') throw new Error(`expected RUNNING, got ${settled.state}`);
  return settled.token;
}

export async function factsOf(call: Promise<unknown>): Promise<ArmFailureFacts> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ArmFailure)) throw new Error(`expected an ArmFailure, got ${String(error)}`);
  return error.facts;
}
