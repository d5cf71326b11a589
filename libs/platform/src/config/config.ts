import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CidrText } from '../http/schemas.js';

const url = (protocol: RegExp, example: string): z.ZodURL => z.url({ protocol, error: `must be a URL such as ${example}` });

/** Everything the services read from the environment. README.md documents each variable. */
export const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  PODSPAN_HOME: z.string().min(1).default('.podspan'),
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/podspan').optional(),
  REDIS_URL: url(/^rediss?$/, 'redis://host:6379').optional(),
  AZURE_ENDPOINT: url(/^https?$/, 'https://management.azure.com').optional(),
  AZURE_EMULATOR_SPEED: z.coerce.number().positive().max(1_000_000).default(60),
  /** Seconds between readings of networks and clusters of Azure; unset: on demand only. */
  DISCOVERY_INTERVAL_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(86_400 * 7)
    .optional(),
  /** Subscription ids with commas between; unset: those of the networks Podspan knows. */
  DISCOVERY_SUBSCRIPTIONS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== ''),
    ),
  /** The address space for networks that Podspan does not know. */
  DISCOVERY_ADDRESS_SPACE: z.string().min(1).optional(),
  OIDC_ISSUER: url(/^https?$/, 'https://login.microsoftonline.com/<tenant>/v2.0').optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  API_TOKENS_FILE: z.string().min(1).optional(),
  SERVICE_TOKEN_FILE: z.string().min(1).optional(),
  IPAM_URL: url(/^https?$/, 'http://ipam:4001').default('http://127.0.0.1:4001'),
  PROVISIONING_URL: url(/^https?$/, 'http://provisioning:4002').default('http://127.0.0.1:4002'),
  INGRESS_URL: url(/^https?$/, 'http://ingress:4003').default('http://127.0.0.1:4003'),
  /** Whether the ingress service may write manifests into clusters. */
  INGRESS_APPLY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  DOCS_ENABLED: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true'),
  GRAPHQL_INTROSPECTION: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/, 'http://collector:4318').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .refine((text) => text.split(',').every((pair) => /^[^=\s]+=.*$/.test(pair.trim())), {
      error: 'must be name=value pairs with commas between',
    })
    .transform((text) => Object.fromEntries(text.split(',').map((pair) => headerOf(pair.trim()))))
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  WEBHOOK_ALLOWED_RANGES: z
    .string()
    .refine((text) => text === '' || text.split(',').every((part) => CidrText.safeParse(part.trim()).success), {
      error: 'must be ranges with commas between, such as 169.254.10.0/24',
    })
    .default(''),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).max(10_000_000).default(0),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

function headerOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

export type Config = Readonly<z.infer<typeof Environment>>;

/** What is wrong with the environment, in words for whoever starts the process. */
export class BadConfiguration extends Error {
  override readonly name = 'BadConfiguration';
  constructor(problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/**
 * Reads and checks the whole environment once. Nothing else reads `process.env`.
 * @throws BadConfiguration naming every bad variable at once, without its value, which may be a secret; the process must not start.
 */
export function loadConfig(environment: NodeJS.ProcessEnv, overrides: Partial<Config> = {}): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const problems = withSecretFiles(given);
  const result = Environment.safeParse(given);
  problems.push(...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`));
  const config = { ...given, ...result.data, ...overrides };
  problems.push(...contradictions(config));
  if (!result.success || problems.length > 0) throw new BadConfiguration(problems);
  return Object.freeze({ ...result.data, ...overrides });
}

/** As {@link loadConfig}; what is wrong is said on standard error, and ends the process. */
export function configOrExit(environment: NodeJS.ProcessEnv): Config {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (!(error instanceof BadConfiguration)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** A secret may come as a mounted file instead of in the environment. */
function withSecretFiles(given: NodeJS.ProcessEnv): string[] {
  const file = given['DATABASE_URL_FILE'];
  if (given['DATABASE_URL'] !== undefined || file === undefined) return [];
  try {
    given['DATABASE_URL'] = readFileSync(file, 'utf8').trim();
    return [];
  } catch (error) {
    return [`DATABASE_URL_FILE: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Nothing listens beyond this machine without a way to sign in. */
function contradictions(
  config: Partial<Record<'HOST' | 'OIDC_ISSUER' | 'OIDC_AUDIENCE' | 'API_TOKENS_FILE', string | undefined>>,
): string[] {
  const problems: string[] = [];
  const { HOST = '127.0.0.1' } = config;
  if (!isLoopback(HOST) && !config.OIDC_ISSUER && !config.API_TOKENS_FILE) {
    problems.push(`HOST=${HOST} listens beyond loopback: set OIDC_ISSUER and OIDC_AUDIENCE, or API_TOKENS_FILE`);
  }
  if (config.OIDC_ISSUER && !config.OIDC_AUDIENCE) problems.push('OIDC_ISSUER needs OIDC_AUDIENCE');
  return problems;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
