import { readFleetFile, type ReadFleet } from '@podspan/cli';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAzureGround } from './azure-ground.js';
import { type Answer, BadInputBench, fixture, marksIn, marksOf } from './bad-input-bench.js';

let bench: BadInputBench;
let before: unknown;

beforeAll(async () => {
  bench = await BadInputBench.open();
  const made = await bench.podspan('apply', '-f', 'ground.yaml', '--yes', '--watch');
  expect(made.code).toBe(0);
  await makeAzureGround(bench);
  before = await bench.everything();
}, 120_000);
afterAll(() => bench.close());

/** Whatever was asked for: nothing new stands in Podspan, and Azure accepted no write. */
afterEach(async () => expect(await bench.everything()).toEqual(before));

/** What a fleet file asks of the API, and where its lines are. */
function requestOf(name: string): ReadFleet & { readonly body: Record<string, unknown>; readonly topology: unknown } {
  const fleet = readFleetFile(name, fixture(name));
  return { ...fleet, body: { ...fleet.request?.rollout }, topology: fleet.request?.topology };
}

const isNoTakenName = (mark: string): boolean => !mark.endsWith('name_taken');

function located({ locate }: ReadFleet, { body }: Answer): readonly string[] {
  return marksOf(locate(body.errors ?? []));
}

describe('what breaks a rule of the platform (bad inputs 1 to 16, 22 to 25, 27)', () => {
  it.each(['plan', 'apply'])('is refused by podspan %s, all of it, each on its line', async (command) => {
    const { code, problems } = await bench.refused(command, '-f', 'rules.yaml', ...(command === 'apply' ? ['--yes'] : []));
    expect(code).toBe(4);
    expect(marksOf(problems)).toEqual(marksIn('rules.yaml'));
  });

  it('says of each what the value is, what it conflicts with, how to mend it, and the rule', async () => {
    const { problems } = await bench.refused('plan', '-f', 'rules.yaml');
    const silent = problems.filter(({ path, value, suggestion, rule }) => [path, value, suggestion, rule].includes(undefined));
    expect(silent).toEqual([]);
    // Host bits conflict with nothing but the range's own length.
    expect(problems.filter(({ conflictsWith }) => conflictsWith === undefined).map(({ code }) => code)).toEqual(['cidr_not_canonical']);
  });

  it('is refused by a rollout and by its dry run', async () => {
    const fleet = requestOf('rules.yaml');
    for (const query of ['?dryRun=true', '']) {
      const answer = await bench.rest('POST', `/v1/rollouts${query}`, fleet.body);
      const marks = located(fleet, answer);
      expect([answer.status, marks.filter(isNoTakenName)]).toEqual([422, marksIn('rules.yaml')]);
      // The kubenet cluster is somebody else's as well: a plan shows it as BLOCKED, a start refuses it.
      expect(marks.filter((mark) => !isNoTakenName(mark))).toHaveLength(query === '' ? 1 : 0);
    }
  });

  it('is refused as well when a cluster is alone in its rollout, before it takes an address', async () => {
    const { body } = requestOf('rules.yaml');
    const all = (await bench.rest('POST', '/v1/rollouts?dryRun=true', body)).body.errors ?? [];
    const codesAt = (index: number) =>
      all
        .filter(({ path }) => path.startsWith(`clusters[${index}]`))
        .map(({ code }) => code)
        .sort();
    const alone = await Promise.all(
      (body['clusters'] as readonly unknown[]).map((cluster) => bench.rest('POST', '/v1/rollouts', { ...body, clusters: [cluster] })),
    );
    expect(
      alone.map(({ status, body: { errors } }) => [
        status,
        errors
          ?.map(({ code }) => code)
          .filter(isNoTakenName)
          .sort(),
      ]),
    ).toEqual(alone.map((_, index) => [422, codesAt(index)]));
  });

  it('is refused by an address plan as far as ranges, names and rules go', async () => {
    const fleet = requestOf('rules.yaml');
    const { clusters, pools } = fleet.body;
    for (const query of ['?dryRun=true', '']) {
      const answer = await bench.rest('POST', `/v1/address-plans${query}`, { clusters, pools });
      expect([answer.status, located(fleet, answer)]).toEqual([422, marksIn('rules.yaml', 'ipam')]);
    }
  });

  it('counts the clusters of a region (25, QUO-02)', async () => {
    const { code, problems } = await bench.refused('apply', '-f', 'quota.yaml', '--yes');
    expect([code, marksOf(problems)]).toEqual([4, marksIn('quota.yaml')]);
    expect(problems).toMatchObject([{ path: 'clusters[100].region', value: 'northeurope', conflictsWith: 100 }]);
    const { body } = requestOf('quota.yaml');
    const answers = await Promise.all(['?dryRun=true', ''].map((query) => bench.rest('POST', `/v1/rollouts${query}`, body)));
    expect(answers.map(({ status, body: { errors } }) => [status, errors?.map(({ code: found }) => found)])).toEqual([
      [422, ['cluster_quota_exceeded']],
      [422, ['cluster_quota_exceeded']],
    ]);
  });

  it('takes a gateway pool or subnet of another network for what it is (14, AGC-23)', async () => {
    const { body } = requestOf('ground.yaml');
    const [there] = body['clusters'] as readonly Record<string, unknown>[];
    const pools = { ...(body['pools'] as object), gatewaySubnet: 'peer-subnets' };
    const subnetId = `/subscriptions/${String(there?.['subscriptionId'])}/resourceGroups/rg-peer/providers/Microsoft.Network/virtualNetworks/peer/subnets/agc`;
    const cluster = { ...there, name: 'agc-elsewhere', ingress: { kind: 'AGC' } };
    const byPool = await bench.rest('POST', '/v1/rollouts', { ...body, name: 'elsewhere', clusters: [cluster], pools });
    expect([byPool.status, byPool.body.errors]).toMatchObject([
      422,
      [{ path: 'pools.gatewaySubnet', code: 'agc_vnet_mismatch', rule: 'AGC-23' }],
    ]);
    const byId = await bench.rest('POST', '/v1/rollouts?dryRun=true', {
      ...body,
      name: 'elsewhere',
      clusters: [{ ...cluster, ingress: { kind: 'AGC', subnetId } }],
    });
    expect([byId.status, byId.body.errors]).toMatchObject([
      422,
      [{ path: 'clusters[0].ingress.subnetId', code: 'agc_vnet_mismatch', rule: 'AGC-23' }],
    ]);
  });
});

describe('a file with some forty mistakes', () => {
  it.each(['plan', 'apply'])('is told all of them by podspan %s, each on its line', async (command) => {
    const { code, problems } = await bench.refused(command, '-f', 'mistakes.yaml', ...(command === 'apply' ? ['--yes'] : []));
    expect(marksOf(problems)).toEqual(marksIn('mistakes.yaml'));
    expect(problems.length).toBeGreaterThan(40);
    expect(code).toBe(4);
    expect(problems.find(({ path }) => path === 'pools[6].stratgy')?.suggestion).toBe('strategy');
  });

  it('is told to people with file, line, column, value and fix', async () => {
    const { code, out, err } = await bench.podspan('plan', '-f', 'mistakes.yaml');
    expect([code, out]).toEqual([4, '']);
    const line = marksIn('mistakes.yaml')
      .find((entry) => entry.endsWith('OV-13'))
      ?.split(' ')[0];
    expect(err).toContain(`mistakes.yaml:${line}:18  clusters[6].nodePools[0].maxPods`);
    expect(err).toMatch(/value 251, conflicts with 10\.\.250, rule OV-13, max_pods_out_of_range\n {4}fix: 250/);
  });

  it('is told by REST what REST can see of it', async () => {
    const { body, topology, locate, file } = requestOf('mistakes.yaml');
    const { status, body: answer } = await bench.rest('POST', '/v1/rollouts?dryRun=true', { ...body, topology });
    expect([status, file]).toEqual([422, 'mistakes.yaml']);
    const seen = new Set(locate(answer.errors ?? []).map(({ line }) => String(line)));
    // Unknown keys of clusters and of the file itself are not sent, nor is a template that is no name.
    const unseen = marksIn('mistakes.yaml').filter((entry) => !seen.has(entry.split(' ')[0] ?? ''));
    expect(unseen.every((entry) => /unknown_key|unknown_variable|duplicate_link|duplicate_name/.test(entry))).toBe(true);
    expect(unseen.length).toBeLessThan(8);
  });
});

describe('a file that only lacks addresses', () => {
  it('is a conflict, which other addresses would cure: exit 5', async () => {
    const file = bench.file(
      fixture('quota.yaml')
        .replace('count: 101', 'count: 3')
        .replace('north]', 'peer]')
        .replace('northeurope', 'westeurope')
        .replace('north-subnets', 'peer-subnets')
        .replace('count: 3, maxSurge', 'count: 900, maxSurge'),
    );
    for (const command of [['plan'], ['apply', '--yes']]) {
      const { code, problems } = await bench.refused(...command, '-f', file);
      expect([code, problems]).toMatchObject([5, [{ code: 'pool_exhausted', path: 'pools.nodeSubnet', line: 17 }]]);
    }
  });
});

describe('two mistakes on one line', () => {
  it('are two problems, at their columns', async () => {
    const file = bench.file(fixture('ground.yaml').replace('count: 3, maxSurge: 1', 'cuont: 3, count: 3, maxSurge: 1, maxPods: 251'));
    const { problems } = await bench.refused('plan', '-f', file);
    const line = problems.filter(({ path }) => path.startsWith('clusters[0].nodePools[0]'));
    expect(line.map(({ path, code, suggestion }) => [path, code, suggestion])).toEqual([
      ['clusters[0].nodePools[0].cuont', 'unknown_key', 'count'],
      ['clusters[0].nodePools[0].maxPods', 'max_pods_out_of_range', '250'],
    ]);
    expect(new Set(line.map((problem) => problem.line)).size).toBe(1);
  });
});

describe('a file of networks and pools alone', () => {
  it('is told all of its mistakes too', async () => {
    const file = bench.file(`apiVersion: podspan.dev/v1
kind: Fleet
networks:
  - {name: far, addressSpace: corp, kind: EXTERNAL, prefixes: [10.90.1.0/16]}
  - {name: near, addressSpace: atlantis, kind: EXTERNAL, prefixes: [10.91.0.0/16]}
links:
  - {from: far, to: near, kind: VPN}
  - {from: far, to: nobody, kind: VPN}
pools:
  - {name: over, addressSpace: corp, reuse: EXCLUSIVE, cidrs: [10.1.8.0/24]}
`);
    const { code, problems } = await bench.refused('apply', '--yes', '-f', file);
    expect([code, marksOf(problems)]).toEqual([4, ['10 pool_overlap', '4 host_bits_set', '5 unknown_reference', '8 unknown_reference']]);
  });
});

describe('a text that is no fleet file', () => {
  const head = 'apiVersion: podspan.dev/v1\nkind: Fleet\n';
  const bomb = `${head}a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`).join('\n')}\n`;

  it.each([
    ['broken YAML', `${head}networks: [{name: a\n`, 'yaml_syntax', 4],
    ['a tab', `${head}networks:\n\t- {name: a}\n`, 'yaml_syntax', 4],
    ['several documents', `${head}---\n${head}`, 'several_documents', 3],
    ['an anchor bomb', bomb, 'too_many_aliases', 1],
    ['nothing', '', 'empty_file', 1],
    ['a list', '- apiVersion: podspan.dev/v1\n', 'invalid_type', 1],
    ['a key twice', `${head}kind: Fleet\n`, 'duplicate_key', 3],
    ['another kind', 'apiVersion: podspan.dev/v1\nkind: Flee\n', 'invalid_value', 2],
  ])('%s is refused on its line', async (_, text, found, line) => {
    for (const command of [['plan'], ['apply', '--yes']]) {
      const { code, problems } = await bench.refused(...command, '-f', bench.file(text));
      expect([code, problems.map((problem) => [problem.line, problem.code])]).toEqual([4, expect.arrayContaining([[line, found]])]);
    }
  });
});
