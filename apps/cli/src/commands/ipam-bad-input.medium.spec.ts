import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../program.js';
import { contractServer, type ContractServer, type Handler, problem, TOKEN } from '../testing/contract-server.js';
import { testIo, type TestIo } from '../testing/test-io.js';

let server: ContractServer;
let folder: string;
beforeEach(async () => {
  server = await contractServer();
  folder = mkdtempSync(join(tmpdir(), 'podspan-cli-'));
  writeFileSync(join(folder, 'ranges.csv'), 'kind,cidr\n');
  writeFileSync(join(folder, 'broken.yaml'), 'addLinks: [');
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function podspan(args: string, env: Record<string, string> = { PODSPAN_TOKEN: TOKEN }): Promise<TestIo & { code: number }> {
  const io = testIo({ cwd: folder, env });
  return { ...io, code: await run([...args.split(' '), '--server', server.url], io) };
}

/** Each command that asks the address manager, with what it calls. */
const commands: readonly (readonly [command: string, routes: readonly string[]])[] = [
  ['pool list', ['GET /v1/pools']],
  ['pool show p', ['GET /v1/pools/p', 'GET /v1/pools/p/utilization']],
  ['pool free p', ['GET /v1/pools/p/free']],
  ['pool free p --prefix-length 24', ['GET /v1/pools/p/available']],
  ['pool forecast p', ['GET /v1/pools/p/forecast']],
  ['pool advice p --prefix-length 16', ['GET /v1/pools/p/advice']],
  ['savings corp', ['GET /v1/address-spaces/corp/savings']],
  ['export pools', ['GET /v1/exports/pools']],
  ['allocate p --prefix-length 24 --owner TEAM/a --purpose lab', ['POST /v1/pools/p/allocations']],
  ['release a', ['POST /v1/allocations/a/release']],
  ['search 10.0.0.1', ['GET /v1/search']],
  ['conflicts', ['GET /v1/conflicts']],
  ['simulate --add-link a,b,PEERING', ['POST /v1/topology/simulate']],
  ['reuse check a b', ['POST /v1/reuse/check']],
  ['import ranges.csv', ['POST /v1/imports']],
  ['ipam check', ['POST /v1/ipam/checks']],
];

function answersWith(handler: Handler, routes: readonly string[]): void {
  for (const route of routes) server.on(route, handler);
}

describe.each(commands)('podspan %s', (command, routes) => {
  it.each([
    [3, 404, 'not_found', "pool 'p' does not exist"],
    [4, 422, 'invalid_request', '1 problem'],
    [5, 409, 'pool_exhausted', 'pool p has no free /24'],
    [7, 401, 'unauthenticated', 'a bearer token is required'],
    [7, 403, 'forbidden', 'this needs the role operator'],
  ])('ends with %i when it is told %i %s, and says why', async (code, status, name, detail) => {
    answersWith(problem(status, name, detail), routes);
    const answer = await podspan(command);
    expect([answer.code, answer.out()]).toEqual([code, '']);
    expect(answer.err()).toContain(`podspan: ${detail}`);
  });

  it('names field, value, rule, conflict and fix of everything that is refused', async () => {
    const errors = [
      { path: 'cidr', code: 'host_bits_set', message: 'host bits are set', value: '10.0.0.1/24', suggestion: '10.0.0.0/24' },
      {
        path: 'pool',
        code: 'pool_serves_another_rule',
        message: 'it holds unique ranges',
        rule: 'OV-55',
        value: 'p',
        conflictsWith: 'aks-1',
      },
    ];
    answersWith(problem(422, 'invalid_request', '2 problems', { errors }), routes);
    const { code, err } = await podspan(command);
    expect(code).toBe(4);
    expect(err().split('\n').slice(0, 6)).toEqual([
      'podspan: 2 problems',
      'cidr  host bits are set',
      '    value 10.0.0.1/24, host_bits_set',
      '    fix: 10.0.0.0/24',
      'pool  it holds unique ranges',
      '    value p, conflicts with aks-1, rule OV-55, pool_serves_another_rule',
    ]);
  });

  it('ends with 7 without a token', async () => {
    const { code, err } = await podspan(command, {});
    expect([code, err().includes('PODSPAN_TOKEN')]).toEqual([7, true]);
  });
});

/** The client tries again for a while, so not with each of them. */
describe.each(commands.filter(([command]) => /^(pool show|allocate|import)/.test(command)))('podspan %s', (command, routes) => {
  it('ends with 8 where the service is down or nobody answers', async () => {
    answersWith(problem(503, 'service_unavailable', 'the ipam service is not reachable'), routes);
    const down = await podspan(command);
    expect([down.code, down.err().includes('podspan: the ipam service is not reachable')]).toEqual([8, true]);
    await server.close();
    const alone = await podspan(command);
    expect([alone.code, alone.err().includes(server.url)]).toEqual([8, true]);
  });
});

describe('wrong usage ends with 2, asks nobody, and names the option, the value and what is right', () => {
  it.each`
    command                                                       | says
    ${'pool free p --prefix-length abc'}                          | ${["'--prefix-length <length>'", "'abc'", 'whole number from 0 to 128']}
    ${'pool free p --prefix-length 129'}                          | ${["'--prefix-length <length>'", "'129'", 'whole number from 0 to 128']}
    ${'pool free p --count 0'}                                    | ${["'--count <number>'", "'0'", 'whole number from 1 to 1000']}
    ${'pool forecast p --window-days 1.5'}                        | ${["'--window-days <days>'", "'1.5'", 'whole number from 1 to 365']}
    ${'pool advice p'}                                            | ${["'--prefix-length <length>'", 'not specified']}
    ${'pool advice p --prefix-length x'}                          | ${["'--prefix-length <length>'", "'x'", 'whole number']}
    ${'pool show'}                                                | ${["'pool'", 'missing']}
    ${'pool nonsense'}                                            | ${["'nonsense'", 'unknown command']}
    ${'allocate p --prefix-length 24 --purpose lab'}              | ${["'--owner <kind/id>'", 'not specified']}
    ${'allocate p --prefix-length 24 --owner TEAM/a'}             | ${["'--purpose <purpose>'", 'not specified']}
    ${'allocate p --prefix-length ten --owner A/b --purpose c'}   | ${["'--prefix-length <length>'", "'ten'", 'whole number']}
    ${'allocate p --cidr 10.0.0.0/24 --owner team --purpose lab'} | ${['--owner', "'team'", 'CLUSTER/aks-1']}
    ${'allocate p --owner A/b --purpose c --label env'}           | ${['--label', "'env'", 'key=value']}
    ${'allocate p --owner A/b --purpose c --strategy WORST'}      | ${["'--strategy <strategy>'", "'WORST'", 'FIRST_FIT, BEST_FIT, LAST_FIT']}
    ${'release'}                                                  | ${["'allocation'", 'missing']}
    ${'search 10.0.0.1 --within 10.0.0.0/8'}                      | ${['--contains, --within or --overlaps']}
    ${'simulate'}                                                 | ${['--add-link, --remove-link, --add-prefix, --add-to-mesh or --file']}
    ${'simulate --add-link a,b'}                                  | ${['--add-link', "'a,b'", 'from,to,kind']}
    ${'simulate --add-prefix net'}                                | ${['--add-prefix', "'net'", 'two names with =']}
    ${'simulate --file broken.yaml'}                              | ${['broken.yaml']}
    ${'simulate --file broken.yaml --add-link a,b,PEERING'}       | ${['--file']}
    ${'reuse check'}                                              | ${["'cluster'", 'missing']}
    ${'import nowhere.csv'}                                       | ${['nowhere.csv']}
    ${'export pools --format xml'}                                | ${["'--format <format>'", "'xml'", 'csv, json, jsonl']}
    ${'savings'}                                                  | ${["'address-space'", 'missing']}
    ${'ipam'}                                                     | ${['check']}
  `('podspan $command', async ({ command, says }) => {
    const { code, out, err } = await podspan(command);
    expect([code, out(), server.calls]).toEqual([2, '', []]);
    for (const text of says) expect(err()).toContain(text);
  });
});

it('says who is in the way of an exact block', async () => {
  const blockers = Array.from({ length: 12 }, (_, index) => ({
    kind: 'ALLOCATION',
    id: `a${index}`,
    name: `CLUSTER/aks-${index} POD_CIDR`,
    cidr: `10.0.${index}.0/24`,
  }));
  server.on('POST /v1/pools/p/allocations', problem(409, 'prefix_taken', '10.0.0.0/16 is taken', { blockers, hiddenBlockers: 0 }));
  const { code, err } = await podspan('allocate p --cidr 10.0.0.0/16 --owner TEAM/a --purpose lab');
  expect([code, err().split('\n').slice(0, 2)]).toEqual([5, ['podspan: 10.0.0.0/16 is taken', '    10.0.0.0/24  CLUSTER/aks-0 POD_CIDR']]);
  expect(err()).toContain('and 2 more');
});
