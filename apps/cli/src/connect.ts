import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createPodspanClient, type PodspanClient } from '@podspan/client';
import { UsageError } from './exit-codes.js';
import type { GlobalOptions, Io } from './io.js';

const DEFAULT_SERVER = 'http://127.0.0.1:4000';

/** A client for --server (or PODSPAN_SERVER) with --token, PODSPAN_TOKEN or the token of PODSPAN_HOME. */
export function connect({ server, token }: GlobalOptions, io: Io): PodspanClient {
  const baseUrl = server ?? io.env['PODSPAN_SERVER'] ?? DEFAULT_SERVER;
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    throw new UsageError(`'${baseUrl}' is not the address of a server, such as ${DEFAULT_SERVER}`);
  const credentials = token ?? io.env['PODSPAN_TOKEN'] ?? (isThisMachine(baseUrl) ? localToken(io) : undefined);
  return createPodspanClient({
    baseUrl,
    timeoutMs: 180_000,
    userAgent: 'podspan-cli',
    ...(credentials === undefined ? {} : { token: credentials }),
  });
}

/** The token of local mode is an admin's: it does not leave the machine because somebody named another server. */
function isThisMachine(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Local mode writes its token where only its owner can read it. */
function localToken({ env, cwd }: Io): string | undefined {
  const file = resolve(cwd, env['PODSPAN_HOME'] ?? '.podspan', 'token');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
