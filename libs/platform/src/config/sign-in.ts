import { readFileSync } from 'node:fs';
import { Authenticator, hashedToken, readHashedTokens } from '../auth/authenticator.js';
import { localToken } from '../auth/local-token.js';
import { BadConfiguration, type Config, isLoopback } from './config.js';

/**
 * The token with which the services call one another: from SERVICE_TOKEN_FILE, and on loopback the token of local mode.
 * undefined where neither applies.
 * @throws BadConfiguration when the file cannot be read
 */
export function serviceTokenOf(config: Config): string | undefined {
  if (config.SERVICE_TOKEN_FILE !== undefined) return tokenIn(config.SERVICE_TOKEN_FILE);
  return isLoopback(config.HOST) ? localToken(config.PODSPAN_HOME) : undefined;
}

function tokenIn(file: string): string {
  const token = readOrRefuse(file);
  if (token === '') throw new BadConfiguration([`SERVICE_TOKEN_FILE: ${file} is empty`]);
  return token;
}

function readOrRefuse(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new BadConfiguration([`SERVICE_TOKEN_FILE: ${error instanceof Error ? error.message : String(error)}`]);
  }
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
