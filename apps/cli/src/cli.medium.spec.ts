import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { MAX_BYTES } from './fleet-file/read-yaml.js';
import { run } from './program.js';
import { answer, contractServer, event, events, problem, TOKEN, type ContractServer } from './testing/contract-server.js';
import { DONE, FAILED, FLEET, PLAN, ROLLOUT } from './testing/fleet-answers.js';
import { testIo, type TestIo } from './testing/test-io.js';

let server: ContractServer;
let folder: string;

beforeEach(async () => {
  server = await contractServer();
  folder = mkdtempSync(join(tmpdir(), 'podspan-cli-'));
  writeFileSync(join(folder, 'fleet.yaml'), FLEET);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function podspan(args: string, options: Parameters<typeof testIo>[0] = {}): Promise<TestIo & { code: number }> {
  const io = testIo({ cwd: folder, ...options, env: { PODSPAN_TOKEN: TOKEN, ...options.env } });
  return { ...io, code: await run([...args.split(' '), '--server', server.url], io) };
}

const calls = (): readonly string[] => server.calls.map(({ method, url }) => `${method} ${url}`);

const tooManyPods = problem(422, 'max_pods_out_of_range', '2 problems', {
  errors: [0, 1].map((index) => ({
    path: `clusters[${index}].nodePools[0].maxPods`,
    code: 'max_pods_out_of_range',
    message: 'maxPods is 10 to 250',
    value: 251,
    suggestion: '250',
    rule: 'OV-13',
  })),
});

describe('podspan plan', () => {
  it('asks once, writes nothing and shows addresses, sharing, savings, warnings, calls and time', async () => {
    server.on('POST /v1/rollouts?dryRun', answer(200, PLAN));
    const { code, out } = await podspan('plan -f fleet.yaml');
    expect(code).toBe(0);
    expect(calls()).toEqual(['POST /v1/rollouts?dryRun=true']);
    expect(server.calls[0]?.body).toMatchObject({
      name: 'first',
      action: 'CREATE',
      topology: { networks: [{ name: 'spoke', addressSpace: 'corp' }] },
      clusters: [{ name: 'one', resourceGroup: 'rg-one' }, { name: 'two' }],
    });
    expect(out()).toMatchInlineSnapshot(`
      "CLUSTER  REGION      NODE SUBNET    POD CIDR        GROWTH  SERVICE CIDR   GATEWAY SUBNET  PEAK
      one      westeurope  10.240.0.0/24  192.168.0.0/16  -       172.16.0.0/16  10.240.9.0/24   3
      two      westeurope  10.240.1.0/24  192.168.0.0/16  -       172.16.0.0/16  -               3

      Pod ranges
        192.168.0.0/16  shared by 2 clusters (westeurope)
        192.168.0.0/16  refused for 1 cluster in westeurope: overlaps 192.168.128.0/17 of acquired [OV-35, spoke -> hub -> acquired]

      Addresses: 400 of the network instead of 12,000 in flat mode; 11,600 saved

      Resources: 20 to create, 0 to update, 1 there already, 0 blocked
      Waves: all (2, 2 at a time)
      Azure calls, arm writes: 21
      Time: 5 min to 1 h 30 min

      Warnings
      fleet.yaml:23:5  clusters[1].growthFactor  no room to grow
          no_growth
      "
    `);
  });

  it('says the same as a document', async () => {
    server.on('POST /v1/rollouts?dryRun', answer(200, PLAN));
    const json = await podspan('plan -f fleet.yaml --output json');
    expect(JSON.parse(json.out())).toMatchObject({
      plan: { clusters: [{ name: 'one' }, { name: 'two' }] },
      warnings: [{ file: 'fleet.yaml', line: 23 }],
    });
    const yaml = await podspan('plan -f fleet.yaml --output yaml');
    expect(parse(yaml.out())).toEqual(JSON.parse(json.out()));
  });

  it('shows what the server refuses on the line that causes it, once, and exits 4', async () => {
    writeFileSync(join(folder, 'fleet.yaml'), FLEET.replace('maxPods: 250', 'maxPods: 251'));
    server.on('POST /v1/rollouts?dryRun', tooManyPods);
    const { code, err, out } = await podspan('plan -f fleet.yaml');
    expect(code).toBe(4);
    expect(out()).toBe('');
    expect(err()).toBe(`podspan: fleet.yaml is refused: 2 problems
fleet.yaml:20:16  clusters[0].nodePools[0].maxPods  maxPods is 10 to 250 (and 1 more: clusters[1].nodePools[0].maxPods)
    value 251, rule OV-13, max_pods_out_of_range
    fix: 250
`);
  });

  it("tells its own problems and the server's together, in the order of the lines", async () => {
    writeFileSync(
      join(folder, 'fleet.yaml'),
      FLEET.replace('maxPods: 250', 'maxPods: 251')
        .replace('kind: VIRTUAL_NETWORK', 'kind: VNET')
        .replace('podCidr: pods', 'podCdir: pods'),
    );
    server.on('POST /v1/rollouts?dryRun', tooManyPods);
    const { code, out } = await podspan('plan -f fleet.yaml --output json');
    expect(code).toBe(4);
    const { error } = JSON.parse(out()) as { error: { code: string; problems: { line: number; code: string }[] } };
    expect(error.code).toBe('invalid_fleet_file');
    expect(error.problems.map(({ line, code: found }) => [line, found])).toEqual([
      [7, 'invalid_value'],
      [20, 'max_pods_out_of_range'],
      [20, 'max_pods_out_of_range'],
      [26, 'required'],
      [28, 'unknown_key'],
    ]);
  });

  it('tells what is wrong with a file also where no server answers', async () => {
    writeFileSync(join(folder, 'fleet.yaml'), 'apiVersion: podspan.dev/v1\nkind: Fleet\nnetworks: [\n');
    await server.close();
    const { code, err } = await podspan('plan -f fleet.yaml');
    expect(code).toBe(4);
    expect(err()).toMatch(/^podspan: fleet\.yaml is refused: one problem\nfleet\.yaml:\d+:\d+ {2}.*\n {4}yaml_syntax/);
  });

  it('of a file that was applied says so', async () => {
    const errors = ['one', 'two'].map((name, index) => ({
      path: `clusters[${index}].name`,
      code: 'name_taken',
      message: `a cluster '${name}' exists already`,
      value: name,
      conflictsWith: 'rollout first',
    }));
    server.on('POST /v1/rollouts?dryRun', problem(422, 'name_taken', '2 problems', { errors }));
    const { code, out } = await podspan('plan -f fleet.yaml');
    expect([code, out()]).toEqual([0, 'The rollout first has made these clusters already: podspan rollout show first\n']);
  });

  it('of clusters that another rollout has made says which', async () => {
    const errors = [
      {
        path: 'clusters[0].name',
        code: 'name_taken',
        message: "a cluster 'one' exists already",
        value: 'one',
        conflictsWith: 'rollout other',
      },
    ];
    server.on('POST /v1/rollouts?dryRun', problem(422, 'name_taken', 'x', { errors }));
    const { code, err } = await podspan('plan -f fleet.yaml');
    expect([code, err()]).toEqual([
      4,
      "podspan: fleet.yaml is refused: one problem\nfleet.yaml:22:12  clusters[0].name  a cluster 'one' exists already\n    value one, conflicts with rollout other, name_taken\n",
    ]);
  });

  it('reads standard input for -, and says so of its lines', async () => {
    server.on('POST /v1/rollouts?dryRun', answer(200, PLAN));
    expect((await podspan('plan -f -', { stdin: [FLEET.slice(0, 100), FLEET.slice(100)] })).code).toBe(0);
    const { code, err } = await podspan('plan -f -', { stdin: ['apiVersion: podspan.dev/v1\nkind: Flee\n'] });
    expect([code, err()]).toEqual([4, expect.stringContaining('-:2:')]);
    expect((await podspan('apply -f -', { stdin: [FLEET] })).code).toBe(2);
    expect((await podspan('plan -f -')).code).toBe(4);
  });

  it('refuses a file that is too long or not UTF-8 without reading on', async () => {
    const { code, err } = await podspan('plan -f -', { stdin: ['#'.repeat(MAX_BYTES), '#'.repeat(MAX_BYTES), 'never read'] });
    expect([code, err()]).toEqual([4, expect.stringContaining('file_too_large')]);
    writeFileSync(join(folder, 'latin.yaml'), Buffer.from([0x6b, 0xe9, 0x0a]));
    expect((await podspan('plan -f latin.yaml')).err()).toBe('podspan: cannot read latin.yaml: it is not UTF-8\n');
  });

  it('of a file without clusters shows what would become of its networks and pools', async () => {
    writeFileSync(join(folder, 'fleet.yaml'), FLEET.slice(0, FLEET.indexOf('clusterDefaults')));
    server.on('POST /v1/topologies?dryRun', answer(200, { changes: [{ kind: 'NETWORK', name: 'spoke', change: 'CREATED' }] }));
    const { code, out } = await podspan('plan -f fleet.yaml');
    expect([code, out()]).toEqual([0, 'created 1 network: spoke\n']);
  });
});

describe('podspan apply', () => {
  const topology = answer(200, {
    changes: [
      { kind: 'ADDRESS_SPACE', name: 'corp', change: 'CREATED' },
      { kind: 'NETWORK', name: 'spoke', change: 'UNCHANGED' },
    ],
  });

  function willing(): ContractServer {
    let started = false;
    return server
      .on('POST /v1/rollouts?dryRun', answer(200, PLAN))
      .on('POST /v1/topologies', topology)
      .on('GET /v1/rollouts/first', (call, response) =>
        (started ? answer(200, ROLLOUT) : problem(404, 'not_found', 'none'))(call, response),
      )
      .on('POST /v1/rollouts', (call, response) => {
        answer(started ? 200 : 202, ROLLOUT)(call, response);
        started = true;
      });
  }

  it('plans first, then writes topology and rollout with keys, and says what it created and left', async () => {
    willing();
    const { code, out } = await podspan('apply -f fleet.yaml --yes');
    expect(code).toBe(0);
    expect(calls()).toEqual(['GET /v1/rollouts/first', 'POST /v1/rollouts?dryRun=true', 'POST /v1/topologies', 'POST /v1/rollouts']);
    expect(out()).toContain('created 1 address space: corp\nleft    1 network\ncreated rollout first\n');
    const keys = server.calls.map(({ headers }) => headers['idempotency-key']);
    expect(keys[3]).toMatch(/^first-[0-9a-f]{32}$/);
    expect(server.calls[3]?.body['topology']).toBeUndefined();
  });

  it('done twice is done once: the same keys, and everything is left', async () => {
    willing();
    await podspan('apply -f fleet.yaml --yes');
    const second = await podspan('apply -f fleet.yaml --yes');
    expect(second.code).toBe(0);
    expect(second.out()).toContain('left    rollout first (RUNNING)');
    const posts = server.calls.filter(({ url, method }) => method === 'POST' && url === '/v1/rollouts');
    expect(posts).toHaveLength(2);
    expect(posts[0]?.headers['idempotency-key']).toBe(posts[1]?.headers['idempotency-key']);
  });

  it.each([
    ['refused by the rules', tooManyPods, 4],
    [
      'without addresses left',
      problem(409, 'pool_exhausted', 'the pool nodes has no /24 left', {
        errors: [{ path: 'pools.nodeSubnet', code: 'pool_exhausted', message: 'no /24 left' }],
      }),
      5,
    ],
  ])('writes nothing for a file that is %s', async (_, refusal, exit) => {
    willing().on('POST /v1/rollouts?dryRun', refusal);
    const { code } = await podspan('apply -f fleet.yaml --yes');
    expect(code).toBe(exit);
    expect(calls().filter((call) => call.startsWith('POST') && !call.includes('dryRun'))).toEqual([]);
  });

  it('writes nothing when the rollout of that name came from another content', async () => {
    willing();
    await podspan('apply -f fleet.yaml --yes');
    server.on('POST /v1/rollouts', problem(409, 'name_taken', "there is a rollout 'first' already, with another request"));
    const before = server.calls.length;
    const { code, err } = await podspan('apply -f fleet.yaml --yes');
    expect([code, err()]).toEqual([5, "podspan: there is a rollout 'first' already, with another request\n"]);
    expect(calls().slice(before)).toEqual(['GET /v1/rollouts/first', 'POST /v1/rollouts']);
  });

  it('asks on a terminal and writes nothing without a yes', async () => {
    willing();
    const refused = await podspan('apply -f fleet.yaml', { confirm: false });
    expect([refused.code, refused.err()]).toEqual([0, 'podspan: nothing was applied\n']);
    expect(calls()).not.toContain('POST /v1/topologies');
    expect((await podspan('apply -f fleet.yaml', { confirm: true })).code).toBe(0);
  });

  it('where nobody can be asked wants --yes', async () => {
    willing();
    const { code, err } = await podspan('apply -f fleet.yaml');
    expect(code).toBe(2);
    expect(err()).toContain('--yes');
  });

  describe('--watch', () => {
    const story = [
      event(1, 'rollout.created', { data: { clusters: 2 } }),
      event(2, 'wave.opened', { wave: 'all' }),
      event(3, 'item.started', { wave: 'all', cluster: 'one' }),
      event(4, 'item.step', { wave: 'all', cluster: 'one', data: { step: 'cluster', title: 'cluster', to: 'RUNNING' } }),
      event(5, 'item.succeeded', { wave: 'all', cluster: 'one' }),
      event(6, 'item.failed', {
        wave: 'all',
        cluster: 'two',
        data: { failure: { code: 'QuotaExceeded', message: 'no\n cores', mustAct: 'USER' } },
      }),
      event(7, 'rollout.done', { data: { lifecycle: 'DONE', outcome: 'FAILED' } }),
    ];

    it('prints one line per event into a pipe and ends with the outcome', async () => {
      willing().on(
        'GET /v1/rollouts/first/events',
        events(...story.slice(0, 5), event(6, 'rollout.done', { data: { outcome: 'SUCCEEDED' } })),
      );
      server.on('POST /v1/rollouts', (call, response) => {
        answer(202, ROLLOUT)(call, response);
        server.on('GET /v1/rollouts/first', answer(200, DONE));
      });
      const { code, out } = await podspan('apply -f fleet.yaml --yes --watch');
      expect(code).toBe(0);
      expect(out().split('\n').slice(-8)).toEqual([
        '2026-11-23T10:00:01.000Z #1 - rollout.created 2 clusters',
        '2026-11-23T10:00:02.000Z #2 all wave.opened',
        '2026-11-23T10:00:03.000Z #3 all/one item.started',
        "2026-11-23T10:00:04.000Z #4 all/one item.step 'cluster' RUNNING",
        '2026-11-23T10:00:05.000Z #5 all/one item.succeeded',
        '2026-11-23T10:00:06.000Z #6 - rollout.done SUCCEEDED',
        'rollout first: SUCCEEDED, 2 of 2 succeeded',
        '',
      ]);
    });

    it('exits 6 when the rollout fails', async () => {
      willing()
        .on('GET /v1/rollouts/first/events', events(...story))
        .on('GET /v1/rollouts/first', answer(200, FAILED));
      const { code, out } = await podspan('rollout watch first');
      expect(code).toBe(6);
      expect(out()).toContain('#6 all/two item.failed QuotaExceeded: no cores\n');
      expect(out()).toContain('rollout first: FAILED, 1 of 2 succeeded, 1 failed: podspan rollout show first\n');
    });

    it('draws bars on a terminal and no line per event', async () => {
      willing()
        .on('GET /v1/rollouts/first/events', events(...story))
        .on('GET /v1/rollouts/first', answer(200, FAILED));
      const { code, out } = await podspan('rollout watch first', { terminal: 80, env: { NO_COLOR: '1' } });
      expect(code).toBe(6);
      expect(out()).toContain('first  FAILED  1/2 done  0 running  1 failed');
      expect(out()).toMatch(/all {2}█{40} 2\/2 {2}1 failed/);
      expect(out()).toContain('failed: two  QuotaExceeded: no cores');
      expect(out()).not.toContain('item.succeeded');
    });

    it('as JSON gives one document per line', async () => {
      server.on('GET /v1/rollouts/first/events', events(...story)).on('GET /v1/rollouts/first', answer(200, FAILED));
      const { out } = await podspan('rollout watch first --output json');
      expect(
        out()
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { sequence: number }).sequence),
      ).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('stops watching on Ctrl-C, says that the rollout goes on, and exits 130', async () => {
      const io = testIo({ cwd: folder, env: { PODSPAN_TOKEN: TOKEN } });
      server.on('GET /v1/rollouts/first', answer(200, ROLLOUT)).on('GET /v1/rollouts/first/events', (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(event(1, 'rollout.created'))}\n\n`, () => io.leave());
      });
      expect(await run(['rollout', 'watch', 'first', '--server', server.url], io)).toBe(130);
      expect(io.err()).toContain('the rollout goes on: podspan rollout watch first');
    });
  });
});

describe('podspan, command by command', () => {
  it.each([
    ['rollout pause first', 'POST /v1/rollouts/first/pause', {}],
    ['rollout resume first', 'POST /v1/rollouts/first/resume', {}],
    ['rollout cancel first --mode ABORT', 'POST /v1/rollouts/first/cancel', { mode: 'ABORT' }],
    ['rollout retry first --cluster one two', 'POST /v1/rollouts/first/retry', { clusters: ['one', 'two'] }],
    ['rollout skip first --wave all', 'POST /v1/rollouts/first/skip', { wave: 'all' }],
    ['rollout approve first --wave all --comment ok', 'POST /v1/rollouts/first/approve', { wave: 'all', comment: 'ok' }],
    ['rollout reject first', 'POST /v1/rollouts/first/reject', {}],
  ])('%s is %s', async (command, route, body) => {
    server.on(route, answer(200, { ...ROLLOUT, lifecycle: 'PAUSED', waitingFor: 'resume' }));
    const { code, out } = await podspan(command);
    expect([code, out()]).toEqual([0, 'rollout first: PAUSED, waiting for resume\n']);
    expect(server.calls[0]?.body).toEqual(body);
  });

  it('rollout start shows the plan, sends what was asked for, and confirms it', async () => {
    const changes = [{ member: 'kubernetesVersion', from: '1.34.2', to: '1.35.2' }];
    const resources = { create: 0, update: 1, delete: 0, none: 0, blocked: 0 };
    const plan = { name: 'up', action: 'UPGRADE', clusters: [{ name: 'one', wave: 'all', changes }], resources, warnings: [] };
    server.on('POST /v1/rollouts?dryRun', answer(200, plan)).on('POST /v1/rollouts', answer(202, { ...ROLLOUT, name: 'up' }));
    const command = 'rollout start up --action upgrade --selector region=westeurope --kubernetes-version 1.35 --max-failures 5%';
    const dry = await podspan(`${command} --dry-run`);
    expect([dry.code, dry.out()]).toEqual([0, expect.stringContaining('1.35.2')]);
    const { code } = await podspan(`${command} --yes`);
    expect(code).toBe(0);
    const asked = {
      name: 'up',
      action: 'UPGRADE',
      selector: { region: ['westeurope'] },
      upgrade: { kubernetesVersion: '1.35' },
      strategy: { maxFailures: '5%' },
    };
    expect(server.calls.map(({ body }) => body)).toEqual([asked, asked, { ...asked, confirmIrreversible: true }]);
    expect((await podspan('rollout start up --action upgrade --selector region --yes')).code).toBe(2);
  });

  it('rollout list and show', async () => {
    const item = {
      cluster: 'two',
      wave: 'all',
      state: 'FAILED',
      attempt: 1,
      stepTitle: 'cluster',
      waitingFor: null,
      mustAct: 'USER',
      lastError: { code: 'QuotaExceeded', message: 'no cores' },
    };
    server
      .on('GET /v1/rollouts', answer(200, { items: [ROLLOUT], nextCursor: null }))
      .on('GET /v1/rollouts/first', answer(200, FAILED))
      .on('GET /v1/rollouts/first/items', answer(200, { items: [item], nextCursor: null }));
    expect((await podspan('rollout list')).out()).toMatch(/^ROLLOUT +ACTION +LIFECYCLE[^\n]*\nfirst +CREATE +RUNNING +- +0\/2 +2 +0 /);
    const shown = await podspan('rollout show first');
    expect(shown.out()).toContain('first  CREATE  FAILED\nWAVE  STATE    TOTAL');
    expect(shown.out()).toMatch(/two +all +FAILED +cluster +1 +USER +QuotaExceeded: no cores/);
  });

  it('pool list, show and free', async () => {
    const pool = {
      id: '1',
      name: 'nodes',
      addressSpace: 'corp',
      cidrs: ['10.240.0.0/12'],
      reuse: 'EXCLUSIVE',
      network: null,
      parentPool: null,
    };
    server
      .on('GET /v1/pools', answer(200, { items: [pool], nextCursor: null }))
      .on('GET /v1/pools/nodes', answer(200, pool))
      .on(
        'GET /v1/pools/nodes/utilization',
        answer(200, {
          usedAddresses: '256',
          totalAddresses: '1048576',
          percent: 0.02,
          largestFreePrefixLength: 13,
          freeByPrefixLength: {},
        }),
      )
      .on('GET /v1/pools/nodes/free', answer(200, { items: [{ cidr: '10.248.0.0/13', addresses: '524288' }], nextCursor: null }))
      .on('GET /v1/pools/nodes/available', answer(200, { items: [{ cidr: '10.240.1.0/24', addresses: '256' }], nextCursor: null }));
    expect((await podspan('pool list')).out()).toMatch(/nodes +corp +EXCLUSIVE +10\.240\.0\.0\/12/);
    expect((await podspan('pool show nodes')).out()).toContain('used 256 of 1048576 addresses (0.02 %), largest free block /13');
    expect((await podspan('pool free nodes')).out()).toContain('10.248.0.0/13  524288');
    expect((await podspan('pool free nodes --prefix-length 24 --count 1')).out()).toContain('10.240.1.0/24');
    expect(calls().at(-1)).toBe('GET /v1/pools/nodes/available?prefixLength=24&count=1');
  });

  it('ingress list, and manifests byte by byte as the server sends them', async () => {
    const gateway = {
      name: 'shop',
      cluster: 'one',
      kind: 'AGC',
      deployment: 'BYO',
      status: 'READY',
      frontends: [{ name: 'frontend', fqdn: 'a.fz01.alb.azure.com' }],
    };
    const yaml = 'apiVersion: v1\nkind: Namespace\n---\nkind: Gateway\n';
    server
      .on('GET /v1/ingress-gateways', answer(200, { items: [gateway], nextCursor: null }))
      .on('GET /v1/ingress-gateways/shop/manifests', (_call, response) =>
        response.writeHead(200, { 'content-type': 'application/yaml' }).end(yaml),
      );
    expect((await podspan('ingress list')).out()).toMatch(/shop +one +AGC +BYO +READY +a\.fz01\.alb\.azure\.com/);
    const { code, out } = await podspan('ingress manifests shop');
    expect([code, out()]).toEqual([0, yaml]);
    expect(server.calls.at(-1)?.headers['accept']).toBe('application/yaml');
    expect((await podspan('ingress manifests none')).code).toBe(3);
    await podspan('ingress manifests shop --api INGRESS --format yaml');
    expect(calls().at(-1)).toBe('GET /v1/ingress-gateways/shop/manifests?api=INGRESS&format=yaml');
    expect((await podspan('ingress manifests shop --format yaml --out somewhere')).code).toBe(2);
  });

  it('ingress manifests writes a folder, and nothing outside it', async () => {
    const files = { 'kustomization.yaml': 'kind: Kustomization\n', 'templates/ingress.yaml': 'kind: Ingress\n' };
    server
      .on('GET /v1/ingress-gateways/shop/manifests', answer(200, files))
      .on('GET /v1/ingress-gateways/bad/manifests', answer(200, { '../outside.yaml': 'x' }));
    const { code, out } = await podspan(`ingress manifests shop --format kustomize --out deploy`);
    expect([code, out()]).toEqual([0, `${folder}/deploy/kustomization.yaml\n${folder}/deploy/templates/ingress.yaml\n`]);
    expect(readFileSync(join(folder, 'deploy/templates/ingress.yaml'), 'utf8')).toBe('kind: Ingress\n');
    expect((await podspan(`ingress manifests bad --format kustomize --out deploy`)).code).toBe(2);
  });

  it('allocate prints the block alone, release what was given back', async () => {
    const allocation = {
      id: 'a1',
      pool: 'nodes',
      cidr: '10.240.1.0/24',
      status: 'ACTIVE',
      owner: { kind: 'TEAM', id: 'pay' },
      purpose: 'x',
    };
    server
      .on('POST /v1/pools/nodes/allocations', answer(201, allocation))
      .on('POST /v1/allocations/a1/release', answer(200, { ...allocation, status: 'RELEASED' }));
    const taken = await podspan('allocate nodes --prefix-length 24 --owner TEAM/pay --purpose x --label a=b --idempotency-key k1');
    expect([taken.code, taken.out()]).toEqual([0, '10.240.1.0/24\n']);
    expect(server.calls[0]).toMatchObject({
      headers: { 'idempotency-key': 'k1' },
      body: { prefixLength: 24, owner: { kind: 'TEAM', id: 'pay' }, purpose: 'x', labels: { a: 'b' } },
    });
    expect((await podspan('release a1')).out()).toBe('released 10.240.1.0/24 of nodes (RELEASED)\n');
  });

  it('search, conflicts, simulate and reuse check', async () => {
    const clash = {
      kind: 'POD_RANGE',
      rule: 'OV-35',
      ranges: [
        { cidr: '192.168.0.0/16', holderKind: 'CLUSTER', holder: 'one' },
        { cidr: '192.168.128.0/17', holderKind: 'NETWORK', holder: 'acquired' },
      ],
      path: ['spoke', 'acquired'],
      message: 'overlap',
    };
    server
      .on(
        'GET /v1/search',
        answer(200, {
          items: [{ kind: 'NETWORK', name: 'spoke', cidr: '10.240.0.0/16', addressSpace: 'corp', pool: null, status: null }],
          nextCursor: null,
        }),
      )
      .on('GET /v1/conflicts', answer(200, { items: [{ ...clash, since: '2026-11-23T10:00:00Z', ageSeconds: 3 }], nextCursor: null }))
      .on('POST /v1/topology/simulate', answer(200, { conflicts: [clash], resolved: [] }))
      .on(
        'POST /v1/reuse/check',
        answer(200, {
          allowed: false,
          reasons: [{ rule: 'OV-35', clusters: ['one'], path: ['spoke', 'acquired'], message: 'overlaps acquired' }],
        }),
      );
    expect((await podspan('search --contains 10.240.0.4')).out()).toMatch(/NETWORK +10\.240\.0\.0\/16 +spoke/);
    await podspan('search 10.240.0.4');
    expect(Object.fromEntries(server.calls.at(-1)?.query ?? [])).toMatchObject({ contains: '10.240.0.4' });
    await podspan('search 10.240.0.0/24');
    expect(Object.fromEntries(server.calls.at(-1)?.query ?? [])).toMatchObject({ overlaps: '10.240.0.0/24' });
    expect((await podspan('search 10.240.0.4 --within 10.0.0.0/8')).code).toBe(2);
    expect((await podspan('conflicts')).code).toBe(0);
    const simulated = await podspan('simulate --add-link a,b,PEERING --add-prefix spoke=10.9.0.0/16 --add-to-mesh core=one');
    expect([simulated.code, server.calls.at(-1)?.body]).toEqual([
      5,
      {
        addLinks: [{ from: 'a', to: 'b', kind: 'PEERING' }],
        removeLinks: [],
        addPrefixes: [{ network: 'spoke', cidr: '10.9.0.0/16' }],
        addToMesh: [{ mesh: 'core', cluster: 'one' }],
      },
    ]);
    const fromInput = await podspan('simulate -f -', { stdin: ['addLinks: [{from: a, to: b, ', 'kind: VPN}]'] });
    expect([fromInput.code, server.calls.at(-1)?.body]).toEqual([5, { addLinks: [{ from: 'a', to: 'b', kind: 'VPN' }] }]);
    expect(fromInput.out()).toMatch(/^1 new overlap\n/);
    const check = await podspan('reuse check one two --pod-cidr 192.168.0.0/16');
    expect([check.code, check.out()]).toEqual([4, 'not allowed\n  overlaps acquired [OV-35, spoke -> acquired]\n']);
  });
});

describe('podspan ipam check', () => {
  const report = {
    clean: true,
    checkedAt: '2026-11-23T00:00:00.000Z',
    tookMilliseconds: 12,
    counts: { allocations: 10, held: 8, pools: 2, freeBlocks: 5, networks: 1, openConflicts: 0 },
    invariants: [
      { name: 'allocations_overlap', rule: 'no two blocks overlap', broken: 0, examples: [] },
      { name: 'free_space_lost', rule: 'what nobody holds is free', broken: 0, examples: [] },
    ],
  };

  it('says what it looked at and exits 0 when all is well', async () => {
    server.on('POST /v1/ipam/checks', answer(200, report));
    const { code, out } = await podspan('ipam check');
    expect([code, out()]).toEqual([
      0,
      'clean at 2026-11-23T00:00:00.000Z: 8 of 10 allocations held, 2 pools, 5 free blocks, 1 networks, 0 open conflicts (12 ms)\n',
    ]);
  });

  it('names what is broken and exits 5, also as a document', async () => {
    const lost = {
      ...report.invariants[1],
      broken: 1,
      examples: [{ subject: 'nodes', message: '10.0.0.0 to 10.0.0.255 is neither free nor taken' }],
    };
    server.on('POST /v1/ipam/checks', answer(200, { ...report, clean: false, invariants: [report.invariants[0], lost] }));
    const { code, out } = await podspan('ipam check');
    expect(code).toBe(5);
    expect(out()).toMatch(/^1 of 2 invariants broken at /);
    expect(out()).toMatch(
      /free_space_lost: 1 breach of "what nobody holds is free"\nWHERE +WHAT\nnodes +10\.0\.0\.0 to 10\.0\.0\.255 is neither free nor taken\n$/,
    );
    const json = await podspan('ipam check --output json');
    expect([json.code, JSON.parse(json.out())]).toMatchObject([5, { clean: false, invariants: [{ broken: 0 }, { broken: 1 }] }]);
    const yaml = await podspan('ipam check --output yaml');
    expect(parse(yaml.out())).toEqual(JSON.parse(json.out()));
  });
});

describe('exit codes', () => {
  it.each([
    [0, 'a command that is done', 'rollout list', answer(200, { items: [], nextCursor: null })],
    [1, 'a failure of the server', 'rollout list', problem(500, 'internal_error', 'something went wrong')],
    [3, 'a thing that is not there', 'rollout show none', problem(404, 'not_found', "rollout 'none' does not exist")],
    [4, 'a refused request', 'allocate p --cidr 10.0.0.1/8 --owner A/b --purpose c', problem(422, 'host_bits_set', 'host bits are set')],
    [
      5,
      'an exhausted pool',
      'allocate p --prefix-length 8 --owner A/b --purpose c',
      problem(409, 'pool_exhausted', 'nothing left', { largestFreePrefixLength: 12 }),
    ],
    [7, 'a missing right', 'rollout list', problem(403, 'forbidden', 'this needs the role operator')],
    [
      8,
      'a service that is down',
      'allocate p --prefix-length 8 --owner A/b --purpose c',
      problem(503, 'service_unavailable', 'the ipam service is not reachable'),
    ],
  ])('%i: %s', async (code, _, command, handler) => {
    for (const route of ['GET /v1/rollouts', 'GET /v1/rollouts/none', 'POST /v1/pools/p/allocations']) server.on(route, handler);
    const result = await podspan(command);
    expect(result.code).toBe(code);
    expect(code === 0 ? '' : result.err()).toMatch(code === 0 ? /^$/ : /^podspan: .+/);
  });

  it.each([
    'nonsense',
    'plan',
    'plan -f missing.yaml',
    'allocate p --owner x --purpose y',
    'rollout list --output xml',
    'simulate',
    'simulate -f missing.yaml',
    'search',
    'search --contains 10.0.0.1 --within 10.0.0.0/8',
    'assess -f missing.json',
    'allocate p --owner A/b --purpose c --label x',
  ])('2: wrong usage: %s', async (command) => {
    expect((await podspan(command)).code).toBe(2);
  });

  it('7: no token, and how to give one', async () => {
    const { code, err } = await podspan('rollout list', { env: { PODSPAN_TOKEN: 'wrong' } });
    expect(code).toBe(7);
    expect(err()).toContain('PODSPAN_TOKEN');
  });

  it('8: no server there', async () => {
    await server.close();
    const { code, err } = await podspan('allocate p --prefix-length 24 --owner A/b --purpose c');
    expect(code).toBe(8);
    expect(err()).toContain('cannot be reached');
  });

  it('0: help and version', async () => {
    const help = await podspan('--help');
    expect(help.code).toBe(0);
    expect(help.out()).toContain('Exit codes: 0 done');
    expect((await podspan('--version')).code).toBe(0);
  });

  it('says a failure as a document where documents are asked for', async () => {
    server.on('POST /v1/pools/p/allocations', problem(409, 'pool_exhausted', 'nothing left', { largestFreePrefixLength: 12 }));
    const { code, out, err } = await podspan('allocate p --prefix-length 8 --owner A/b --purpose c --output json');
    expect([code, err()]).toEqual([5, '']);
    expect(JSON.parse(out())).toEqual({
      error: {
        code: 'pool_exhausted',
        message: 'nothing left',
        status: 409,
        traceId: 'trace-1',
        largestFreePrefixLength: 12,
        problems: [],
      },
    });
  });
});

describe('the token', () => {
  it('is read from PODSPAN_HOME when nothing else is said', async () => {
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    server.on('GET /v1/rollouts', answer(200, { items: [], nextCursor: null }));
    const io = testIo({ cwd: folder, env: { PODSPAN_HOME: '.', PODSPAN_SERVER: server.url } });
    expect(await run(['rollout', 'list'], io)).toBe(0);
  });

  it('of this machine is sent to no other', async () => {
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    const io = testIo({ cwd: folder, env: { PODSPAN_HOME: '.' } });
    const sent: unknown[] = [];
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      sent.push(new Request(input, init).headers.get('authorization'));
      return new Response('{"items":[],"nextCursor":null}', { headers: { 'content-type': 'application/json' } });
    });
    for (const host of ['podspan.example.com', '127.0.0.1.example.com', 'localhost', '[::1]:4000', '127.0.0.1'])
      expect(await run(['rollout', 'list', '--server', `http://${host}`], io)).toBe(0);
    fetched.mockRestore();
    expect(sent).toEqual([null, null, ...Array.from({ length: 3 }, () => `Bearer ${TOKEN}`)]);
  });
});
