import { checkKubernetesVersion, problem, supportedVersions } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { resolveVersion } from './change/check-upgrade.js';
import { placeOf } from './check-clusters.js';
import type { ClusterSpec } from './cluster-spec.js';

/** Full versions by `subscription/region`, lower case; a place that is absent is not judged. */
export type OfferedByPlace = ReadonlyMap<string, readonly string[]>;

/** What a cluster without a version gets: the minor before the newest, which every region offers by then. */
export const defaultVersion: string = supportedVersions.regular.at(-2) ?? supportedVersions.regular.at(-1) ?? '';

/** By its form and age, then by what its region offers. */
export function checkVersions(spec: ClusterSpec, path: string, offered: OfferedByPlace = new Map()): readonly Problem[] {
  const { kubernetesVersion: asked, region } = spec;
  if (asked === undefined) return [];
  const { problems } = checkKubernetesVersion(asked, `${path}.kubernetesVersion`);
  const there = offered.get(placeOf(spec));
  if (problems.length > 0 || !there || resolveVersion(asked, there) !== undefined) return problems;
  return [
    problem({
      path: `${path}.kubernetesVersion`,
      code: 'kubernetes_version_not_offered',
      message: `Kubernetes ${asked} is not offered in ${region}`,
      value: asked,
      conflictsWith: there,
      suggestion: there.at(-1),
    }),
  ];
}

/** The version to create it with: a minor means its newest patch, resolved once, so that every wave gets the same. */
export function versionFor(spec: ClusterSpec, offered: OfferedByPlace): string {
  const asked = spec.kubernetesVersion ?? defaultVersion;
  return resolveVersion(asked, offered.get(placeOf(spec)) ?? []) ?? asked;
}

/** Long-term support only, or newer than what is known: told, not refused. */
export function versionWarnings({ kubernetesVersion }: ClusterSpec, path: string): readonly Problem[] {
  return kubernetesVersion === undefined ? [] : checkKubernetesVersion(kubernetesVersion, `${path}.kubernetesVersion`).warnings;
}
