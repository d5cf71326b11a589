import { describe, expect, it } from 'vitest';
import { readFleetFile, type LocatedProblem } from './read-fleet-file.js';

const FLEET = `apiVersion: podspan.dev/v1
kind: Fleet
addressSpaces:
  - name: corp
networks:
  - name: spoke
    kind: VIRTUAL_NETWORK
    region: westeurope
    subscriptionId: 11111111-1111-4111-8111-111111111111
    prefixes: [10.240.0.0/16]
pools:
  - name: nodes
    reuse: EXCLUSIVE
    cidrs: [10.240.0.0/12]
  - name: pods
    reuse: REUSABLE
    cidrs:
      - 192.168.0.0/16
clusterDefaults:
  resourceGroup: rg-{name}
  podCidrScope: REUSABLE
  dataplane: AZURE
  nodePools:
    - name: system
      mode: SYSTEM
      vmSize: Standard_D4s_v5
      count: 3
clusters:
  - name: one
    network: spoke
  - name: two
    network: spoke
    dataplane: CILIUM
rollout:
  name: first
  pools:
    nodeSubnet: nodes
    podCidr: pods
  strategy:
    maxFailures: 1
`;

/** The file with one line replaced or some appended. */
function read(change: (text: string) => string = (text) => text) {
  return readFleetFile('fleet.yaml', change(FLEET));
}

function shown(problems: readonly LocatedProblem[]): readonly string[] {
  return problems.map(({ file, line, column, path, code }) => `${file}:${line}:${column} ${path} ${code}`);
}

const replace = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

describe('a fleet file', () => {
  it('becomes one topology and one rollout, with defaults, the network and the templates filled in', () => {
    const { request, problems } = read();
    expect(problems).toEqual([]);
    expect(request?.topology).toMatchObject({
      addressSpaces: [{ name: 'corp' }],
      networks: [{ name: 'spoke', addressSpace: 'corp' }],
      pools: [{ name: 'nodes', addressSpace: 'corp' }, { name: 'pods' }],
      links: [],
      meshes: [],
    });
    expect(request?.rollout).toEqual({
      name: 'first',
      action: 'CREATE',
      pools: { nodeSubnet: 'nodes', podCidr: 'pods' },
      strategy: { maxFailures: 1 },
      clusters: [
        {
          name: 'one',
          network: 'spoke',
          region: 'westeurope',
          subscriptionId: '11111111-1111-4111-8111-111111111111',
          resourceGroup: 'rg-one',
          podCidrScope: 'REUSABLE',
          dataplane: 'AZURE',
          nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3 }],
        },
        expect.objectContaining({ name: 'two', dataplane: 'CILIUM', resourceGroup: 'rg-two' }),
      ],
    });
  });

  it.each([
    ['clusters[1].nodePools[0].maxPods', 24, 7],
    ['clusters[1].nodePools[0].count', 27, 14],
    ['clusters[1].dataplane', 33, 16],
    ['clusters[0].dataplane', 22, 14],
    ['clusters[0].region', 8, 13],
    ['clusters[0]', 29, 5],
    ['topology.networks[0].prefixes[0]', 10, 16],
    ['topology.pools[1].cidrs[0]', 18, 9],
    ['topology.networks[0].addressSpace', 6, 5],
    ['pools.podCidr', 38, 14],
    ['strategy.maxFailures', 40, 18],
    ['name', 35, 9],
  ])("shows the server's problem at %s on line %i, column %i", (path, line, column) => {
    expect(read().locate([{ path, code: 'x', message: 'm' }])[0]).toMatchObject({ path, line, column });
  });

  it('finds a range that clashes in the topology as a whole', () => {
    const located = read().locate([
      { path: 'topology', code: 'networks_overlap', message: 'm', value: '10.240.0.0/16' },
      { path: 'topology', code: 'x', message: 'm', value: '192.168.0.0/16' },
      { path: 'topology', code: 'x', message: 'm', value: '1.2.3.0/24' },
    ]);
    expect(located.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [10, 16],
      [18, 9],
    ]);
  });

  it('orders problems by line', () => {
    const located = read().locate(['strategy', 'clusters[1]', 'topology.pools[0]'].map((path) => ({ path, code: 'x', message: 'm' })));
    expect(located.map(({ line }) => line)).toEqual([12, 31, 39]);
  });
});

describe('what is wrong with a fleet file', () => {
  it('is told all at once, each with its line', () => {
    const bad = (text: string): string =>
      [
        replace('kind: VIRTUAL_NETWORK', 'kind: VIRTUAL_NETWRK'),
        replace('    count: 3', '    cont: 3'),
        replace('  - name: two', '  - name: one'),
        replace('    cidrs: [10.240.0.0/12]\n', ''),
      ].reduce((current, change) => change(current), text);
    expect(shown(read(bad).problems)).toEqual([
      'fleet.yaml:7:11 networks[0].kind invalid_value',
      'fleet.yaml:12:5 pools[0].cidrs required',
      'fleet.yaml:26:7 clusterDefaults.nodePools[0].cont unknown_key',
      'fleet.yaml:30:11 clusters[1].name duplicate_name',
    ]);
  });

  it('an unknown key is told with the one that was meant', () => {
    expect(read(replace('networks:\n', 'netwroks:\n')).problems[0]).toMatchObject({
      line: 5,
      column: 1,
      code: 'unknown_key',
      suggestion: 'networks',
    });
    expect(read(replace('  - name: one\n', '  - name: one\n    ingress: {kind: AGC, frontendd: 2}\n')).problems[0]).toMatchObject({
      path: 'clusters[0].ingress.frontendd',
      code: 'unknown_key',
      suggestion: 'frontends',
    });
    expect(read(replace('    maxFailures', '    maxFailure')).problems[0]).toMatchObject({
      line: 40,
      column: 5,
      code: 'unknown_key',
      suggestion: 'maxFailures',
    });
  });

  it('broken YAML is told with the place, a tab as such', () => {
    expect(shown(read(replace('    prefixes: [10.240.0.0/16]', '    prefixes: [10.240.0.0/16')).problems)[0]).toMatch(
      /^fleet\.yaml:1[01]:\d+ {2}yaml_syntax$/,
    );
    const [tab] = read(replace('    region: westeurope', '\tregion: westeurope')).problems;
    expect(tab).toMatchObject({ line: 8, code: 'yaml_syntax', suggestion: 'replace the tab by spaces' });
  });

  it('a key that stands twice is told, and the rest is checked all the same', () => {
    const { problems, request } = read((text) =>
      replace('dataplane: CILIUM', 'dataplane: CILIUM\n    dataplane: AZURE')(replace('mode: SYSTEM', 'mode: SISTEM')(text)),
    );
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [25, 'invalid_value'],
      [34, 'duplicate_key'],
    ]);
    expect(request?.rollout).toBeDefined();
  });

  it('a duplicate of any named thing is told with the first one', () => {
    expect(read(replace('  - name: pods', '  - name: nodes')).problems).toMatchObject([
      { line: 15, path: 'pools[1].name', code: 'duplicate_name', conflictsWith: 'pools[0]' },
    ]);
  });

  it('a link that stands twice is told, whichever way round', () => {
    const links =
      'links:\n  - {from: a, to: b, kind: PEERING}\n  - {from: b, to: a, kind: PEERING}\n  - {from: a, to: b, kind: VPN}\npools:';
    expect(shown(read(replace('pools:', links)).problems)).toEqual(['fleet.yaml:13:12 links[1].from duplicate_link']);
  });

  it('a cycle of parent pools is told once, with the way round', () => {
    const cycle = (text: string): string =>
      text
        .replace('  - name: nodes\n', '  - name: nodes\n    parentPool: pods\n')
        .replace('  - name: pods\n', '  - name: pods\n    parentPool: nodes\n');
    expect(read(cycle).problems).toMatchObject([
      {
        line: 13,
        column: 17,
        path: 'pools[0].parentPool',
        code: 'pool_cycle',
        message: "the pools are one another's parents: nodes -> pods -> nodes",
      },
    ]);
  });

  it('a second document, an empty file and a file that is no map are told', () => {
    expect(read((text) => `${text}---\nkind: Fleet\n`).problems).toMatchObject([{ code: 'several_documents', line: 41 }]);
    expect(readFleetFile('f', '').problems).toMatchObject([{ code: 'empty_file', line: 1 }]);
    expect(readFleetFile('f', '- 1\n').problems).toMatchObject([{ code: 'invalid_type', line: 1 }]);
  });

  it('aliases that multiply are refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`),
    ].join('\n');
    expect(readFleetFile('f', bomb).problems).toMatchObject([{ code: 'too_many_aliases' }]);
  });

  it('an anchor that is used sensibly is followed, and a problem stands where the text stands', () => {
    const anchored = read((text) =>
      text.replace('  nodePools:\n', '  nodePools: &pools\n').replace('  - name: two\n', '  - name: two\n    nodePools: *pools\n'),
    );
    expect(anchored.problems).toEqual([]);
    expect(anchored.locate([{ path: 'clusters[1].nodePools[0].count', code: 'x', message: 'm' }])).toMatchObject([
      { line: 27, column: 14 },
    ]);
  });

  it('a number where text belongs is told as YAML reads it', () => {
    expect(read(replace('    dataplane: CILIUM', '    kubernetesVersion: 1.30')).problems).toMatchObject([
      {
        line: 33,
        column: 24,
        code: 'invalid_type',
        message: 'must be text, but YAML reads 1.30 as a number; put it in quotes',
        suggestion: '"1.30"',
      },
    ]);
  });

  it('a member that neither cluster nor defaults give is told once for all clusters that lack it', () => {
    expect(shown(read(replace('  dataplane: AZURE\n', '')).problems)).toEqual(['fleet.yaml:28:5 clusters[0].dataplane required']);
    const unplaced = replace('    region: westeurope\n', '');
    expect(read(unplaced).problems.map(({ path }) => path)).toEqual(['clusters[0].region', 'clusters[1].region']);
  });

  it('a file that is too large is not read', () => {
    expect(readFleetFile('f', `a: ${'x'.repeat(10 * 1024 * 1024)}`).problems).toMatchObject([{ code: 'file_too_large' }]);
  });

  it('nesting without end is refused and not died of', () => {
    expect(readFleetFile('f', '['.repeat(20_000)).problems[0]?.code).toBe('yaml_syntax');
  });
});

describe('generate', () => {
  const generate =
    (extra = '', count = 5) =>
    (text: string) =>
      text.replace(
        /clusters:\n[\s\S]*?rollout:/,
        `generate:\n  count: ${count}\n  nameTemplate: aks-{region}-{index:02}-{n}\n  spreadOver:\n    - spoke\n    - network: far\n      region: eastus2\n      subscriptionId: s-2\n  template:\n    tags: {team: "t{n}", place: "{network}"}\n${extra}rollout:`,
      );

  const clusters = (extra?: string, count?: number): readonly { name: string; ingress?: unknown; tags?: unknown }[] =>
    (read(generate(extra, count)).request?.rollout?.['clusters'] ?? []) as { name: string }[];
  const names = (extra?: string, count?: number): readonly unknown[] => clusters(extra, count).map(({ name }) => name);

  it('spreads clusters over places in turn, and fills the template the same way every time', () => {
    expect(names()).toEqual(['aks-westeurope-01-1', 'aks-eastus2-02-1', 'aks-westeurope-03-2', 'aks-eastus2-04-2', 'aks-westeurope-05-3']);
    expect(names()).toEqual(names());
    expect(clusters()[3]).toMatchObject({
      region: 'eastus2',
      subscriptionId: 's-2',
      network: 'far',
      resourceGroup: 'rg-aks-eastus2-04-2',
      tags: { team: 't2', place: 'far' },
    });
  });

  it('applies overrides to the clusters they select, in order, and merges tags', () => {
    const overrides =
      '  overrides:\n    - select: {firstPerNetwork: 1}\n      set: {ingress: {kind: AGC}, tags: {tier: gold}}\n    - select: {names: [aks-eastus2-02-1]}\n      set: {ingress: {kind: NONE}}\n';
    const changed = clusters(overrides);
    expect(changed.map(({ ingress }) => ingress)).toEqual([{ kind: 'AGC' }, { kind: 'NONE' }, undefined, undefined, undefined]);
    expect(changed[0]?.tags).toEqual({ team: 't1', place: 'spoke', tier: 'gold' });
  });

  it('knows where every part of a generated cluster is written', () => {
    const overrides = '  overrides:\n    - select: {firstPerNetwork: 1}\n      set:\n        ingress:\n          kind: AGC\n';
    const lines = read(generate(overrides)).locate(
      ['clusters[1].name', 'clusters[1].region', 'clusters[1].ingress.kind', 'clusters[1].nodePools[0].maxPods', 'clusters[4]'].map(
        (path) => ({ path, code: 'x', message: 'm' }),
      ),
    );
    expect(Object.fromEntries(lines.map(({ path, line }) => [path, line]))).toEqual({
      'clusters[1].nodePools[0].maxPods': 24,
      'clusters[4]': 28,
      'clusters[1].name': 30,
      'clusters[1].region': 34,
      'clusters[1].ingress.kind': 42,
    });
  });

  it('tells a variable that does not exist, a selector that picks nothing and names that are not unique', () => {
    expect(read((text) => generate()(text).replace('{index:02}-{n}', '{indx}')).problems).toMatchObject([
      { line: 30, code: 'unknown_variable', value: '{indx}' },
    ]);
    expect(read(generate('  overrides:\n    - select: {names: [nobody]}\n      set: {dualStack: true}\n')).problems).toMatchObject([
      { line: 39, column: 24, code: 'selects_nothing', value: 'nobody' },
    ]);
    const repeated = read((text) => generate('', 3)(text).replace('{index:02}-{n}', 'x')).problems;
    expect(repeated).toMatchObject([{ line: 30, code: 'duplicate_name', value: 'aks-westeurope-x' }]);
  });

  it('looks into the block whether it is one or a list of them', () => {
    const list = read((text) => generate()(text).replace('generate:\n  count', 'generate:\n- cuont: 1\n  count'));
    expect(list.problems).toMatchObject([{ line: 29, code: 'unknown_key', suggestion: 'count' }]);
    expect(list.request?.rollout?.['clusters']).toHaveLength(5);
  });
});

describe('clusters without a rollout', () => {
  it('are told to need one', () => {
    const { problems } = read((text) => text.slice(0, text.indexOf('rollout:')));
    expect(problems).toMatchObject([{ line: 28, column: 1, path: 'rollout', code: 'required' }]);
  });
});
