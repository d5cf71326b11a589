import { hash, timingSafeEqual } from 'node:crypto';
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
  readonly #tokens: readonly { readonly hash: Buffer; readonly actor: Actor }[];
  readonly #oidc: AuthenticatorOptions['oidc'];
  #keys: JWTVerifyGetKey | undefined;

  constructor({ tokens = [], oidc }: AuthenticatorOptions) {
    this.#tokens = tokens.map(({ name, sha256, role, spaces }) => ({
      hash: Buffer.from(sha256, 'hex'),
      actor: { subject: name, role, spaces },
    }));
    this.#oidc = oidc;
  }

  /** @throws Unauthenticated without saying which part of the credentials was wrong. */
  async authenticate(authorization: string | undefined): Promise<Actor> {
    const token = bearerOf(authorization);
    if (token === undefined) throw new Unauthenticated();
    const known = this.#byHash(token);
    if (known) return known;
    if (!this.#oidc) throw new Unauthenticated('the bearer token is not valid');
    return this.#byOidc(token, this.#oidc);
  }

  /** The caller with an API token, at once: nobody else is asked for it. undefined: {@link authenticate} says who it is, or why not. */
  authenticateAtOnce(authorization: string | undefined): Actor | undefined {
    const token = bearerOf(authorization);
    return token === undefined ? undefined : this.#byHash(token);
  }

  #byHash(token: string): Actor | undefined {
    const hashed = hash('sha256', token, 'buffer');
    return this.#tokens.find((known) => timingSafeEqual(known.hash, hashed))?.actor;
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

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(authorization ?? '')?.[1];
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
  return { name, sha256: hash('sha256', token), role, spaces: '*' };
}
