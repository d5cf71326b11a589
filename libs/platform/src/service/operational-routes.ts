import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** Each check throws when its dependency cannot be used, {@link Degraded} when the process can do without it for a while. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

/** Something is away, but requests are answered: work waits for it and nothing is lost. */
export class Degraded extends Error {}

const CHECK_TIMEOUT_MS = 3_000;

/** /healthz: the process answers. /readyz: so does everything it needs; DEGRADED is ready too. /metrics: Prometheus. */
export function operationalRoutes(
  http: FastifyInstance,
  service: string,
  checks: ReadinessChecks,
  registry: Registry,
  isStopping: () => boolean,
): void {
  http.get('/healthz', () => ({ status: 'UP', service }));
  http.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const));
    const status = isStopping() ? 'DOWN' : worstOf(results.map(([, outcome]) => outcome));
    return reply
      .status(status === 'DOWN' ? 503 : 200)
      .send({ status, service, ...(isStopping() ? { stopping: true } : {}), checks: Object.fromEntries(results) });
  });
  http.get('/metrics', async (_request, reply) => reply.header('content-type', registry.contentType).send(await registry.metrics()));
}

type Outcome = 'UP' | 'DEGRADED' | 'DOWN';

function worstOf(outcomes: readonly Outcome[]): Outcome {
  return (['DOWN', 'DEGRADED'] as const).find((bad) => outcomes.includes(bad)) ?? 'UP';
}

async function outcomeOf(check: () => Promise<unknown>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error('too slow')), CHECK_TIMEOUT_MS)));
  try {
    await Promise.race([check(), late]);
    return 'UP';
  } catch (error) {
    return error instanceof Degraded ? 'DEGRADED' : 'DOWN';
  } finally {
    clearTimeout(timer);
  }
}
