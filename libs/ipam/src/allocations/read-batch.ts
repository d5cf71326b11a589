import { DomainError, type Problem } from '@podspan/errors';
import { type LenientReading, readLeniently } from '@podspan/platform';
import { AllocationBatchBody, MOST_ITEMS } from './allocation-schemas.js';

const Item = AllocationBatchBody.shape.items.element;

/** As much of a batch as can be read, and where its items were. */
export interface BatchReading extends LenientReading<AllocationBatchBody> {
  readonly places: readonly number[];
}

/**
 * Reads item by item, so that one that cannot be read does not hide what is wrong with the others. One that does not say who it is
 * for is judged as somebody's.
 */
export function readBatch(given: unknown): BatchReading {
  const whole = readLeniently(AllocationBatchBody, given);
  const listed = itemsOf(given);
  if (whole.value || !listed) return { ...whole, places: listed?.map((_, index) => index) ?? [] };
  const items: AllocationBatchBody['items'] = [];
  const places: number[] = [];
  listed.forEach((entry, index) => {
    const { value } = readLeniently(Item, entry);
    const read = value ?? readLeniently(Item, ofSomebody(entry, index)).value;
    if (!read) return;
    items.push(read);
    places.push(index);
  });
  return { problems: whole.problems, places, ...(items.length > 0 ? { value: { items } } : {}) };
}

/** Answers as the work does, with the items of its failure where they were in the request. */
export async function inPlace<T>(work: Promise<T>, places: readonly number[]): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { kind, code, message, facts } = error;
    throw new DomainError(kind, code, message, { facts, problems: error.problems.map((problem) => moved(problem, places)) });
  }
}

function moved(problem: Problem, places: readonly number[]): Problem {
  const at = (path: string): string => path.replace(/^items\[(\d+)\]/, (_, index: string) => `items[${places[Number(index)] ?? index}]`);
  const { path, conflictsWith } = problem;
  return { ...problem, path: at(path), ...(typeof conflictsWith === 'string' ? { conflictsWith: at(conflictsWith) } : {}) };
}

/** The list, when it is no longer than one may be. */
function itemsOf(given: unknown): readonly unknown[] | undefined {
  const items: unknown = typeof given === 'object' && given !== null && 'items' in given ? given.items : undefined;
  return Array.isArray(items) && items.length <= MOST_ITEMS ? items : undefined;
}

function ofSomebody(entry: unknown, index: number): unknown {
  return typeof entry === 'object' && entry !== null
    ? { ...entry, owner: { kind: 'TEAM', id: `unread ${index}` }, purpose: 'unread' }
    : entry;
}
