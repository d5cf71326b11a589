import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Unauthenticated } from '@podspan/errors';
import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { BadConfiguration } from '../config/config.js';
import { ROLES, type Actor, type Role } from './actor.js';

const HashedTokens = z.array(
  z.strictObject({
    name: z.string().min(1),
    /** SHA-256 of the token in hex; the token itself is nowhere. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    role: z.enum(ROLES),
    spaces: z.union([z.literal('*'), z.array(z.string().min(1))]).default('*'),
  }),
);
export type HashedToken = z.infer<typeof HashedTokens>[number];

export interface AuthenticatorOptions {
  readonly tokens?: readonly HashedToken[];
  readonly oidc?: { readonly issuer: string; readonly audience: string };
}

/** Turns `Authorization: Bearer ...` into an actor: hashed API tokens first, then OIDC. */
export class Authenticator {
  readonly #tokens: readonly HashedToken[];
  readonly #oidc: AuthenticatorOptions['oidc'];
  #keys: JWTVerifyGetKey | undefined;

  constructor({ tokens = [], oidc }: AuthenticatorOptions) {
    this.#tokens = tokens;
    this.#oidc = oidc;
  }

  /** @throws Unauthenticated without saying which part of the credentials was wrong. */
  async authenticate(authorization: string | undefined): Promise<Actor> {
    const token = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new Unauthenticated();
    const known = this.#byHash(token);
    if (known) return { subject: known.name, role: known.role, spaces: known.spaces };
    if (!this.#oidc) throw new Unauthenticated('the bearer token is not valid');
    return this.#byOidc(token, this.#oidc);
  }

  #byHash(token: string): HashedToken | undefined {
    const hash = createHash('sha256').update(token).digest();
    return this.#tokens.find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), hash));
  }

  async #byOidc(token: string, { issuer, audience }: { issuer: string; audience: string }): Promise<Actor> {
    this.#keys ??= await keysOf(issuer);
    try {
      const { payload } = await jwtVerify(token, this.#keys, { issuer, audience, clockTolerance: 30 });
      return actorOf(payload);
    } catch {
      throw new Unauthenticated('the bearer token is not valid');
    }
  }
}

async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(10_000) });
  const { jwks_uri: uri } = z.object({ jwks_uri: z.url() }).parse(await response.json());
  return createRemoteJWKSet(new URL(uri));
}

/** Roles come as app roles (`podspan.operator` or plain `operator`), spaces as the claim `podspan_spaces`. */
function actorOf(claims: JWTPayload): Actor {
  const roles = [claims['roles']].flat().map((role) =>
    String(role)
      .toLowerCase()
      .replace(/^podspan\./, ''),
  );
  const role = ROLES.findLast((candidate: Role) => roles.includes(candidate));
  if (!role || !claims.sub) throw new Unauthenticated('the bearer token carries no Podspan role');
  const spaces = claims['podspan_spaces'];
  return { subject: claims.sub, role, spaces: Array.isArray(spaces) ? spaces.map(String) : '*' };
}

/** @throws Error when the file is missing or malformed; the process must not start. */
export function readHashedTokens(path: string): readonly HashedToken[] {
  const parsed = HashedTokens.safeParse(documentOf(path));
  if (!parsed.success)
    throw new BadConfiguration([`API_TOKENS_FILE: ${path} is no list of hashed API tokens: ${z.prettifyError(parsed.error)}`]);
  return parsed.data;
}

function documentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    throw new BadConfiguration([`API_TOKENS_FILE: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

export function hashedToken(name: string, token: string, role: Role): HashedToken {
  return { name, sha256: createHash('sha256').update(token).digest('hex'), role, spaces: '*' };
}
