import { testTokens } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { graphqlCaller, type IpamCaller, restCaller } from '../testing/ipam-callers.js';
import { peerCases } from './peer-case.js';
import { PeerCaseRun } from './peer-case-run.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

const rest = (): IpamCaller => restCaller(bench.url, testTokens.admin);
const graphql = (): IpamCaller => graphqlCaller(bench.url, testTokens.admin);

it('knows all cases', () => expect([peerCases.length, new Set(peerCases.map(({ id }) => id)).size]).toEqual([158, 158]));

/** Some cases are six hundred calls, one after another. */
const LONGEST_CASE_MS = 120_000;
const cases = peerCases.map((fact, index) => ({ ...fact, index }));

describe('what other address managers promise, over REST', () => {
  it.each(cases)(
    '$id ($kind): $what',
    async ({ index, ...fact }) => {
      const { kind, strategies = [undefined] } = fact;
      for (const strategy of kind === 'allocate' ? strategies : [strategies[index % strategies.length]])
        await new PeerCaseRun(bench, rest(), fact, strategy).play();
    },
    LONGEST_CASE_MS,
  );
});

describe('the same over GraphQL, each case with another one of its strategies', () => {
  it.each(cases)(
    '$id ($kind): $what',
    async ({ index, ...fact }) => {
      const strategy = fact.strategies?.[(index + 1) % fact.strategies.length];
      await new PeerCaseRun(bench, graphql(), fact, strategy).play();
    },
    LONGEST_CASE_MS,
  );
});
