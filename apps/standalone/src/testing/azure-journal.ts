import request from 'supertest';

export interface AcceptedWrite {
  readonly path: string;
  readonly type: string;
  readonly accepted: 'create' | 'update' | 'delete' | 'action';
}

/** Every write that Azure accepted, in order, as the emulator's journal has them. */
export async function acceptedWrites(azure: string): Promise<readonly AcceptedWrite[]> {
  const { body } = await request(azure).get('/_emulator/journal').query({ accepted: 'true' }).expect(200);
  return (body as { items: readonly AcceptedWrite[] }).items;
}

/** Resource ids that were created more than once; empty when every effect happened exactly once. */
export function createdTwice(writes: readonly AcceptedWrite[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { path, accepted } of writes) {
    if (accepted === 'create') times.set(path.toLowerCase(), (times.get(path.toLowerCase()) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count > 1).map(([path]) => path);
}

/** How many resources of each type were created. */
export function createdByType(writes: readonly AcceptedWrite[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type, accepted } of writes) if (accepted === 'create') counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
