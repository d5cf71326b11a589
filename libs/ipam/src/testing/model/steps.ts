import fc from 'fast-check';
import { strategies } from '../../domain/pool.js';
import { linkKinds } from '../../domain/link-kinds.js';

/** Which of the things there are is meant: the number modulo how many there are when the step is taken. */
const which = fc.nat(999);
/** Rarely a whole range, mostly a good part of it. */
const bits = fc.constantFrom(3, 2, 4, 1, 5, 3, 4, 0);
/** A block somewhere in a pool or in the world: an address by its number, and bits more than the range's own. */
const place = fc.record({ offset: fc.nat(127), bits });

const who = { owner: fc.nat(3), purpose: fc.nat(2) };
const how = {
  strategy: fc.option(fc.constantFrom(...strategies), { nil: undefined }),
  within: fc.option(fc.array(place, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 4 }),
  exclude: fc.option(fc.array(place, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 4 }),
};
const ask = { pool: which, bits, isSix: fc.boolean(), ...how };

const of = <D extends string, T>(what: D, rest: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<{ readonly do: D } & T> =>
  fc.record({ do: fc.constant(what), ...rest }) as unknown as fc.Arbitrary<{ readonly do: D } & T>;

const kinds = {
  allocate: of('allocate', { ...ask, ...who, reserve: fc.boolean() }),
  allocateExact: of('allocateExact', { pool: which, place, ...who, reserve: fc.boolean() }),
  batch: of('batch', {
    items: fc.array(fc.record({ ...ask, exact: fc.option(place, { nil: undefined, freq: 4 }) }), { minLength: 2, maxLength: 6 }),
  }),
  release: of('release', { which }),
  renew: of('renew', { which, reserve: fc.boolean() }),
  expand: of('expand', { which, by: fc.integer({ min: 1, max: 2 }) }),
  expire: of('expire', { which }),
  endDue: of('endDue', { pool: which }),
  quota: of('quota', { pool: which, addresses: fc.constantFrom(0, 4, 8, 16), allocations: fc.integer({ min: 0, max: 3 }) }),
  child: of('child', { pool: which, place, strategy: fc.constantFrom(...strategies) }),
  deletePool: of('deletePool', { pool: which }),
  prefixes: of('prefixes', { network: fc.nat(3), places: fc.array(place, { maxLength: 2 }), isSix: fc.boolean(), isForced: fc.boolean() }),
  link: of('link', { from: fc.nat(3), to: fc.nat(3), kind: fc.constantFrom(...linkKinds), isForced: fc.boolean() }),
  unlink: of('unlink', { which }),
  see: of('see', { places: fc.array(fc.record({ place, isSix: fc.boolean() }), { maxLength: 3 }) }),
  importRange: of('importRange', { place, isSix: fc.boolean() }),
  importAllocation: of('importAllocation', { pool: which, place, ...who }),
  plan: of('plan', { cluster: fc.nat(3), network: fc.nat(1), isUnique: fc.boolean(), isApart: fc.boolean() }),
  releasePlan: of('releasePlan', { which }),
  growPods: of('growPods', { cluster: fc.nat(3), by: fc.integer({ min: 1, max: 2 }) }),
  joinMesh: of('joinMesh', { cluster: fc.nat(3), isForced: fc.boolean() }),
  leaveMesh: of('leaveMesh', { cluster: fc.nat(3), isForced: fc.boolean() }),
  restart: of('restart', {}),
} as const;

type Kinds = typeof kinds;
export type Step = { [K in keyof Kinds]: Kinds[K] extends fc.Arbitrary<infer S> ? S : never }[keyof Kinds];
export type StepOf<D extends Step['do']> = Extract<Step, { readonly do: D }>;
export type Place = { readonly offset: number; readonly bits: number };

const weights: Partial<Record<keyof Kinds, number>> = {
  allocate: 16,
  allocateExact: 5,
  batch: 4,
  release: 8,
  expire: 5,
  expand: 5,
  renew: 3,
};

export const step: fc.Arbitrary<Step> = fc.oneof(
  ...(Object.keys(kinds) as (keyof Kinds)[]).map((kind) => ({ weight: weights[kind] ?? 2, arbitrary: kinds[kind] as fc.Arbitrary<Step> })),
);
