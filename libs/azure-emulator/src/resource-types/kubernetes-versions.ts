import type { JsonObject } from '../json.js';

export interface KubernetesMinor {
  readonly minor: string;
  readonly patches: readonly string[];
  readonly isDefault?: boolean;
  readonly isPreview?: boolean;
  readonly supportPlans?: readonly string[];
}

/** What `kubernetesVersions` answers unless the options say otherwise. */
export const defaultKubernetesVersions: readonly KubernetesMinor[] = [
  { minor: '1.31', patches: ['1.31.12', '1.31.13'], supportPlans: ['AKSLongTermSupport'] },
  { minor: '1.32', patches: ['1.32.9', '1.32.10'] },
  { minor: '1.33', patches: ['1.33.5', '1.33.6'] },
  { minor: '1.34', patches: ['1.34.2', '1.34.3'], isDefault: true },
  { minor: '1.35', patches: ['1.35.1', '1.35.2'] },
  { minor: '1.36', patches: ['1.36.0'], isPreview: true },
];

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The full version a request means: a minor alone or nothing picks the newest patch; undefined is not offered. */
export function resolveVersion(offered: readonly KubernetesMinor[], asked: string | undefined): string | undefined {
  const wanted = asked === undefined || asked === '' ? offered.find(({ isDefault }) => isDefault === true)?.minor : asked;
  if (wanted === undefined) return undefined;
  const minor = offered.find((candidate) => wanted === candidate.minor || wanted.startsWith(`${candidate.minor}.`));
  if (!minor) return undefined;
  return wanted === minor.minor ? minor.patches.toSorted(byNumber).at(-1) : wanted;
}

/** Versions above `current`, in its own minor and in the next one. */
export function upgradesFrom(offered: readonly KubernetesMinor[], current: string): { version: string; preview: boolean }[] {
  const [major, minor] = current.split('.');
  const reachable = [`${major}.${minor}`, `${major}.${Number(minor) + 1}`];
  return offered
    .filter((candidate) => reachable.includes(candidate.minor))
    .flatMap(({ patches, isPreview }) => patches.map((version) => ({ version, preview: isPreview === true })))
    .filter(({ version }) => byNumber(version, current) > 0);
}

export function versionsView(offered: readonly KubernetesMinor[]): JsonObject {
  return {
    values: offered.map(({ minor, patches, isDefault, isPreview, supportPlans }) => ({
      version: minor,
      capabilities: { supportPlan: [...(supportPlans ?? ['KubernetesOfficial', 'AKSLongTermSupport'])] },
      ...(isDefault === true ? { isDefault: true } : {}),
      ...(isPreview === true ? { isPreview: true } : {}),
      patchVersions: Object.fromEntries(
        patches.map((patch) => [patch, { upgrades: upgradesFrom(offered, patch).map(({ version }) => version) }]),
      ),
    })),
  };
}
