import { Injectable } from '@nestjs/common';
import { checkCluster, checkClusterNetwork, checkFamilies, readRange } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { type ClusterDemand, clusterDemand } from '../domain/plan/cluster-demand.js';
import { type ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { type MeshRow, MeshesRepository } from '../topology/meshes.repository.js';
import { type NetworkRow, NetworksRepository } from '../topology/networks.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { ClusterSpec } from './plan-schemas.js';
import type { PlacedSpec } from './read-address-plan.js';
import { PlansRepository } from './plans.repository.js';

/** A cluster of a plan whose references were found. */
export interface PlanSubject {
  /** Its position in the request. */
  readonly index: number;
  readonly spec: ClusterSpec;
  readonly network: { readonly id: string; readonly name: string; readonly spaceId: string; readonly prefixes: readonly Cidr[] };
  readonly mesh: MeshRow | undefined;
  readonly demand: ClusterDemand;
  readonly warnings: readonly Problem[];
}

/** Judges the clusters of a plan by every rule that needs no free space. */
@Injectable()
export class ReadPlanRequest {
  constructor(
    private readonly networks: NetworksRepository,
    private readonly meshes: MeshesRepository,
    private readonly plans: PlansRepository,
  ) {}

  async execute(db: Db, call: CallContext, placed: readonly PlacedSpec[], problems: ProblemList): Promise<readonly PlanSubject[]> {
    const specs = placed.map(({ spec }) => spec);
    problems.add(...duplicateNames(placed));
    await this.#checkPlanned(db, placed, problems);
    const known: KnownParts = {
      networks: await this.#networks(db, call, specs),
      meshes: await this.#meshes(db, specs),
      memberships: await this.meshes.ofClusters(
        db,
        specs.map(({ name }) => name),
      ),
    };
    return placed.flatMap((one) => readCluster(one, known, problems) ?? []);
  }

  async #checkPlanned(db: Db, placed: readonly PlacedSpec[], problems: ProblemList): Promise<void> {
    const names = placed.map(({ spec }) => spec.name);
    for (const { name, plan } of await this.plans.planned(db, names)) {
      problems.add({
        path: `clusters[${placed[names.indexOf(name)]?.index ?? 0}].name`,
        code: 'name_taken',
        message: `cluster ${name} holds the addresses of plan ${plan}`,
        value: name,
        conflictsWith: plan,
      });
    }
  }

  async #networks(db: Db, call: CallContext, specs: readonly ClusterSpec[]): Promise<KnownParts['networks']> {
    const rows = await this.networks.named(db, [...new Set(specs.map(({ network }) => network))]);
    for (const row of rows) checkReach(call.actor, { id: row.space_id, name: row.space_name });
    const found = rows.map((row) => ({ row, prefixes: row.prefixes.map((text) => Cidr.parse(text)) }));
    return new Map(found.flatMap((one) => [[one.row.name, one] as const, [one.row.id, one] as const]));
  }

  async #meshes(db: Db, specs: readonly ClusterSpec[]): Promise<KnownParts['meshes']> {
    const keys = new Set(specs.flatMap(({ mesh }) => mesh ?? []));
    const found = new Map<string, MeshRow | undefined>();
    for (const key of keys) found.set(key, await this.meshes.find(db, key));
    return found;
  }
}

/** What the clusters of a plan name, each read once. */
interface KnownParts {
  readonly networks: ReadonlyMap<string, { readonly row: NetworkRow; readonly prefixes: readonly Cidr[] }>;
  readonly meshes: ReadonlyMap<string, MeshRow | undefined>;
  /** The meshes that clusters were put in before they had addresses. */
  readonly memberships: ReadonlyMap<string, MeshRow>;
}

function readCluster({ index, spec }: PlacedSpec, known: KnownParts, problems: ProblemList): PlanSubject | undefined {
  const at = `clusters[${index}]`;
  const findings = checkCluster(spec);
  problems.add(...under(at, findings.problems), ...under(at, familyProblems(spec)));
  const current = known.memberships.get(spec.name);
  const wanted = spec.mesh === undefined ? current : known.meshes.get(spec.mesh);
  if (spec.mesh !== undefined && !wanted) problems.add(unknownReference(`${at}.mesh`, 'mesh', spec.mesh));
  if (wanted && current && current.id !== wanted.id) problems.add(inAnotherMesh(spec.name, wanted, current, at));
  const network = known.networks.get(spec.network);
  if (!network) {
    problems.add(unknownReference(`${at}.network`, 'network', spec.network));
    return undefined;
  }
  const { row, prefixes } = network;
  problems.add(...under(at, checkClusterNetwork(spec, facts(row, prefixes))), ...virtualOnly(row, at));
  return {
    index,
    spec,
    network: { id: row.id, name: row.name, spaceId: row.space_id, prefixes },
    mesh: wanted,
    demand: clusterDemand(spec),
    warnings: [...under(at, findings.warnings), ...meshScope(spec, wanted, at)],
  };
}

function inAnotherMesh(cluster: string, wanted: MeshRow, current: MeshRow, at: string): Problem {
  return {
    path: `${at}.mesh`,
    code: 'in_another_mesh',
    rule: 'NET-20',
    message: `${cluster} is a member of mesh ${current.name}`,
    value: wanted.name,
    conflictsWith: current.name,
  };
}

function facts(row: NetworkRow, prefixes: readonly Cidr[]): Parameters<typeof checkClusterNetwork>[1] {
  return {
    name: row.name,
    region: row.region ?? undefined,
    subscriptionId: row.subscription_id ?? undefined,
    prefixes,
    resourceGroup: /\/resourceGroups\/([^/]+)/i.exec(row.resource_id ?? '')?.[1],
  };
}

function virtualOnly({ kind, name }: NetworkRow, at: string): readonly Problem[] {
  if (kind === 'VIRTUAL_NETWORK') return [];
  return [
    {
      path: `${at}.network`,
      code: 'network_not_virtual',
      rule: 'OV-115',
      message: `${name} is ${kind}; nodes live in a virtual network`,
      value: name,
      conflictsWith: kind,
    },
  ];
}

/** A mesh needs distinct ranges whatever the scope says; saying REUSABLE beside it is a slip worth a word. */
function meshScope({ podCidrScope }: ClusterSpec, mesh: MeshRow | undefined, at: string): readonly Problem[] {
  if (mesh === undefined || podCidrScope === 'UNIQUE') return [];
  return [
    {
      path: `${at}.podCidrScope`,
      code: 'mesh_makes_unique',
      rule: 'NET-24',
      message: `a member of mesh ${mesh.name} gets a pod range that no other member has`,
      value: podCidrScope,
      suggestion: 'UNIQUE',
    },
  ];
}

/** OV-90 to OV-93 for ranges that are written out. */
function familyProblems({ ipFamilies, podCidrs, serviceCidrs, dualStack }: ClusterSpec): readonly Problem[] {
  if (!ipFamilies && !podCidrs && !serviceCidrs) return [];
  const pods = (podCidrs ?? []).map((text, index) => readRange(text, `podCidrs[${index}]`));
  const services = (serviceCidrs ?? []).map((text, index) => readRange(text, `serviceCidrs[${index}]`));
  const unreadable = [...pods, ...services].flatMap(({ problems }) => problems);
  if (unreadable.length > 0) return unreadable;
  const families = ipFamilies ?? (dualStack === true ? ['IPv4' as const, 'IPv6' as const] : ['IPv4' as const]);
  const found = checkFamilies({
    ipFamilies: families,
    podCidrs: pods.flatMap(({ value }) => value ?? []),
    serviceCidrs: services.flatMap(({ value }) => value ?? []),
  });
  return found.filter(
    ({ path }) => (path !== 'podCidrs' || podCidrs !== undefined) && (path !== 'serviceCidrs' || serviceCidrs !== undefined),
  );
}

function duplicateNames(placed: readonly PlacedSpec[]): readonly Problem[] {
  const first = new Map<string, number>();
  return placed.flatMap(({ index, spec: { name } }) => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, index);
      return [];
    }
    return [
      {
        path: `clusters[${index}].name`,
        code: 'duplicate_name',
        message: `two clusters are called ${name}`,
        value: name,
        conflictsWith: `clusters[${earlier}].name`,
      },
    ];
  });
}

function under(path: string, problems: readonly Problem[]): readonly Problem[] {
  if (problems.length === 0) return problems;
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? path : `${path}.${problem.path}` }));
}
