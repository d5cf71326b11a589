import { checkKubernetesVersion, supportedVersions } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { ClusterSpec } from './cluster-spec.js';

/** What a cluster without a version gets: the minor before the newest, which every region offers by then. */
export const defaultVersion: string = supportedVersions.regular.at(-2) ?? supportedVersions.regular.at(-1) ?? '';

export function checkVersions({ kubernetesVersion }: ClusterSpec, path: string): readonly Problem[] {
  return kubernetesVersion === undefined ? [] : checkKubernetesVersion(kubernetesVersion, `${path}.kubernetesVersion`).problems;
}

/** Long-term support only, or newer than what is known: told, not refused. */
export function versionWarnings({ kubernetesVersion }: ClusterSpec, path: string): readonly Problem[] {
  return kubernetesVersion === undefined ? [] : checkKubernetesVersion(kubernetesVersion, `${path}.kubernetesVersion`).warnings;
}
