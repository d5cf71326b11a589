import { BadConfiguration } from '@podspan/platform';
import { Redis } from 'ioredis';

const TIMEOUT_MS = 5_000;

/**
 * For whoever starts Podspan by hand: a mistake in REDIS_URL is said at once. A service does not ask, because it starts while Redis is
 * away and takes work on.
 * @throws BadConfiguration with what Redis, or the way to it, says; never with the URL's password
 */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: TIMEOUT_MS });
  let why: Error | undefined;
  redis.on('error', (error: Error) => (why = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const words = (why ?? error) instanceof Error ? ((why ?? error) as Error).message : String(error);
    throw new BadConfiguration([
      `REDIS_URL: Redis at ${new URL(url).host} does not answer as it should: ${words}. Start it, correct REDIS_URL, or leave it out: the queue then runs on PostgreSQL`,
    ]);
  } finally {
    redis.disconnect();
  }
}
