import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { readOrJudge } from '@podspan/platform';
import { Kysely } from 'kysely';
import { checkReuse, type ReuseSubject } from '../domain/reuse.js';
import type { NetworkGraph } from '../domain/network-graph.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { ReuseCheckBody, type ReuseCheckView } from './plan-schemas.js';

/** OV-50: may these clusters share a pod range, and if not, why: every rule, and the path to what it clashes with. */
@Injectable()
export class CheckReuse {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly estate: EstateRepository,
    private readonly networks: NetworksRepository,
    private readonly meshes: MeshesRepository,
  ) {}

  /** @throws InvalidRequest naming every cluster, network and mesh that is unknown */
  async execute(asked: unknown): Promise<ReuseCheckView> {
    return this.#check(await readOrJudge(ReuseCheckBody, asked, (readable) => this.#check(readable)));
  }

  async #check(body: ReuseCheckBody): Promise<ReuseCheckView> {
    const graph = await this.estate.graph(this.db);
    const planned = new Map((await this.estate.clusters(this.db)).map((cluster) => [cluster.name, cluster]));
    const known = await this.#references(body, graph);
    const problems = new ProblemList();
    const subjects = body.clusters.flatMap((cluster, index) => {
      const subject = typeof cluster === 'string' ? planned.get(cluster) : imagined(cluster, index, known, problems);
      if (typeof cluster === 'string' && !subject) problems.add(unknownReference(`clusters[${index}]`, 'planned cluster', cluster));
      return subject ?? [];
    });
    problems.refuseIfAny();
    const { allowed, reasons, isComplete } = checkReuse(subjects, body.podCidr === undefined ? undefined : Cidr.parse(body.podCidr), graph);
    return {
      allowed,
      reasons: reasons.map((reason) => ({ ...reason, clusters: [...reason.clusters], path: [...reason.path] })),
      isComplete,
    };
  }

  /** The names behind the networks and meshes that imagined clusters name by id or name; each is looked up once. */
  async #references({ clusters }: ReuseCheckBody, graph: NetworkGraph): Promise<KnownReferences> {
    const references: KnownReferences = { networks: new Map(), meshes: new Map() };
    for (const cluster of clusters) {
      if (typeof cluster === 'string') continue;
      const { network, mesh } = cluster;
      if (!references.networks.has(network))
        references.networks.set(network, graph.find(network)?.name ?? (await this.networks.find(this.db, network))?.name);
      if (mesh !== undefined && !references.meshes.has(mesh)) references.meshes.set(mesh, (await this.meshes.find(this.db, mesh))?.name);
    }
    return references;
  }
}

interface KnownReferences {
  readonly networks: Map<string, string | undefined>;
  readonly meshes: Map<string, string | undefined>;
}

function imagined(
  cluster: Exclude<ReuseCheckBody['clusters'][number], string>,
  index: number,
  { networks, meshes }: KnownReferences,
  problems: ProblemList,
): ReuseSubject | undefined {
  const network = networks.get(cluster.network);
  if (network === undefined) problems.add(unknownReference(`clusters[${index}].network`, 'network', cluster.network));
  const mesh = cluster.mesh === undefined ? undefined : meshes.get(cluster.mesh);
  if (cluster.mesh !== undefined && mesh === undefined) problems.add(unknownReference(`clusters[${index}].mesh`, 'mesh', cluster.mesh));
  if (network === undefined) return undefined;
  const range = (text: string | undefined): Cidr | undefined => (text === undefined ? undefined : Cidr.parse(text));
  return {
    name: cluster.name,
    network,
    scope: cluster.podCidrScope ?? 'REUSABLE',
    mesh,
    podCidr: range(cluster.podCidr),
    serviceCidr: range(cluster.serviceCidr),
  };
}
