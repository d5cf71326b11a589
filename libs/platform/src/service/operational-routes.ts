import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** Each check throws when its dependency cannot be used. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 3_000;

/** /healthz: the process answers. /readyz: so does everything it needs. /metrics: Prometheus. */
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
    const ready = !isStopping() && results.every(([, outcome]) => outcome === 'UP');
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? 'UP' : 'DOWN', service, ...(isStopping() ? { stopping: true } : {}), checks: Object.fromEntries(results) });
  });
  http.get('/metrics', async (_request, reply) => reply.header('content-type', registry.contentType).send(await registry.metrics()));
}

async function outcomeOf(check: () => Promise<unknown>): Promise<'UP' | 'DOWN'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error('too slow')), CHECK_TIMEOUT_MS)));
  try {
    await Promise.race([check(), late]);
    return 'UP';
  } catch {
    return 'DOWN';
  } finally {
    clearTimeout(timer);
  }
}
