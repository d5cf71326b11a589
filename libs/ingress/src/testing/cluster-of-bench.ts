import { clusterKey, type Cluster, type KubeObject } from '@podspan/kubernetes-emulator';
import type { IngressBench } from './ingress-bench.js';

/** The inside of a cluster, as its other users see and change it. */
export class ClusterOfBench {
  readonly key: string;
  readonly inside: Cluster;

  constructor(
    private readonly bench: IngressBench,
    readonly name: string,
  ) {
    const body = bench.neighbours.clusters.get(name) as { readonly resourceId: string };
    this.key = clusterKey(body.resourceId);
    this.inside = bench.kubernetes.cluster(this.key);
  }

  names(kind: string): readonly string[] {
    return this.inside.objects(kind).map(({ metadata }) => metadata.name);
  }

  find(kind: string, name: string): KubeObject | undefined {
    return this.inside.objects(kind).find(({ metadata }) => metadata.name === name);
  }

  /** Somebody else's write, by POST. */
  async create(path: string, object: object): Promise<void> {
    await this.#send('POST', path, object, 'application/json');
  }

  async service(namespace: string, name: string): Promise<void> {
    const spec = { ports: [{ port: 80 }] };
    await this.create(`/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec,
    });
  }

  async namespace(name: string): Promise<void> {
    await this.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  /** Somebody else's change of one object. */
  async change(path: string, patch: object, manager: string): Promise<void> {
    await this.#send('PATCH', `${path}?fieldManager=${manager}`, patch, 'application/merge-patch+json');
  }

  async #send(method: string, path: string, body: object, contentType: string): Promise<void> {
    const { kubernetes } = this.bench;
    const answer = await fetch(`${kubernetes.serverOf(this.key)}${path}`, {
      method,
      headers: { authorization: `Bearer ${kubernetes.tokenOf(this.key)}`, 'content-type': contentType },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
