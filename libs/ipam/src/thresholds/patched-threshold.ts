import type { Problem } from '@podspan/errors';
import type { ThresholdPatch } from './threshold-schemas.js';
import type { ThresholdMarks, ThresholdRow } from './thresholds.repository.js';

const PERCENT_APART = 5;

export function recoverFreeOf(minFree: string): string {
  return String(BigInt(minFree) + 1n);
}

export function recoverPercentOf(maxPercent: number): number {
  return Math.max(0, maxPercent - PERCENT_APART);
}

type Current = Pick<ThresholdRow, 'prefix_length' | 'family'> & ThresholdMarks;

/** The marks after a patch, and everything that is wrong with it. What a threshold watches stays. */
export function patched(row: Current, patch: ThresholdPatch): { readonly marks: ThresholdMarks; readonly problems: readonly Problem[] } {
  const problems = [...otherWatch(row, patch), ...otherKind(row, patch)];
  const byLength = row.prefix_length !== null;
  const marks = byLength ? freeMarks(row, patch) : percentMarks(row, patch);
  const side = byLength ? wrongFreeSide(marks, patch) : wrongPercentSide(marks, patch);
  return { marks, problems: [...problems, ...side] };
}

function freeMarks(row: Current, { minFree = row.min_free ?? '0', recoverFree }: ThresholdPatch): ThresholdMarks {
  const kept = BigInt(row.recover_free ?? 0) < BigInt(minFree) ? recoverFreeOf(minFree) : row.recover_free;
  return { ...row, min_free: minFree, recover_free: recoverFree ?? kept };
}

function percentMarks(row: Current, { maxPercent = row.max_percent ?? 100, recoverPercent }: ThresholdPatch): ThresholdMarks {
  const kept = (row.recover_percent ?? 100) > maxPercent ? recoverPercentOf(maxPercent) : row.recover_percent;
  return { ...row, max_percent: maxPercent, recover_percent: recoverPercent ?? kept };
}

function wrongFreeSide({ min_free: least, recover_free: over }: ThresholdMarks, { recoverFree }: ThresholdPatch): readonly Problem[] {
  if (recoverFree === undefined || BigInt(over ?? 0) >= BigInt(least ?? 0)) return [];
  return [invalid('recoverFree', 'recoverFree is at least minFree', recoverFree, least)];
}

function wrongPercentSide(
  { max_percent: most, recover_percent: over }: ThresholdMarks,
  { recoverPercent }: ThresholdPatch,
): readonly Problem[] {
  if (recoverPercent === undefined || (over ?? 0) <= (most ?? 100)) return [];
  return [invalid('recoverPercent', 'recoverPercent is at most maxPercent', recoverPercent, most)];
}

function otherWatch(row: Current, patch: ThresholdPatch): readonly Problem[] {
  return (
    [
      ['prefixLength', patch.prefixLength, row.prefix_length],
      ['family', patch.family, row.family],
    ] as const
  ).flatMap(([path, value, current]) =>
    value === undefined || value === current
      ? []
      : [
          {
            path,
            code: 'immutable_field',
            message: `${path} of a threshold cannot be changed`,
            value,
            conflictsWith: current,
            suggestion: 'another threshold of the pool',
          },
        ],
  );
}

function otherKind(row: Current, patch: ThresholdPatch): readonly Problem[] {
  const others = row.prefix_length === null ? (['minFree', 'recoverFree'] as const) : (['maxPercent', 'recoverPercent'] as const);
  const watches = row.prefix_length === null ? 'the per cent used' : `blocks of /${row.prefix_length}`;
  return others.flatMap((path) =>
    patch[path] === undefined ? [] : [invalid(path, `the threshold watches ${watches}; it has no ${path}`, patch[path], null)],
  );
}

function invalid(path: string, message: string, value: unknown, conflictsWith: unknown): Problem {
  return { path, code: 'invalid_threshold', message, value, ...(conflictsWith === null ? {} : { conflictsWith }) };
}
