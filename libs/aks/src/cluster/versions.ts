import type { Problem } from '@podspan/errors';
import { type Findings, problem } from '../findings.js';

/** What AKS offered on a day; newer minors than the newest are taken on trust. */
export interface SupportedVersions {
  readonly asOf: string;
  /** Minors in regular support, oldest first: the newest and the two before it. */
  readonly regular: readonly string[];
  /** Minors that only clusters with long-term support may still run. */
  readonly longTerm: readonly string[];
}

export const supportedVersions: SupportedVersions = {
  asOf: '2026-08-31',
  regular: ['1.34', '1.35', '1.36'],
  longTerm: ['1.31', '1.32', '1.33'],
};

/** The least Cilium of each minor (OV-110), as of `supportedVersions.asOf`. */
export const ciliumByKubernetes: Readonly<Record<string, string>> = {
  '1.31': '1.16.16',
  '1.32': '1.17.9',
  '1.33': '1.17.9',
  '1.34': '1.18.6',
  '1.35': '1.18.6',
  '1.36': '1.18.9',
};

export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number | undefined;
}

/** Reads `1.34` or `1.34.2`; undefined for anything else. */
export function readVersion(text: string): KubernetesVersion | undefined {
  const [, major, minor, patch] = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: patch === undefined ? undefined : Number(patch) };
}

/** Whether a version reaches another. A version without patch means the newest of its minor. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [readVersion(version), readVersion(least)];
  if (!a || !b) return false;
  if (a.major !== b.major) return a.major > b.major;
  if (a.minor !== b.minor) return a.minor > b.minor;
  return (a.patch ?? Infinity) >= (b.patch ?? 0);
}

/** Refuses what AKS no longer creates; warns about long-term support and about minors newer than the data. */
export function checkKubernetesVersion(
  version: string,
  path = 'kubernetesVersion',
  supported: SupportedVersions = supportedVersions,
): Findings {
  const newest = supported.regular.at(-1) ?? '';
  const facts = { path, value: version, suggestion: newest };
  const read = readVersion(version);
  if (!read) {
    const message = `'${version}' is not a Kubernetes version such as ${newest} or ${newest}.1`;
    return refused(problem({ ...facts, code: 'kubernetes_version_invalid', message }));
  }
  const minor = `${read.major}.${read.minor}`;
  if (supported.regular.includes(minor)) return { problems: [], warnings: [] };
  const conflictsWith = supported.regular;
  if (supported.longTerm.includes(minor)) {
    const message = `Kubernetes ${minor} needs long-term support (as of ${supported.asOf})`;
    return {
      problems: [],
      warnings: [problem({ ...facts, code: 'kubernetes_version_long_term', message, conflictsWith })],
    };
  }
  if (isAtLeast(minor, newest)) {
    const message = `Kubernetes ${minor} is newer than what is known as of ${supported.asOf}`;
    return {
      problems: [],
      warnings: [problem({ ...facts, code: 'kubernetes_version_unknown', message, conflictsWith })],
    };
  }
  const message = `Kubernetes ${minor} is no longer offered (as of ${supported.asOf})`;
  return refused(problem({ ...facts, code: 'kubernetes_version_unsupported', message, conflictsWith }));
}

function refused(found: Problem): Findings {
  return { problems: [found], warnings: [] };
}
