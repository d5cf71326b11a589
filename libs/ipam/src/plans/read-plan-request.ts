import { Injectable } from '@nestjs/common';
import { checkCluster, checkClusterNetwork, checkFamilies, readRange } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
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
    const networks = new Map<string, NetworkRow | undefined>();
    for (const key of new Set(specs.map(({ network }) => network))) networks.set(key, await this.networks.find(db, key));
    const subjects: PlanSubject[] = [];
    for (const { index, spec } of placed) {
      const subject = await this.#read(db, call, spec, index, networks.get(spec.network), problems);
      if (subject) subjects.push(subject);
    }
    return subjects;
  }

  async #checkPlanned(db: Db, placed: readonly PlacedSpec[], problems: ProblemList): Promise<void> {
    for (const { name, plan } of await this.plans.planned(
      db,
      placed.map(({ spec }) => spec.name),
    )) {
      const found = placed.find(({ spec }) => spec.name === name);
      problems.add({
        path: `clusters[${found?.index ?? 0}].name`,
        code: 'name_taken',
        message: `cluster ${name} holds the addresses of plan ${plan}`,
        value: name,
        conflictsWith: plan,
      });
    }
  }

  async #read(
    db: Db,
    call: CallContext,
    spec: ClusterSpec,
    index: number,
    network: NetworkRow | undefined,
    problems: ProblemList,
  ): Promise<PlanSubject | undefined> {
    const at = `clusters[${index}]`;
    const findings = checkCluster(spec);
    problems.add(...under(at, findings.problems), ...under(at, familyProblems(spec)));
    const mesh = spec.mesh === undefined ? undefined : await this.meshes.find(db, spec.mesh);
    if (spec.mesh !== undefined && !mesh) problems.add(unknownReference(`${at}.mesh`, 'mesh', spec.mesh));
    if (mesh) problems.add(...(await this.#otherMesh(db, spec, mesh, at)));
    if (!network) {
      problems.add(unknownReference(`${at}.network`, 'network', spec.network));
      return undefined;
    }
    checkReach(call.actor, { id: network.space_id, name: network.space_name });
    const prefixes = network.prefixes.map((text) => Cidr.parse(text));
    problems.add(...under(at, checkClusterNetwork(spec, facts(network, prefixes))), ...virtualOnly(network, at));
    const warnings = [...under(at, findings.warnings), ...meshScope(spec, at)];
    return { index, spec, network: { id: network.id, name: network.name, spaceId: network.space_id, prefixes }, mesh, warnings };
  }

  async #otherMesh(db: Db, { name }: ClusterSpec, mesh: MeshRow, at: string): Promise<readonly Problem[]> {
    const current = await this.meshes.meshOf(db, name);
    if (!current || current.id === mesh.id) return [];
    return [
      {
        path: `${at}.mesh`,
        code: 'in_another_mesh',
        rule: 'NET-20',
        message: `${name} is a member of mesh ${current.name}`,
        value: mesh.name,
        conflictsWith: current.name,
      },
    ];
  }
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
function meshScope({ mesh, podCidrScope }: ClusterSpec, at: string): readonly Problem[] {
  if (mesh === undefined || podCidrScope === 'UNIQUE') return [];
  return [
    {
      path: `${at}.podCidrScope`,
      code: 'mesh_makes_unique',
      rule: 'NET-24',
      message: `a member of mesh ${mesh} gets a pod range that no other member has`,
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
  return placed.flatMap(({ index, spec: { name } }) => {
    const earlier = placed.find(({ spec }) => spec.name === name)?.index;
    return earlier === index
      ? []
      : [
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
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? path : `${path}.${problem.path}` }));
}
