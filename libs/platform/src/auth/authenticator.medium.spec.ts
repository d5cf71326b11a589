import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator, hashedToken } from './authenticator.js';

describe('Authenticator', () => {
  let issuer: string;
  let server: Server;
  let sign: (claims: Record<string, unknown>, audience?: string, expires?: string) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url?.startsWith('/.well-known') ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sign = (claims, audience = 'podspan', expires = '5m') =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(expires)
        .sign(privateKey);
  });
  afterAll(() => server.close());

  const oidc = () => new Authenticator({ oidc: { issuer, audience: 'podspan' } });

  it('knows an API token by its hash alone', async () => {
    const authenticator = new Authenticator({ tokens: [hashedToken('ci', 'secret', 'operator')] });
    expect(await authenticator.authenticate('Bearer secret')).toEqual({ subject: 'ci', role: 'operator', spaces: '*' });
    expect(authenticator.authenticateAtOnce('Bearer secret')).toEqual({ subject: 'ci', role: 'operator', spaces: '*' });
    for (const header of [undefined, '', 'Bearer', 'Basic secret', 'Bearer wrong', 'Bearer sec ret', `Bearer ${'x'.repeat(9000)}`]) {
      expect(authenticator.authenticateAtOnce(header)).toBeUndefined();
      await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('takes the highest role and the spaces of an OIDC token', async () => {
    const token = await sign({ sub: 'user-1', roles: ['Podspan.Viewer', 'Podspan.Operator'], podspan_spaces: ['corp'] });
    expect(await oidc().authenticate(`Bearer ${token}`)).toEqual({ subject: 'user-1', role: 'operator', spaces: ['corp'] });
  });

  it('refuses a token for somebody else, an expired one, one without a role and one that is no token', async () => {
    const tokens = [
      await sign({ sub: 'u', roles: ['admin'] }, 'another'),
      await sign({ sub: 'u', roles: ['admin'] }, 'podspan', '-2m'),
      await sign({ sub: 'u', roles: ['owner'] }),
      'abc.def.ghi',
    ];
    for (const token of tokens) await expect(oidc().authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
