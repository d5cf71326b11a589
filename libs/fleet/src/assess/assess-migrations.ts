import { AGC_DELEGATION, textAt, type Wire } from '@podspan/aks';
import { type Arm, ArmFailure } from '@podspan/azure';
import { Cidr } from '@podspan/cidr';
import { Forbidden, InvalidRequest, type Problem, Transient } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import type { ClusterRow, Db } from '../database.js';
import { assessCluster, type AssessmentFacts, type KnownRefusal } from '../domain/assess/assess-cluster.js';
import { readSizes } from '../domain/assess/cluster-sizes.js';
import { type Listing, readListing } from '../domain/assess/read-listing.js';
import { agicSubnetId, type GatewaySubnets } from '../domain/assess/find-agic.js';
import { networksOf, readNetworks, type SeenNetworks, subnetOfGateway } from '../domain/assess/surroundings.js';
import { readGatewaySubnet } from '../request/read-gateway-subnet.js';
import { inTurn } from '../in-turn.js';
import { noSubscriptions, subscriptionsOf } from '../discover/discover-clusters.js';
import { readAzureCluster } from '../domain/change/azure-cluster.js';
import type { Ipam, ReuseRefusal } from '../ports/ipam.js';
import { type AssessBody, type Assessed, type AssessmentView, assessmentView } from './assessment-view.js';
import { type Drawn, picture } from './picture.js';

/** An assessment, and its picture for who wants one. */
export interface Report {
  readonly view: AssessmentView;
  draw(): string;
}

/** Ranges in the way of one cluster that ipam may name before the search is given up. */
const MOST_TRIES = 8;
/** Questions to ipam at a time. */
const AT_ONCE = 8;

/** Says of every cluster whether it can move to overlay, what is in the way, and where its pods would go. It only looks. */
export class AssessMigrations {
  constructor(
    private readonly db: Db,
    private readonly arm: Arm,
    private readonly ipam: Ipam,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws InvalidRequest naming every row that is no cluster; Transient when Azure does not answer */
  async execute(body: AssessBody, call: CallContext): Promise<Report> {
    if (call.actor.spaces !== '*' && body.clusters === undefined && body.networks === undefined)
      throw new Forbidden('Azure is read for all address spaces; send the listing, or use rights in all of them');
    const { listing, source } = await this.#listing(body);
    const ranges = body.pool === undefined ? [] : await this.#rangesOf(body.pool, call);
    const networks = readNetworks(listing.networks);
    const rows = await this.#known();
    const known = new IpamKnowledge(this.ipam, call);
    const read = listing.clusters.map((wire) => this.#factsOf(wire, networks, ranges, rows));
    const gatewaySubnets = await this.#gatewaySubnets(read, listing, source);
    const facts = withGateways(read).map((one) => ({ ...one, gatewaySubnets }));
    const assessed = await inTurn(facts, AT_ONCE, (one) => this.#assess(one, known));
    const view = assessmentView(assessed, source, this.now());
    return {
      view,
      draw: () =>
        picture(
          networks,
          assessed.map((one, index) => drawnOf(one, facts[index]?.own ?? [])),
        ),
    };
  }

  async #listing({ clusters, networks, subscriptionIds }: AssessBody): Promise<{ listing: Listing; source: AssessmentView['source'] }> {
    if (clusters === undefined && networks === undefined) return { listing: await this.#fromAzure(subscriptionIds), source: 'AZURE' };
    const read = [readListing(clusters ?? [], 'clusters'), readListing(networks ?? [], 'networks')];
    const problems: readonly Problem[] = read.flatMap((one) => one.problems);
    if (problems.length > 0) throw new InvalidRequest(problems);
    const listing = {
      clusters: read.flatMap((one) => one.clusters),
      networks: read.flatMap((one) => one.networks),
      gateways: read.flatMap((one) => one.gateways),
      problems: [],
    };
    return { listing, source: 'LISTING' };
  }

  async #fromAzure(given: readonly string[] | undefined): Promise<Listing> {
    const subscriptions = given ?? (await subscriptionsOf(this.db));
    if (subscriptions.length === 0) throw noSubscriptions();
    try {
      const [clusters, networks] = await Promise.all([
        inTurn(subscriptions, AT_ONCE, (id) => this.arm.listClusters(id)),
        inTurn(subscriptions, AT_ONCE, (id) => this.arm.listVirtualNetworks(id)),
      ]);
      const wires = (found: readonly (readonly { readonly raw: unknown }[])[]): readonly unknown[] => found.flat().map(({ raw }) => raw);
      return readListing([...wires(clusters), ...wires(networks)], 'azure');
    } catch (error) {
      if (!(error instanceof ArmFailure)) throw error;
      const { code, retryAfterSeconds } = error.facts;
      throw new Transient('dependency_unavailable', `Azure does not say what exists: ${code}`, retryAfterSeconds ?? 30, { cause: error });
    }
  }

  /** Of gateways whose subnet neither the add-on nor a network tells: listed ones, and in Azure those that answer. */
  async #gatewaySubnets(
    facts: readonly AssessmentFacts[],
    { gateways }: Listing,
    source: AssessmentView['source'],
  ): Promise<GatewaySubnets> {
    const found = new Map(
      gateways.flatMap((gateway) => {
        const subnetId = subnetOfGateway(gateway);
        return subnetId === undefined ? [] : [[String(gateway['id']).toLowerCase(), subnetId] as const];
      }),
    );
    if (source === 'LISTING') return found;
    const missing = new Set(
      facts.flatMap(({ cluster, networks }) =>
        cluster.agic.enabled && agicSubnetId(cluster, networks, found) === undefined ? (cluster.agic.gatewayId ?? []) : [],
      ),
    );
    const read = await inTurn([...missing], AT_ONCE, async (id) => [id.toLowerCase(), await readGatewaySubnet(this.arm, id)] as const);
    for (const [id, subnetId] of read) if (subnetId !== undefined) found.set(id, subnetId);
    return found;
  }

  async #known(): Promise<ReadonlyMap<string, ClusterRow>> {
    const { rows } = await sql<ClusterRow>`select * from cluster`.execute(this.db);
    return new Map(rows.map((row) => [row.resource_id.toLowerCase(), row]));
  }

  /** @throws InvalidRequest when there is no such pool */
  async #rangesOf(pool: string, call: CallContext): Promise<readonly Cidr[]> {
    const ranges = await this.ipam.poolRanges(pool, call);
    if (ranges) return ranges.map((range) => Cidr.parse(range));
    throw new InvalidRequest([
      { path: 'pool', code: 'unknown_pool', message: `there is no pool '${pool}'`, value: pool, suggestion: 'a pool of GET /v1/pools' },
    ]);
  }

  #factsOf(wire: Wire, networks: SeenNetworks, ranges: readonly Cidr[], rows: ReadonlyMap<string, ClusterRow>): AssessmentFacts {
    const cluster = readAzureCluster(String(wire['id']), wire);
    const row = rows.get(cluster.resourceId.toLowerCase());
    const gateway = row?.input.gatewaySubnet?.cidr;
    return {
      cluster,
      pools: readSizes(wire),
      networks,
      own: networksOf(cluster, textAt(wire, 'properties.nodeResourceGroup'), networks),
      ranges,
      agcSubnet: gateway === undefined ? undefined : Cidr.parse(gateway),
      refused: [],
    };
  }

  /** Proposes a range, asks ipam about it, and looks further where ipam knows more of the networks than Azure's listing. */
  async #assess(facts: AssessmentFacts, known: IpamKnowledge): Promise<Assessed> {
    const networks = facts.own.map(nameOf);
    let assessment = assessCluster(facts);
    const network = await known.first(networks);
    if (network === undefined) return { ...assessment, networks, checkedBy: 'LISTING' };
    const refused: KnownRefusal[] = [];
    for (let tries = 0; assessment.target && tries < MOST_TRIES; tries++) {
      const found = await known.refusals(network, facts.cluster.serviceCidr, String(assessment.target.podCidr));
      if (found.length === 0) break;
      const target = assessment.target.podCidr;
      refused.push(
        ...found.map(({ rule, code, message, conflictsWith }) => ({ rule, code, message, range: rangeOf(conflictsWith) ?? target })),
      );
      assessment = assessCluster({ ...facts, refused: tries === MOST_TRIES - 1 ? [...refused, ...everything(refused)] : refused });
    }
    return { ...assessment, networks, checkedBy: 'IPAM' };
  }
}

/** What ipam knows of networks; nothing is asked twice, since thousands of clusters share few of them. */
class IpamKnowledge {
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #refusals = new Map<string, Promise<readonly ReuseRefusal[]>>();

  constructor(
    private readonly ipam: Ipam,
    private readonly call: CallContext,
  ) {}

  async first(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) if (await this.#isKnown(name)) return name;
    return undefined;
  }

  refusals(network: string, serviceCidr: string | undefined, podCidr: string): Promise<readonly ReuseRefusal[]> {
    const key = JSON.stringify([network, serviceCidr, podCidr]);
    const asked = this.#refusals.get(key) ?? this.ipam.refusals({ name: 'assessed', network, serviceCidr }, podCidr, this.call);
    this.#refusals.set(key, asked);
    return asked;
  }

  #isKnown(name: string): Promise<boolean> {
    const asked = this.#asked.get(name) ?? this.ipam.networks([name], this.call).then((found) => found.size > 0);
    this.#asked.set(name, asked);
    return asked;
  }
}

/** The last try failed: what was refused so often is not looked for any further. */
function everything(refused: readonly KnownRefusal[]): readonly KnownRefusal[] {
  const [first] = refused;
  return first ? [{ ...first, range: Cidr.parse('0.0.0.0/0') }] : [];
}

function rangeOf(text: string | undefined): Cidr | undefined {
  try {
    return text === undefined ? undefined : Cidr.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * AGC has a subnet of its own, delegated to it, in the nodes' network (AGC-20). A listing does not say of which cluster; where there is one
 * cluster only, it can be no other's.
 */
function withGateways(all: readonly AssessmentFacts[]): readonly AssessmentFacts[] {
  const clustersIn = new Map<string, number>();
  for (const { own } of all) for (const id of own) clustersIn.set(id, (clustersIn.get(id) ?? 0) + 1);
  return all.map((facts) => {
    const delegated = facts.own.flatMap((id) => facts.networks.get(id)?.subnets ?? []).filter(isForAgc);
    const [only] = delegated;
    if (facts.agcSubnet || !only) return facts;
    return facts.own.every((id) => clustersIn.get(id) === 1)
      ? { ...facts, agcSubnet: only.cidr }
      : { ...facts, sharedAgcSubnets: delegated };
  });
}

function isForAgc({ delegations }: { readonly delegations: readonly string[] }): boolean {
  return delegations.some((service) => service.toLowerCase() === AGC_DELEGATION.toLowerCase());
}

function drawnOf({ cluster, verdict, sizes }: Assessed, networkIds: readonly string[]): Drawn {
  const subnetIds = [...new Set(cluster.nodePools.flatMap(({ subnetId }) => subnetId?.toLowerCase() ?? []))];
  return {
    name: cluster.name,
    networkIds,
    movable: verdict !== 'UNSUPPORTED',
    held: sizes.heldAddresses,
    needed: sizes.neededAddresses,
    subnetIds,
  };
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
