import { testTokens } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from './testing/boot-gateway.js';
import { startTestServices, type TestServices } from './testing/test-services.js';

describe('a gateway with request limits', () => {
  let services: TestServices;
  let edge: TestGateway;
  beforeAll(async () => {
    services = await startTestServices();
    edge = await bootGateway(services.urls, { settings: { RATE_LIMIT_PER_MINUTE: 3 }, requestLimits: { refusedSignIns: 2 } });
  });
  afterAll(async () => {
    await edge.gateway.close();
    await services.close();
  });
  const get = (token: string): Promise<Response> => fetch(`${edge.url}/v1/pools/p`, { headers: { authorization: `Bearer ${token}` } });

  it('answers 429 with Retry-After to the caller that sends too many, and to no one else', async () => {
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push(await get(testTokens.operator));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    const last = answers[3];
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last?.headers.get('content-type')).toContain('application/problem+json');
    expect(await last?.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect((await get(testTokens.admin)).status).toBe(200);
  });

  it('counts GraphQL too, but no health check', async () => {
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await edge.query('{ __typename }')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    for (let call = 0; call < 5; call++) expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('refuses to look at one bad token after another, while good ones go on', async () => {
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await get(`guess-${call}`)).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await get(testTokens.admin)).status).toBe(200);
  });
});
