import { readFileSync } from 'node:fs';
import { Authenticator, hashedToken, readHashedTokens } from '../auth/authenticator.js';
import { localToken } from '../auth/local-token.js';
import { type Config, isLoopback } from './config.js';

/**
 * The token with which the services call one another: from SERVICE_TOKEN_FILE, and on loopback the token of local mode.
 * undefined where neither applies.
 */
export function serviceTokenOf(config: Config): string | undefined {
  if (config.SERVICE_TOKEN_FILE !== undefined) return readFileSync(config.SERVICE_TOKEN_FILE, 'utf8').trim();
  return isLoopback(config.HOST) ? localToken(config.PODSPAN_HOME) : undefined;
}

/** Everybody who may come in by this configuration: hashed API tokens, the services themselves, OIDC. */
export function authenticatorOf(config: Config): Authenticator {
  const service = serviceTokenOf(config);
  return new Authenticator({
    tokens: [
      ...(config.API_TOKENS_FILE === undefined ? [] : readHashedTokens(config.API_TOKENS_FILE)),
      ...(service === undefined ? [] : [hashedToken(config.SERVICE_TOKEN_FILE === undefined ? 'local' : 'service', service, 'admin')]),
    ],
    ...(config.OIDC_ISSUER === undefined || config.OIDC_AUDIENCE === undefined
      ? {}
      : { oidc: { issuer: config.OIDC_ISSUER, audience: config.OIDC_AUDIENCE } }),
  });
}
