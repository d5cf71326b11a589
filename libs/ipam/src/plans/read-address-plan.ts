import type { Problem } from '@podspan/errors';
import { type LenientReading, pathOf, readLeniently } from '@podspan/platform';
import { z } from 'zod';
import { type DeclaredNames, declaredNames } from '../domain/declared-names.js';
import { AddressPlanBody, ClusterSpec, type PlanPools, Topology } from './plan-schemas.js';

/** A cluster and its position in the request. */
export interface PlacedSpec {
  readonly index: number;
  readonly spec: ClusterSpec;
}

/** The body of an address plan as far as it can be read; with `problems` it is judged further and never carried out. */
export interface ReadAddressPlan {
  readonly name: string | undefined;
  readonly clusters: readonly PlacedSpec[];
  readonly pools: { readonly [Member in keyof PlanPools]?: string | undefined };
  readonly topology: TopologyDraft | undefined;
  readonly declared: DeclaredNames;
  readonly problems: readonly Problem[];
}

/** A topology in which parts that cannot be read are holes, so that the others keep their positions. */
export type TopologyDraft = {
  readonly [Kind in keyof Topology]?: readonly (NonNullable<Topology[Kind]>[number] | undefined)[] | undefined;
};

/** Clusters and parts of the topology are read one by one, so that a wrong one does not hide what is wrong with the others. */
const Envelope = AddressPlanBody.extend({ clusters: z.array(z.unknown()).min(1).max(5000), topology: z.unknown().optional() });
const PartialPools = AddressPlanBody.shape.pools.partial();
const kinds = Object.keys(Topology.shape) as (keyof Topology)[];
const TopologyEnvelope = Topology.extend(Object.fromEntries(kinds.map((kind) => [kind, z.array(z.unknown()).max(10_000).optional()])));

export function readAddressPlan(body: unknown): ReadAddressPlan {
  const raw = objectOf(body);
  const envelope = readLeniently(Envelope, body ?? {});
  const clusters = listOf(raw['clusters']).map((entry, index) => ({ index, ...readCluster(entry, `clusters[${index}]`) }));
  const topology = raw['topology'] === undefined ? undefined : readTopology(raw['topology'], 'topology');
  return {
    name: envelope.value?.name,
    clusters: clusters.flatMap(({ index, value }) => (value === undefined ? [] : [{ index, spec: value }])),
    pools: readLeniently(PartialPools, raw['pools'] ?? {}).value ?? {},
    topology: topology?.value,
    declared: declaredNames(raw['topology']),
    problems: [...envelope.problems, ...clusters.flatMap(({ problems }) => problems), ...(topology?.problems ?? [])],
  };
}

/** What stands in for a member that must be there and is not, so that the others are judged all the same. */
const standIns = { name: 'nameless', subscriptionId: '-', resourceGroup: 'nameless', podCidrScope: 'REUSABLE', dataplane: 'AZURE' };

function readCluster(entry: unknown, path: string): LenientReading<ClusterSpec> {
  const reading = readLeniently(ClusterSpec, entry, path);
  if (reading.value !== undefined || Object.keys(objectOf(entry)).length === 0) return reading;
  const wrong = new Set(reading.problems.map((problem) => problem.path));
  // Such a data plane as the policy engine needs (OV-111).
  const dataplane = objectOf(entry)['networkPolicy'] === 'CILIUM' ? 'CILIUM' : standIns.dataplane;
  const mended = Object.fromEntries(Object.entries({ ...standIns, dataplane }).filter(([member]) => wrong.has(`${path}.${member}`)));
  const { value } = readLeniently(ClusterSpec, { ...objectOf(entry), ...mended });
  return { problems: reading.problems, ...(value === undefined ? {} : { value }) };
}

/** A topology read part by part. `path`: where it is in the request. */
export function readTopology(given: unknown, path = ''): { readonly value: TopologyDraft; readonly problems: readonly Problem[] } {
  const shape = readLeniently(TopologyEnvelope, given ?? {}, path);
  const problems = [...shape.problems];
  const parts = kinds.map((kind) => {
    const items = listOf(objectOf(given)[kind]).map((item, index) =>
      readLeniently(Topology.shape[kind].unwrap().element, item, `${pathOf(path, [kind])}[${index}]`),
    );
    problems.push(...items.flatMap((item) => item.problems));
    return [kind, items.map(({ value }) => value)] as const;
  });
  return { value: Object.fromEntries(parts), problems };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]).slice(0, 10_000) : [];
}
