export { freshDatabase, testServerUrl, type FreshDatabase } from './fresh-database.js';
export { findRedis, testRedis, type TestRedis } from './test-redis.js';
export { bootTestService, testAuthenticator, testTokens } from './boot-test-service.js';
