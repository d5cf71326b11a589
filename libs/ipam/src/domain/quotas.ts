import type { Problem } from '@podspan/errors';

/** What one owner may hold in a pool at most. Without ownerId it holds for each owner of the kind, without both for each owner. */
export interface Quota {
  readonly ownerKind?: string | undefined;
  readonly ownerId?: string | undefined;
  /** A decimal string; a block counts with what is held back for its growth. */
  readonly maxAddresses?: string | undefined;
  readonly maxAllocations?: number | undefined;
}

/** The limits of one owner; null is without limit. */
export interface OwnerLimit {
  readonly maxAddresses: string | null;
  readonly maxAllocations: number | null;
}

/** The most exact rule counts: owner, kind, anybody. undefined when none is about the owner. */
export function quotaOf(quotas: readonly Quota[], owner: { readonly kind: string; readonly id: string }): OwnerLimit | undefined {
  const rule =
    quotas.find(({ ownerKind, ownerId }) => ownerKind === owner.kind && ownerId === owner.id) ??
    quotas.find(({ ownerKind, ownerId }) => ownerKind === owner.kind && ownerId === undefined) ??
    quotas.find(({ ownerKind, ownerId }) => ownerKind === undefined && ownerId === undefined);
  return rule && { maxAddresses: rule.maxAddresses ?? null, maxAllocations: rule.maxAllocations ?? null };
}

/** Each rule says about whom and how much, and no two are about the same. */
export function quotaProblems(quotas: readonly Quota[]): readonly Problem[] {
  const seen = new Map<string, number>();
  return quotas.flatMap((quota, index) => {
    const problem = (message: string, conflictsWith?: string): Problem => ({
      path: `quotas[${index}]`,
      code: 'invalid_quota',
      message,
      value: quota,
      ...(conflictsWith === undefined ? {} : { conflictsWith }),
    });
    const about = JSON.stringify([quota.ownerKind, quota.ownerId]);
    const first = seen.get(about);
    if (first === undefined) seen.set(about, index);
    return [
      ...(quota.ownerId !== undefined && quota.ownerKind === undefined ? [problem('ownerId needs ownerKind')] : []),
      ...(quota.maxAddresses === undefined && quota.maxAllocations === undefined
        ? [problem('a quota has maxAddresses or maxAllocations')]
        : []),
      ...(first === undefined ? [] : [problem(`the same owners as quotas[${first}]`, `quotas[${first}]`)]),
    ];
  });
}
