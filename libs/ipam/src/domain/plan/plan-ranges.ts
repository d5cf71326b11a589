import {
  checkDnsServiceIp,
  checkPodCidr,
  checkServiceCidr,
  defaultServiceCidr,
  dnsServiceIpFor,
  type OccupiedRange,
  readAddress,
  readRange,
  suggestServiceCidr,
  aksReservedRanges,
} from '@podspan/aks';
import { type Cidr, firstFit, freeBlocks } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { PodCidrScope } from '../reuse.js';
import { choosePodRange, growAround, type PodRange, type RefusedCandidate } from './choose-pod-range.js';
import { type Forbidden, forbiddenByClusters, forbiddenRanges, type HeldPodRange } from './forbidden-ranges.js';
import type { OccupiedRanges } from './occupied-ranges.js';

export interface RangePool {
  readonly name: string;
  readonly cidrs: readonly Cidr[];
  readonly defaultPrefixLength: number | null;
  /** What may be given out (again), in the pool's order. */
  readonly open: readonly Cidr[];
  /** What one cluster takes is no longer there for the next. */
  readonly changes: boolean;
}

export interface RangeSeeker {
  readonly index: number;
  readonly name: string;
  readonly network: string;
  readonly scope: PodCidrScope;
  readonly mesh?: string | undefined;
  readonly peakNodes: number;
  readonly podLength: number;
  readonly growthFactor?: number | undefined;
  readonly podCidr?: ExplicitRange | undefined;
  readonly serviceCidr?: ExplicitRange | undefined;
  readonly dnsServiceIp?: string | undefined;
  /** Subnets of the network, as far as they are known; needed beside an explicit service range only. */
  readonly subnets?: readonly { readonly cidr: Cidr; readonly name: string }[] | undefined;
}

/** A range that is written out, and the path at which it is. */
export interface ExplicitRange {
  readonly text: string;
  readonly path: string;
}

export interface PlannedRanges {
  readonly pod: PodRange;
  readonly serviceCidr: Cidr;
  readonly dnsServiceIp: string;
}

export interface RangePools {
  readonly pod: { readonly pool: RangePool; readonly member: 'podCidr' | 'podCidrUnique' };
  readonly service: RangePool | undefined;
}

/** The service range first, then a pod range that avoids it (OV-33). Problems instead, where a rule forbids what is there. */
export function planRanges(
  seeker: RangeSeeker,
  pools: RangePools,
  occupied: OccupiedRanges,
  others: readonly HeldPodRange[],
): { readonly ranges?: PlannedRanges; readonly problems: readonly Problem[] } {
  const at = `clusters[${seeker.index}]`;
  const service = planService(seeker, pools.service, occupied);
  const dns = service.cidr ? planDns(seeker, service.cidr, at) : { problems: [] };
  const forbidden = (): readonly Forbidden[] => [
    ...forbiddenRanges({ ...seeker, serviceCidr: service.cidr }, pools.pod.pool.cidrs, occupied.graph),
    ...forbiddenByClusters(others),
  ];
  const search = (): PodAnswer => searchPod(seeker, pools.pod, forbidden());
  const pod =
    seeker.podCidr === undefined
      ? successful(occupied.remembered(podQuestion(seeker, pools.pod, occupied, others, service.cidr), search), search)
      : explicitPod(seeker, seeker.podCidr, pools.pod.pool, { occupied, serviceCidr: service.cidr, forbidden: forbidden() });
  const problems = [...service.problems, ...dns.problems, ...pod.problems];
  if (problems.length > 0 || !service.cidr || !dns.address || !pod.range) return { problems };
  return { ranges: { pod: pod.range, serviceCidr: service.cidr, dnsServiceIp: dns.address }, problems };
}

/** Clusters that reach nothing inside the pool and avoid nobody get what the one before them got; undefined for the others. */
function podQuestion(
  { network, podLength, growthFactor }: RangeSeeker,
  { pool }: RangePools['pod'],
  occupied: OccupiedRanges,
  others: readonly HeldPodRange[],
  serviceCidr: Cidr | undefined,
): string | undefined {
  if (pool.changes || others.length > 0 || podLength < shortestOf(pool) || occupied.over(network, pool.cidrs).length > 0) return undefined;
  if (pool.cidrs.some((cidr) => occupied.graph.kubenetOver(network, cidr).length > 0)) return undefined;
  return ['pods', pool.name, podLength, growthFactor, serviceCidr].join();
}

interface PodAnswer {
  readonly range?: PodRange;
  readonly problems: readonly Problem[];
}

/** What did not work for another cluster is told in this one's name. */
function successful<T extends { readonly problems: readonly Problem[] }>(remembered: T, find: () => T): T {
  return remembered.problems.length === 0 ? remembered : find();
}

interface ServiceAnswer {
  readonly cidr?: Cidr;
  readonly problems: readonly Problem[];
}

function planService(seeker: RangeSeeker, pool: RangePool | undefined, occupied: OccupiedRanges): ServiceAnswer {
  const cidrs = pool?.cidrs ?? [defaultServiceCidr];
  const isFree = seeker.serviceCidr === undefined && occupied.over(seeker.network, cidrs).length === 0;
  const find = (): ServiceAnswer => serviceRange(seeker, pool, occupied);
  return successful(occupied.remembered(isFree ? `services,${pool?.name}` : undefined, find), find);
}

function serviceRange(seeker: RangeSeeker, pool: RangePool | undefined, occupied: OccupiedRanges): ServiceAnswer {
  const judge = (cidr: Cidr, path: string, more: readonly OccupiedRange[] = []): readonly Problem[] =>
    occupied.judge(seeker.network, [cidr], (ranges) => checkServiceCidr(cidr, [...ranges, ...more], path));
  if (seeker.serviceCidr !== undefined) {
    const { text, path } = seeker.serviceCidr;
    const read = readRange(text, path);
    if (!read.value) return { problems: read.problems };
    const subnets = (seeker.subnets ?? []).map(({ cidr, name }): OccupiedRange => ({
      cidr,
      origin: { kind: 'VNET_SUBNET', network: seeker.network, name },
    }));
    const problems = judge(read.value, path, subnets);
    return problems.length > 0 ? { problems } : { cidr: read.value, problems };
  }
  if (!pool) {
    const problems = judge(defaultServiceCidr, 'pools.serviceCidr');
    return problems.length > 0
      ? { problems: problems.map((problem) => nameCluster(problem, seeker.name)) }
      : { cidr: defaultServiceCidr, problems };
  }
  const length = Math.max(
    pool.defaultPrefixLength ?? 16,
    ...pool.cidrs.slice(0, 1).map((cidr) => (pool.defaultPrefixLength === null ? Math.max(16, cidr.length) : 0)),
  );
  const blocked = [...occupied.over(seeker.network, pool.cidrs).map(({ cidr }) => cidr), ...aksReservedRanges];
  const cidr = firstFit(freeBlocks(pool.open, blocked), length);
  if (cidr) {
    const problems = judge(cidr, 'pools.serviceCidr');
    return problems.length > 0 ? { problems: problems.map((problem) => nameCluster(problem, seeker.name)) } : { cidr, problems };
  }
  const [first] = pool.cidrs;
  const clashes = first ? judge(first, 'pools.serviceCidr').map((problem) => nameCluster(problem, seeker.name)) : [];
  if (clashes.length > 0) return { problems: clashes };
  const suggestion = suggestServiceCidr([...occupied.everything(seeker.network).map(({ cidr }) => cidr), ...aksReservedRanges]);
  return { problems: [exhausted('pools.serviceCidr', pool.name, length, seeker.name, suggestion ? String(suggestion) : undefined)] };
}

function planDns(seeker: RangeSeeker, serviceCidr: Cidr, at: string): { readonly address?: string; readonly problems: readonly Problem[] } {
  if (seeker.dnsServiceIp === undefined) {
    // OV-65: with a service range of one's own the platform's default is a trap, so its address is to be written out too.
    const problems = seeker.serviceCidr === undefined ? [] : checkDnsServiceIp(serviceCidr, undefined, `${at}.dnsServiceIp`);
    return problems.length > 0 ? { problems } : { address: String(dnsServiceIpFor(serviceCidr)), problems };
  }
  const read = readAddress(seeker.dnsServiceIp, `${at}.dnsServiceIp`);
  if (!read.value) return { problems: read.problems };
  const problems = checkDnsServiceIp(serviceCidr, read.value, `${at}.dnsServiceIp`);
  return problems.length > 0 ? { problems } : { address: String(read.value), problems };
}

function searchPod(seeker: RangeSeeker, { pool, member }: RangePools['pod'], forbidden: readonly Forbidden[]): PodAnswer {
  const found = choosePodRange({ open: pool.open, length: seeker.podLength, growthFactor: seeker.growthFactor, forbidden });
  if ('podCidr' in found) return { range: found, problems: [] };
  const path = `pools.${member}`;
  const largest = shortestOf(pool);
  if (seeker.podLength < largest) {
    const message = `${seeker.name}: pool ${pool.name} holds ranges of /${largest} at most; ${seeker.peakNodes} nodes at their peak need a /${seeker.podLength}`;
    return {
      problems: [
        {
          path,
          code: 'pod_cidr_too_small',
          rule: 'OV-23',
          message,
          value: pool.cidrs.map(String),
          conflictsWith: seeker.peakNodes,
          suggestion: `a pool with a /${seeker.podLength}`,
        },
      ],
    };
  }
  if (found.refused.length > 0) return { problems: found.refused.map((refused) => refusedProblem(refused, seeker, pool.name, path)) };
  return { problems: [exhausted(path, pool.name, seeker.podLength, seeker.name, undefined)] };
}

interface Surroundings {
  readonly occupied: OccupiedRanges;
  readonly serviceCidr: Cidr | undefined;
  readonly forbidden: readonly Forbidden[];
}

function explicitPod(
  seeker: RangeSeeker,
  { text, path }: ExplicitRange,
  pool: RangePool,
  { occupied, serviceCidr, forbidden }: Surroundings,
): PodAnswer {
  const at = `clusters[${seeker.index}]`;
  const read = readRange(text, path);
  if (!read.value) return { problems: read.problems };
  const podCidr = read.value;
  const service: OccupiedRange[] = serviceCidr ? [{ cidr: serviceCidr, origin: { kind: 'SERVICE_CIDR' } }] : [];
  const problems = [
    ...occupied.judge(seeker.network, [podCidr], (ranges) =>
      checkPodCidr({ podCidr, peakNodes: seeker.peakNodes, occupied: [...ranges, ...service] }, path),
    ),
  ];
  for (const clash of forbidden.filter((range) => ['OV-52', 'OV-55', 'NET-22'].includes(range.rule) && range.cidr.overlaps(podCidr))) {
    problems.push({
      path,
      code: clash.code,
      rule: clash.rule,
      message: `${podCidr} overlaps ${clash.why}`,
      value: text,
      conflictsWith: String(clash.cidr),
    });
  }
  const block = pool.open.find((open) => open.contains(podCidr));
  if (!block && problems.length === 0) {
    const inside = pool.cidrs.some((cidr) => cidr.contains(podCidr));
    problems.push({
      path,
      code: inside ? 'prefix_taken' : 'outside_pool',
      message: `${podCidr} is not ${inside ? 'free in' : 'inside'} pool ${pool.name}`,
      value: text,
      conflictsWith: pool.cidrs.map(String),
    });
  }
  if (problems.length > 0 || !block) return { problems };
  const range = growAround(podCidr, block, seeker.growthFactor, forbidden);
  if (range) return { range, problems: [] };
  return {
    problems: [
      {
        path: `${at}.growthFactor`,
        code: 'growth_block_taken',
        rule: 'OV-102',
        message: `the block ${seeker.growthFactor} times ${podCidr} is not free in pool ${pool.name}`,
        value: seeker.growthFactor,
      },
    ],
  };
}

function refusedProblem(
  { cidr, rule, code, conflictsWith, message }: RefusedCandidate,
  { name }: RangeSeeker,
  pool: string,
  path: string,
): Problem {
  return { path, code, rule, message: `${name} cannot take ${cidr} of pool ${pool}: ${message}`, value: cidr, conflictsWith };
}

function nameCluster(problem: Problem, name: string): Problem {
  return { ...problem, message: `${name}: ${problem.message}` };
}

function exhausted(path: string, pool: string, length: number, cluster: string, suggestion: string | undefined): Problem {
  return {
    path,
    code: 'pool_exhausted',
    message: `pool ${pool} has no free /${length} for ${cluster}`,
    value: length,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function shortestOf({ cidrs }: RangePool): number {
  return Math.min(...cidrs.map(({ length }) => length));
}
