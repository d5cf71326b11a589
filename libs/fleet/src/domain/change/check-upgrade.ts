import {
  checkKubernetesVersion,
  checkServiceCidr,
  isAtLeast,
  type OccupiedRange,
  poolPeak,
  problem,
  problemIf,
  readVersion,
} from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { type AzureCluster, sizedPools, vnetOf } from './azure-cluster.js';
import type { AskedChange, ChangeSurroundings } from './change-target.js';
import { surgeCoreProblems } from './check-surge-cores.js';
import { surgeRoomProblems } from './check-surge-room.js';

const mostInstances = 1_000;
const path = 'kubernetesVersion';

/** What the region offers for what is asked: a minor alone means its newest patch. Resolved once, so that every wave gets the same. */
export function resolveVersion(asked: string, offered: readonly string[]): string | undefined {
  if (offered.includes(asked)) return asked;
  const wanted = readVersion(asked);
  if (!wanted || wanted.patch !== undefined) return undefined;
  return offered
    .filter((version) => version.startsWith(`${asked}.`))
    .toSorted(byNumber)
    .at(-1);
}

function byNumber(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

/** SN-13, SN-23, QUO-08, OV-61 and the rules of version skew: a minor at a time, never back, only what the region offers. */
export function upgradeProblems(azure: AzureCluster, asked: AskedChange, around: ChangeSurroundings): readonly Problem[] {
  return [
    ...(asked.kubernetesVersion === undefined ? [] : versionProblems(azure, asked.kubernetesVersion, around)),
    ...surgeProblems(azure),
    ...surgeRoomProblems(azure, asked.kubernetesVersion ?? azure.kubernetesVersion, around),
    ...surgeCoreProblems(azure, asked.kubernetesVersion ?? azure.kubernetesVersion, around),
    ...serviceRangeProblems(azure, around),
  ];
}

function versionProblems(azure: AzureCluster, asked: string, { versions }: ChangeSurroundings): readonly Problem[] {
  const known = checkKubernetesVersion(asked, path).problems;
  if (known.length > 0) return known;
  const offered = versions.get(`${azure.subscriptionId}/${azure.region}`.toLowerCase())?.patches;
  const wanted = offered ? resolveVersion(asked, offered) : asked;
  if (wanted === undefined) {
    const message = `Kubernetes ${asked} is not offered in ${azure.region}`;
    return [
      problem({ path, code: 'kubernetes_version_not_offered', message, value: asked, conflictsWith: offered, suggestion: offered?.at(-1) }),
    ];
  }
  return skewProblems(azure.kubernetesVersion, wanted);
}

function skewProblems(from: string, to: string): readonly Problem[] {
  const [have, want] = [readVersion(from), readVersion(to)];
  if (!have || !want || from === to) return [];
  const back = !isAtLeast(to, from);
  const skips = want.major === have.major && want.minor > have.minor + 1;
  return [
    ...problemIf(back, {
      path,
      code: 'kubernetes_version_downgrade',
      message: `it runs ${from}, and a version is never taken back`,
      value: to,
      conflictsWith: from,
      suggestion: `${from} or newer`,
    }),
    ...problemIf(skips, {
      path,
      code: 'kubernetes_version_skips_minor',
      message: `it runs ${from}; upgrades go a minor at a time`,
      value: to,
      conflictsWith: from,
      suggestion: `${have.major}.${have.minor + 1} first`,
    }),
  ];
}

/** SN-23: AKS rejects the upgrade of a pool that would have more instances than a scale set holds. */
function surgeProblems(azure: AzureCluster): readonly Problem[] {
  return sizedPools(azure).flatMap((pool, index) => {
    const peak = poolPeak(pool);
    return problemIf(peak > mostInstances, {
      path: `nodePools[${index}].maxSurge`,
      code: 'pool_surge_exceeds_limit',
      rule: 'SN-23',
      message: `pool ${pool.name} would have ${peak} instances while it is upgraded; a scale set holds ${mostInstances}`,
      value: peak,
      conflictsWith: mostInstances,
      suggestion: 'a smaller maxSurge, or fewer nodes',
    });
  });
}

/** OV-61: a subnet that somebody added since blocks the upgrade. */
function serviceRangeProblems({ serviceCidr, nodePools }: AzureCluster, { networks }: ChangeSurroundings): readonly Problem[] {
  if (serviceCidr === undefined) return [];
  const ids = new Set(nodePools.flatMap(({ subnetId }) => (subnetId === undefined ? [] : [vnetOf(subnetId)])));
  const occupied = [...ids].flatMap((id) =>
    (networks.get(id)?.subnets ?? []).map(({ cidr, name }): OccupiedRange => ({
      cidr,
      origin: { kind: 'VNET_SUBNET', network: id.split('/').at(-1) ?? id, name },
    })),
  );
  return checkServiceCidr(Cidr.parse(serviceCidr), occupied, 'serviceCidr').filter(({ rule }) => rule === 'OV-61');
}
