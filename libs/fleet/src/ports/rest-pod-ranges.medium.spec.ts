import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceRest } from '@podspan/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestPodRanges } from './rest-pod-ranges.js';

describe(RestPodRanges.name, () => {
  let server: Server;
  let ranges: RestPodRanges;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const pool = request.url?.startsWith('/v1/pools');
      const errors = [{ path: 'clusters[0].network', code: 'unknown_reference', message: "network 'nowhere' does not exist" }];
      const refusal = { status: 422, code: 'unknown_reference', title: 'Unknown reference', errors };
      let asked = '';
      request.on('data', (part: Buffer) => (asked += part.toString()));
      request.on('end', () => {
        const known = pool || !asked.includes('nowhere');
        const body = pool ? { cidrs: ['10.0.0.0/8'] } : known ? { reasons: [] } : refusal;
        response.writeHead(known ? 200 : 422, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    ranges = new RestPodRanges(new ServiceRest({ service: 'ipam', userAgent: 'podspan-test', baseUrl, serviceAuthorization: 'Bearer x' }));
  });
  afterAll(() => void server.close());

  it('says of which cluster the network is not known', async () => {
    const clusters = ['spoke', 'nowhere'].map((network) => ({ name: `in-${network}`, network, prefixLength: 22 }));
    await expect(ranges.take({ pool: 'pods', label: 'x', clusters }, undefined, {})).rejects.toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'items[1].network', code: 'unknown_reference', suggestion: expect.stringContaining('import the network') }],
    });
  });
});
