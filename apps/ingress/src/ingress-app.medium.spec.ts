import { startEmulator } from '@podspan/azure-emulator';
import type { EngineRole, EngineService } from '@podspan/engine';
import { createLogger, loadConfig } from '@podspan/platform';
import { freshDatabase, testAuthenticator, testTokens } from '@podspan/platform/testing';
import supertest from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { createIngressApp } from './create-ingress-app.js';

describe(createIngressApp, async () => {
  const database = await freshDatabase<unknown>({}, 'nobody');
  const azure = await startEmulator({ speed: 1_000 });
  const config = loadConfig({}, { AZURE_ENDPOINT: azure.url, AZURE_EMULATOR_SPEED: 1_000 });
  const apps: EngineService[] = [];
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await azure.close();
    await database.destroy();
  });

  async function boot(role: EngineRole): Promise<string> {
    const app = await createIngressApp({
      config,
      role,
      databaseUrl: database.url,
      authenticator: testAuthenticator(),
      serviceToken: 'service',
      logger: createLogger('test', 'silent'),
    });
    apps.push(app);
    return app.listen('127.0.0.1', 0);
  }

  it('starts in every role at the same time on an empty database, ready and without a gateway', async () => {
    const urls = await Promise.all((['api', 'worker', 'all'] as const).map(boot));
    for (const url of urls) {
      expect((await supertest(url).get('/readyz')).status).toBe(200);
      const list = await supertest(url).get('/v1/ingress-gateways').set('authorization', `Bearer ${testTokens.viewer}`);
      expect(list.body).toEqual({ items: [], nextCursor: null });
    }
  });

  it('does not start without a token for the work in the background', async () => {
    const beyond = loadConfig({}, { HOST: '10.0.0.1', API_TOKENS_FILE: '/nowhere' });
    await expect(
      createIngressApp({
        config: beyond,
        role: 'all',
        databaseUrl: database.url,
        authenticator: testAuthenticator(),
        logger: createLogger('test', 'silent'),
      }),
    ).rejects.toThrow('SERVICE_TOKEN_FILE');
  });
});
