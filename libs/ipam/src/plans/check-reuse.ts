import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Kysely } from 'kysely';
import { checkReuse, type ReuseSubject } from '../domain/reuse.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import type { ReuseCheckBody, ReuseCheckView } from './plan-schemas.js';

/** OV-50: may these clusters share a pod range, and if not, why: every rule, and the path to what it clashes with. */
@Injectable()
export class CheckReuse {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly estate: EstateRepository,
    private readonly networks: NetworksRepository,
    private readonly meshes: MeshesRepository,
  ) {}

  async execute(body: ReuseCheckBody): Promise<ReuseCheckView> {
    const problems = new ProblemList();
    const planned = new Map((await this.estate.clusters(this.db)).map((cluster) => [cluster.name, cluster]));
    const subjects: ReuseSubject[] = [];
    for (const [index, cluster] of body.clusters.entries()) {
      const subject = typeof cluster === 'string' ? planned.get(cluster) : await this.#imagined(cluster, index, problems);
      if (subject) subjects.push(subject);
      else if (typeof cluster === 'string') problems.add(unknownReference(`clusters[${index}]`, 'planned cluster', cluster));
    }
    problems.refuseIfAny();
    const { allowed, reasons } = checkReuse(
      subjects,
      body.podCidr === undefined ? undefined : Cidr.parse(body.podCidr),
      await this.estate.graph(this.db),
    );
    return { allowed, reasons: reasons.map((reason) => ({ ...reason, clusters: [...reason.clusters], path: [...reason.path] })) };
  }

  async #imagined(
    cluster: Exclude<ReuseCheckBody['clusters'][number], string>,
    index: number,
    problems: ProblemList,
  ): Promise<ReuseSubject | undefined> {
    const network = await this.networks.find(this.db, cluster.network);
    if (!network) problems.add(unknownReference(`clusters[${index}].network`, 'network', cluster.network));
    const mesh = cluster.mesh === undefined ? undefined : await this.meshes.find(this.db, cluster.mesh);
    if (cluster.mesh !== undefined && !mesh) problems.add(unknownReference(`clusters[${index}].mesh`, 'mesh', cluster.mesh));
    if (!network) return undefined;
    const range = (text: string | undefined): Cidr | undefined => (text === undefined ? undefined : Cidr.parse(text));
    return {
      name: cluster.name,
      network: network.name,
      scope: cluster.podCidrScope ?? 'REUSABLE',
      mesh: mesh?.name,
      podCidr: range(cluster.podCidr),
      serviceCidr: range(cluster.serviceCidr),
    };
  }
}
