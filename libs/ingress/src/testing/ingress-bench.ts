import { connectArm, staticCredential, type Arm } from '@podspan/azure';
import { startEmulator, type Emulator, type EmulatorOptions } from '@podspan/azure-emulator';
import { clusterKey, startKubernetes, type Kubernetes, type KubernetesOptions } from '@podspan/kubernetes-emulator';
import { createEngine, engineMigrations, type DurableEngine, type EngineTuning } from '@podspan/engine';
import { bootTestService, freshDatabase, testTokens, type FreshDatabase } from '@podspan/platform/testing';
import supertest from 'supertest';
import type { IngressDatabase } from '../database.js';
import { faultsOfKnown } from '../domain/schemas/object-faults.js';
import { IngressModule } from '../ingress.module.js';
import { ingressParts, type IngressParts } from '../ingress-parts.js';
import { ingressSdl } from '../ingress.sdl.js';
import { ingressMigrations } from '../migrations.js';
import type { GatewayView } from '../schemas.js';
import { AzureFixture, delegatedTo, subscriptionId, vnetId } from './azure-fixture.js';
import { FakeServices } from './fake-services.js';

const speed = 2_000;

/** The whole service over HTTP: a real database, the engine, ARM over the wire, and its two neighbours faked by contract. */
export class IngressBench {
  readonly azure: Emulator;
  /** The API servers of all clusters; kubeconfigs lead to it. */
  readonly kubernetes: Kubernetes;
  readonly arm: Arm;
  readonly neighbours: FakeServices;
  readonly fresh: FreshDatabase<IngressDatabase>;
  readonly fixture: AzureFixture;
  parts!: IngressParts;
  url = '';
  #engine: DurableEngine | undefined;
  #service: { readonly url: string; close(): Promise<void> } | undefined;
  #clusters = 0;

  private constructor(azure: Emulator, kubernetes: Kubernetes, neighbours: FakeServices, fresh: FreshDatabase<IngressDatabase>) {
    this.azure = azure;
    this.kubernetes = kubernetes;
    this.neighbours = neighbours;
    this.fresh = fresh;
    this.arm = connectArm({ endpoint: azure.url, credential: staticCredential('ingress-test') });
    this.fixture = new AzureFixture(this.arm);
  }

  static async open({ api = {}, ...options }: EmulatorOptions & { readonly api?: KubernetesOptions } = {}): Promise<IngressBench> {
    const kubernetes = await startKubernetes({ faultsOf: (object) => faultsOfKnown(object), ...api });
    const azure = await startEmulator({
      speed,
      throttling: false,
      kubernetes: (id) => ({ server: kubernetes.serverOf(clusterKey(id)), token: kubernetes.tokenOf(clusterKey(id)) }),
      ...options,
    });
    const neighbours = new FakeServices(Array.from({ length: 40 }, (_, index) => `10.40.${100 + index}.0/24`));
    await neighbours.listen();
    const fresh = await freshDatabase<IngressDatabase>({ ...engineMigrations, ...ingressMigrations }, 'ingress');
    const bench = new IngressBench(azure, kubernetes, neighbours, fresh);
    await bench.fixture.network();
    await bench.start();
    bench.#service = await bootTestService({ name: 'ingress', module: IngressModule.of(bench.parts), sdl: ingressSdl });
    bench.url = bench.#service.url;
    return bench;
  }

  /** The engine's workers; a test may stop them, to let a process die, and start others. */
  async start(tuning: Partial<EngineTuning> = {}): Promise<void> {
    const { fresh, arm } = this;
    this.parts ??= ingressParts({
      db: fresh.db,
      arm,
      ipamUrl: this.neighbours.url,
      provisioningUrl: this.neighbours.url,
      authorization: 'Bearer service',
      apply: true,
    });
    this.#engine = createEngine({
      db: fresh.db,
      schema: fresh.schema,
      arm,
      queue: { databaseUrl: fresh.url },
      programs: this.parts.programs,
      listeners: this.parts.listeners,
      options: { speed, leaseSeconds: 1, sweepSeconds: 0.25, concurrency: 8, ...tuning },
    });
    this.parts.engines.use(this.#engine);
    await this.#engine.startWorkers();
  }

  /** INGRESS_APPLY. */
  allowApply(enabled: boolean): void {
    Object.assign(this.parts.apply, { enabled });
  }

  async stopWorkers(): Promise<void> {
    await this.#engine?.stop();
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.#service?.close();
    await this.neighbours.close();
    await this.azure.close();
    await this.kubernetes.close();
    await this.fresh.destroy();
  }

  /** A running cluster known to provisioning; with `plan` its address plan holds a delegated /24. */
  async cluster({
    plan = true,
    azure = {},
    ...over
  }: { plan?: boolean; azure?: object } & Readonly<Record<string, unknown>> = {}): Promise<string> {
    const number = ++this.#clusters;
    const name = `west-${String(number).padStart(2, '0')}`;
    const resourceId = await this.fixture.cluster(name, azure);
    const cidr = `10.40.${3 + number}.0/24`;
    const gatewaySubnet = plan ? { cidr, subnetId: await this.fixture.subnet(`snet-${name}-gateway`, cidr, delegatedTo) } : undefined;
    this.neighbours.clusters.set(name, {
      id: name,
      name,
      subscriptionId,
      resourceGroup: 'rg-west',
      region: 'westeurope',
      network: 'spoke-west',
      state: 'READY',
      kubernetesVersion: '1.34.2',
      dataplane: 'CILIUM',
      resourceId,
      vnetResourceId: vnetId,
      addresses: { nodeSubnets: [], gatewaySubnet },
      ...over,
    });
    return name;
  }

  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): supertest.Test {
    return this.#authorised(supertest(this.url).post(path), headers).send(body);
  }

  put(path: string, body: object, headers: Readonly<Record<string, string>> = {}): supertest.Test {
    return this.#authorised(supertest(this.url).put(path), headers).send(body);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): supertest.Test {
    return this.#authorised(supertest(this.url).get(path), headers);
  }

  delete(path: string, headers: Readonly<Record<string, string>> = {}): supertest.Test {
    return this.#authorised(supertest(this.url).delete(path), headers);
  }

  #authorised(test: supertest.Test, headers: Readonly<Record<string, string>>): supertest.Test {
    return test.set({ authorization: `Bearer ${testTokens.operator}`, ...headers });
  }

  async graphql(query: string, variables: object = {}): Promise<{ data: Record<string, unknown>; errors?: unknown }> {
    const { body } = await this.post('/graphql', { query, variables });
    return body as { data: Record<string, unknown>; errors?: unknown };
  }

  /** Asks for a gateway and waits until it is READY, or as `state` says. */
  async gateway(body: object, state: GatewayView['status'] = 'READY'): Promise<GatewayView> {
    const answer = await this.post('/v1/ingress-gateways', { kind: 'AGC', ...body });
    if (answer.status >= 300) throw new Error(answer.text);
    return this.settled((answer.body as GatewayView).name, state);
  }

  settled(name: string, state: GatewayView['status'], timeoutMs = 20_000): Promise<GatewayView> {
    return until(
      async () => {
        const view = (await this.get(`/v1/ingress-gateways/${name}`)).body as GatewayView;
        return view.status === state ? view : undefined;
      },
      async () => `${name} is not ${state}: ${(await this.get(`/v1/ingress-gateways/${name}`)).text}`,
      timeoutMs,
    );
  }

  async gone(name: string): Promise<void> {
    const path = `/v1/ingress-gateways/${name}`;
    await until(
      async () => (await this.get(path)).status === 404 || undefined,
      async () => `${name} is not gone: ${(await this.get(path)).text}`,
      20_000,
    );
  }

  /** Accepted writes to what belongs to one trafficController or subnet. */
  accepted(part: string, method = 'PUT'): readonly string[] {
    return this.azure
      .journal({ accepted: true, method })
      .map(({ path }) => path)
      .filter((path) => path.toLowerCase().includes(part.toLowerCase()));
  }
}

/** Waits until `probe` gives something, looking often. */
export async function until<T>(probe: () => Promise<T | undefined>, complaint: () => Promise<string>, timeoutMs: number): Promise<T> {
  for (const deadline = performance.now() + timeoutMs; ;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(await complaint());
    await new Promise((wake) => setTimeout(wake, 15));
  }
}

/** What a race came to, whoever won. */
export function statusesOf(answers: readonly { readonly status: number }[]): readonly number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}
