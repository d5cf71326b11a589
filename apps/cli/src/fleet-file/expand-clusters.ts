import type { FileProblem } from './check-shape.js';
import { CLUSTER_MEMBERS, REQUIRED_CLUSTER_MEMBERS } from './fleet-schema.js';
import { formatPath } from './paths.js';
import type { YamlPath } from './read-yaml.js';
import { isTemplate, renderTemplate, TEMPLATE_VARIABLES, type TemplateVariables } from './template.js';
import { mapTexts, mergeTraced, originOf, traced, withOrigin, type Traced } from './traced.js';

type Json = Readonly<Record<string, unknown>>;

export interface ExpandedClusters {
  readonly clusters: readonly Traced[];
  readonly problems: readonly FileProblem[];
}

/**
 * The clusters of a fleet file as the API takes them: first `clusters` in their order, then what `generate` makes. Each is
 * clusterDefaults, then the block's template, then its place, then its own members or the overrides that select it; region and
 * subscription come from the network where nothing says them. The same file always gives the same clusters. Takes the file as it
 * is, valid or not: what cannot be read is left out, the shape check tells it.
 */
export function expandClusters(file: Json): ExpandedClusters {
  const problems: FileProblem[] = [];
  const defaults = traced(objectOf(file['clusterDefaults']), ['clusterDefaults']);
  const networks = networksByName(file);
  const listed = listOf(file['clusters']).map((cluster, index) => {
    const origin = ['clusters', index];
    return withOrigin(mergeTraced(defaults, traced(objectOf(cluster), origin)), origin);
  });
  const literal = finished(listed, networks, problems);
  const blocks = blocksOf(file['generate']).flatMap(({ block, origin }) =>
    finished(generated(block, origin, defaults, networks, problems), networks, problems),
  );
  const clusters = [...literal, ...blocks];
  return { clusters, problems: [...problems, ...duplicateClusters(clusters), ...clusters.flatMap(missingMembers)] };
}

function generated(
  block: Json,
  origin: YamlPath,
  defaults: Traced,
  networks: ReadonlyMap<string, Traced>,
  problems: FileProblem[],
): readonly Traced[] {
  const places = listOf(block['spreadOver']);
  const count = typeof block['count'] === 'number' && Number.isInteger(block['count']) ? Math.min(block['count'], 5_000) : 0;
  if (places.length === 0 || typeof block['nameTemplate'] !== 'string') return [];
  const base = mergeTraced(defaults, traced(objectOf(block['template']), [...origin, 'template']));
  const name = traced({ name: block['nameTemplate'] }, origin);
  const named: Traced = { ...name, members: new Map([['name', { value: block['nameTemplate'], origin: [...origin, 'nameTemplate'] }]]) };
  const plain = Array.from({ length: count }, (_, index) => {
    const at = index % places.length;
    const placeOrigin = [...origin, 'spreadOver', at];
    const place = places[at];
    const part = typeof place === 'string' ? networkOnly(place, placeOrigin) : traced(objectOf(place), placeOrigin);
    return withOrigin(mergeTraced(mergeTraced(base, part), named), origin);
  });
  return overridden(plain, listOf(block['overrides']), [...origin, 'overrides'], networks, problems);
}

function networkOnly(network: string, origin: YamlPath): Traced {
  return { value: { network }, origin, members: new Map([['network', { value: network, origin }]]) };
}

/** Applies every override, in order, to the clusters it selects. Names are those the templates give. */
function overridden(
  clusters: readonly Traced[],
  overrides: readonly unknown[],
  root: YamlPath,
  networks: ReadonlyMap<string, Traced>,
  problems: FileProblem[],
): readonly Traced[] {
  const facts = finished(clusters, networks, []).map(({ value }) => value as Json);
  const rank = ranksPerNetwork(facts);
  return overrides.reduce<readonly Traced[]>((current, override, position) => {
    const origin = [...root, position];
    const { select, set } = objectOf(override);
    const selector = objectOf(select);
    const picked = facts.map((cluster, index) => selects(selector, cluster, rank[index] ?? 0));
    problems.push(...unmatched(selector, facts, picked, [...origin, 'select']));
    const part = traced(objectOf(set), [...origin, 'set']);
    return current.map((cluster, index) => (picked[index] === true ? withOrigin(mergeTraced(cluster, part), cluster.origin) : cluster));
  }, clusters);
}

function selects(selector: Json, cluster: Json, rankInNetwork: number): boolean {
  const among = (list: unknown, value: unknown): boolean => list === undefined || listOf(list).includes(value);
  const first = selector['firstPerNetwork'];
  return (
    among(selector['names'], cluster['name']) &&
    among(selector['networks'], cluster['network']) &&
    among(selector['regions'], cluster['region']) &&
    (typeof first !== 'number' || rankInNetwork <= first)
  );
}

/** A name that no cluster has, or a selector that picks none, is a slip of the pen. */
function unmatched(selector: Json, facts: readonly Json[], picked: readonly boolean[], origin: YamlPath): readonly FileProblem[] {
  const known = new Set(facts.map(({ name }) => name));
  const strangers = listOf(selector['names']).flatMap((name, index) => {
    if (known.has(name)) return [];
    const at = [...origin, 'names', index];
    return [
      {
        path: formatPath(at),
        origin: at,
        code: 'selects_nothing',
        message: `no cluster of this block is called '${String(name)}'`,
        value: name,
      },
    ];
  });
  if (strangers.length > 0 || facts.length === 0 || picked.includes(true)) return strangers;
  return [{ path: formatPath(origin), origin, code: 'selects_nothing', message: 'no cluster of this block is selected' }];
}

/** Fills in what the network says, then the templates. */
function finished(clusters: readonly Traced[], networks: ReadonlyMap<string, Traced>, problems: FileProblem[]): readonly Traced[] {
  const placed = clusters.map((cluster) => withPlace(cluster, networks));
  const ranks = ranksPerNetwork(placed.map(({ value }) => value as Json));
  return placed.map((cluster, index) => rendered(cluster, index + 1, ranks[index] ?? 0, problems));
}

function withPlace(cluster: Traced, networks: ReadonlyMap<string, Traced>): Traced {
  const network = networks.get(String((cluster.value as Json)['network']));
  const inherited = ['region', 'subscriptionId'].flatMap((member) => {
    const value = network?.members?.get(member);
    return value === undefined || cluster.members?.has(member) === true ? [] : [[member, value] as const];
  });
  if (inherited.length === 0) return cluster;
  const members = new Map([...(cluster.members ?? []), ...inherited]);
  return { origin: cluster.origin, members, value: Object.fromEntries([...members].map(([key, { value }]) => [key, value])) };
}

function rendered(cluster: Traced, index: number, n: number, problems: FileProblem[]): Traced {
  const { name, network, region, subscriptionId } = cluster.value as Json;
  const place = { index, n, ...textsOf({ network, region, subscriptionId }) };
  const own = typeof name === 'string' ? renderTemplate(name, place) : undefined;
  // A name that cannot be made stands for itself elsewhere, less what no name may hold: one slip, one problem.
  const variables: TemplateVariables = {
    ...place,
    ...(own === undefined ? {} : { name: 'text' in own ? own.text : String(name).replaceAll(/[{}:]/g, '') }),
  };
  const nameOrigin = cluster.members?.get('name')?.origin;
  return mapTexts(cluster, (text, origin) => {
    if (!isTemplate(text)) return text;
    const result = renderTemplate(text, origin === nameOrigin ? place : variables);
    if ('text' in result) return result.text;
    problems.push(unknownVariable(result.unknown, origin));
    return text;
  });
}

function unknownVariable(variable: string, origin: YamlPath): FileProblem {
  const message = `${variable} means nothing here; a template may use ${TEMPLATE_VARIABLES.map((name) => `{${name}}`).join(' ')} and pad numbers as in {index:02}`;
  return { path: formatPath(origin), origin, code: 'unknown_variable', message, value: variable };
}

function ranksPerNetwork(clusters: readonly Json[]): readonly number[] {
  const seen = new Map<unknown, number>();
  return clusters.map(({ network }) => {
    const rank = (seen.get(network) ?? 0) + 1;
    seen.set(network, rank);
    return rank;
  });
}

function duplicateClusters(clusters: readonly Traced[]): readonly FileProblem[] {
  const first = new Map<unknown, number>();
  return clusters.flatMap((cluster, index) => {
    const { name } = cluster.value as Json;
    const earlier = first.get(name);
    if (typeof name !== 'string' || isTemplate(name)) return [];
    if (earlier === undefined) {
      first.set(name, index);
      return [];
    }
    return [
      {
        path: `clusters[${index}].name`,
        origin: originOf(cluster, ['name']),
        code: 'duplicate_name',
        message: `two clusters are called '${name}'`,
        value: name,
        conflictsWith: `clusters[${earlier}]`,
      },
    ];
  });
}

function missingMembers(cluster: Traced, index: number): readonly FileProblem[] {
  const value = cluster.value as Json;
  return REQUIRED_CLUSTER_MEMBERS.filter((member) => value[member] === undefined).map((member) => ({
    path: `clusters[${index}].${member}`,
    origin: cluster.origin,
    code: 'required',
    message: `'${member}' is missing: neither the cluster nor clusterDefaults says it${member === 'region' || member === 'subscriptionId' ? ', nor does its network in this file' : ''}`,
  }));
}

/** Of two networks of one name, which is told elsewhere, the first counts. */
function networksByName(file: Json): ReadonlyMap<string, Traced> {
  const named = listOf(file['networks']).map(
    (network, index) => [String(objectOf(network)['name']), traced(objectOf(network), ['networks', index])] as const,
  );
  return new Map(named.reverse());
}

function blocksOf(generate: unknown): readonly { readonly block: Json; readonly origin: YamlPath }[] {
  if (Array.isArray(generate)) return generate.map((block, index) => ({ block: objectOf(block), origin: ['generate', index] }));
  return generate === undefined || generate === null ? [] : [{ block: objectOf(generate), origin: ['generate'] }];
}

/** Only the members a cluster has: an unknown key is told by the shape check and not sent. */
export function knownMembers(cluster: Traced): Json {
  return Object.fromEntries(Object.entries(cluster.value as Json).filter(([key]) => (CLUSTER_MEMBERS as readonly string[]).includes(key)));
}

function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
