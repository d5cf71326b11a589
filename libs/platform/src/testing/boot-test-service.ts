import { pino } from 'pino';
import { Authenticator, hashedToken } from '../auth/authenticator.js';
import { createService, type Service, type ServiceOptions } from '../service/create-service.js';

/** One token per role; `Authorization: Bearer <token>`. */
export const testTokens = { viewer: 'test-viewer', operator: 'test-operator', admin: 'test-admin' } as const;

export function testAuthenticator(): Authenticator {
  return new Authenticator({
    tokens: [
      hashedToken('viewer', testTokens.viewer, 'viewer'),
      hashedToken('operator', testTokens.operator, 'operator'),
      hashedToken('admin', testTokens.admin, 'admin'),
    ],
  });
}

/** The service on a free loopback port with the test tokens; give `url` to supertest. */
export async function bootTestService(
  options: Pick<ServiceOptions, 'name' | 'module' | 'sdl'> & Partial<ServiceOptions>,
): Promise<{ readonly service: Service; readonly url: string; close(): Promise<void> }> {
  const service = await createService({
    title: options.name,
    authenticator: testAuthenticator(),
    logger: pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }),
    openDocs: true,
    ...options,
  });
  const url = await service.listen('127.0.0.1', 0);
  return { service, url, close: () => service.close() };
}
