import { findRedis, freePort, testRedis } from '@podspan/platform/testing';
import { describe, expect, it } from 'vitest';
import { checkRedis } from './check-redis.js';

describe(checkRedis, () => {
  it('names host and reason where nobody answers, and not the password', async () => {
    const failure = checkRedis(`redis://me:hidden@127.0.0.1:${await freePort()}`);
    await expect(failure).rejects.toThrow(
      /^The configuration is invalid:\n- REDIS_URL: Redis at 127\.0\.0\.1:\d+ .*ECONNREFUSED.* PostgreSQL$/,
    );
    await expect(failure).rejects.not.toThrow(/hidden/);
  });

  it.runIf(findRedis())('passes where Redis answers, and tells what it says to a wrong password', async () => {
    const redis = await testRedis();
    try {
      await checkRedis(redis.url);
      const url = new URL(redis.url);
      url.username = 'nobody';
      url.password = 'hidden';
      await expect(checkRedis(url.href)).rejects.toThrow(/WRONGPASS/);
    } finally {
      await redis.destroy();
    }
  });
});
