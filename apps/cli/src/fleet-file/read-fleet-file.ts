import type { Problem } from '@podspan/errors';
import { checkNames } from './check-names.js';
import { checkShape, type FileProblem } from './check-shape.js';
import { expandClusters, knownMembers } from './expand-clusters.js';
import { parsePath } from './paths.js';
import { readYaml, type Position, type ReadYaml, type YamlPath } from './read-yaml.js';
import { originOf, type Traced } from './traced.js';

type Json = Readonly<Record<string, unknown>>;

/** A problem with its place in the file; without one it concerns no line. */
export interface LocatedProblem extends Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What a fleet file asks of the API. */
export interface FleetRequest {
  /** Body of POST /v1/topologies. */
  readonly topology: Json;
  /** Body of POST /v1/rollouts; undefined when the file holds no clusters. */
  readonly rollout: Json | undefined;
}

export interface ReadFleet {
  readonly file: string;
  /** As much as can be read, so that the server can judge it even where the file itself has problems. undefined: nothing can be. */
  readonly request: FleetRequest | undefined;
  readonly problems: readonly LocatedProblem[];
  /** Puts the server's problems, whose paths are those of the request, on the lines of the file. */
  locate(problems: readonly Problem[]): readonly LocatedProblem[];
}

const KINDS = ['addressSpaces', 'networks', 'links', 'meshes', 'pools'] as const;

/** Reads a fleet file's text. Never throws: everything that is wrong is in `problems`, in the order of the lines. */
export function readFleetFile(file: string, text: string): ReadFleet {
  const yaml = readYaml(text);
  const textProblems: readonly LocatedProblem[] = yaml.problems.map(({ position, ...problem }) => ({ ...problem, file, ...position }));
  if (yaml.value === undefined)
    return { file, request: undefined, problems: textProblems, locate: (problems) => problems.map((problem) => ({ ...problem, file })) };
  if (typeof yaml.value !== 'object' || yaml.value === null || Array.isArray(yaml.value)) {
    const problem = {
      path: '',
      code: 'invalid_type',
      message: 'a fleet file is a map of keys: apiVersion, kind, networks, clusters ...',
      file,
      line: 1,
      column: 1,
    };
    return { file, request: undefined, problems: [...textProblems, problem], locate: () => [] };
  }
  const content = yaml.value as Json;
  const expanded = expandClusters(content);
  const place = (problem: FileProblem): LocatedProblem => located(problem, file, yaml);
  const found = [...checkShape(yaml), ...checkNames(content), ...expanded.problems, ...missingRollout(content, expanded.clusters.length)];
  const problems = [...textProblems, ...found.map(place)];
  return {
    file,
    request: requestOf(content, expanded.clusters),
    problems: inOrder(withoutRepeats(problems)),
    locate: (theirs) =>
      inOrder(
        theirs.map((problem) =>
          place({
            ...problem,
            ...(problem.code === 'unknown_field' ? { atKey: true } : {}),
            origin: originIn(content, expanded.clusters, parsePath(problem.path), problem.value),
          }),
        ),
      ),
  };
}

function requestOf(content: Json, clusters: readonly Traced[]): FleetRequest {
  const space = onlyAddressSpace(content);
  const topology = Object.fromEntries(KINDS.map((kind) => [kind, withAddressSpace(content[kind], kind, space)]));
  const rollout = content['rollout'];
  if (clusters.length === 0 && rollout === undefined) return { topology, rollout: undefined };
  return { topology, rollout: { action: 'CREATE', ...(typeof rollout === 'object' ? rollout : {}), clusters: clusters.map(knownMembers) } };
}

function missingRollout(content: Json, clusters: number): readonly FileProblem[] {
  if (clusters === 0 || content['rollout'] !== undefined) return [];
  const origin = [content['generate'] === undefined ? 'clusters' : 'generate'];
  return [
    {
      path: 'rollout',
      origin,
      code: 'required',
      message: "clusters come by a rollout, and 'rollout' is missing: give it a name and the pools the addresses come from",
      atKey: true,
    },
  ];
}

/** Where a file declares one address space, networks and pools need not name it. */
function onlyAddressSpace(content: Json): unknown {
  const spaces = content['addressSpaces'];
  const [only, another] = Array.isArray(spaces) ? (spaces as readonly unknown[]) : [];
  return another === undefined && typeof only === 'object' && only !== null ? Reflect.get(only, 'name') : undefined;
}

function withAddressSpace(items: unknown, kind: string, space: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  if (space === undefined || (kind !== 'networks' && kind !== 'pools')) return list;
  return list.map((item) => (typeof item === 'object' && item !== null ? { addressSpace: space, ...item } : item));
}

/** The place in the file that a path of the request comes from. */
function originIn(content: Json, clusters: readonly Traced[], path: YamlPath, value: unknown): YamlPath {
  const [root, second, ...rest] = path;
  if (root === 'topology') return second === undefined ? whereWritten(content, value) : [second, ...rest];
  if (root === 'clusters' && typeof second === 'number') {
    const cluster = clusters[second];
    return cluster === undefined ? ['clusters'] : originOf(cluster, rest);
  }
  // The body of POST /v1/topologies has the parts of the file at its root.
  if (root === undefined) return whereWritten(content, value);
  if (typeof second === 'number' && (KINDS as readonly (string | number)[]).includes(root)) return path;
  return content['rollout'] === undefined ? [] : ['rollout', ...path];
}

/** A range that clashes over a chain of links is of no one member of the request; it is written in some network or pool all the same. */
function whereWritten(content: Json, range: unknown): YamlPath {
  for (const [kind, member] of [
    ['networks', 'prefixes'],
    ['pools', 'cidrs'],
  ] as const) {
    const items: readonly unknown[] = Array.isArray(content[kind]) ? content[kind] : [];
    for (const [index, item] of items.entries()) {
      const ranges: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, member) : undefined;
      const at = Array.isArray(ranges) ? ranges.indexOf(range) : -1;
      if (at >= 0) return [kind, index, member, at];
    }
  }
  return [];
}

function located({ origin, atKey, ...problem }: FileProblem, file: string, yaml: ReadYaml): LocatedProblem {
  const position: Position | undefined = yaml.positionOf(origin, atKey === true ? 'key' : 'value');
  return { ...problem, file, ...position };
}

/** What is missing in a template is missing in every cluster made of it: it is told once. */
function withoutRepeats(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ line, column, code, message }) => {
    const key = JSON.stringify([line, column, code, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function inOrder(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
