import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

describe('loadConfig', () => {
  it('has defaults that listen on loopback only', () => {
    expect(loadConfig({})).toMatchObject({ HOST: '127.0.0.1', PORT: 4000, PODSPAN_HOME: '.podspan', LOG_LEVEL: 'info' });
  });

  it('names every bad variable at once', () => {
    expect(() => loadConfig({ PORT: 'many', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', AZURE_EMULATOR_SPEED: '-1' })).toThrow(
      /PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/,
    );
    expect(() => loadConfig({ PORT: 'many', LOG_LEVEL: 'loud' })).toThrow(/LOG_LEVEL/);
  });

  it('names what contradicts and files that cannot be read beside the rest, and no value that may be a secret', () => {
    const environment = { PORT: 'many', HOST: '0.0.0.0', DATABASE_URL_FILE: '/none/such', OIDC_ISSUER: 'https://issuer.example' };
    expect(() => loadConfig(environment)).toThrow(
      /^The configuration is invalid:\n- DATABASE_URL_FILE: ENOENT.*\n- PORT: .*\n- OIDC_ISSUER needs OIDC_AUDIENCE$/,
    );
    expect(() => loadConfig({ HOST: '0.0.0.0', PORT: 'many' })).toThrow(/- PORT: .*\n- HOST=0\.0\.0\.0 listens/);
    try {
      loadConfig({ DATABASE_URL: 'mysql://me:hidden@x/y' });
    } catch (error) {
      expect(String(error)).toMatch(/DATABASE_URL: must be a URL/);
      expect(String(error)).not.toContain('hidden');
    }
    expect.assertions(4);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ REDIS_URL: '', PORT: '' }).REDIS_URL).toBeUndefined();
  });

  it('does not listen beyond loopback without a way to sign in', () => {
    expect(() => loadConfig({ HOST: '0.0.0.0' })).toThrow(/API_TOKENS_FILE/);
    expect(loadConfig({ HOST: '0.0.0.0', API_TOKENS_FILE: '/run/tokens' }).HOST).toBe('0.0.0.0');
  });

  it('wants issuer and audience together', () => {
    expect(() => loadConfig({ OIDC_ISSUER: 'https://issuer.example' })).toThrow(/OIDC_AUDIENCE/);
  });
});
