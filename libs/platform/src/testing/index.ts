export { freshDatabase, testServerUrl, type FreshDatabase } from './fresh-database.js';
export { testPostgres, type TestPostgres } from './test-postgres.js';
export { findRedis, freePort, testRedis, type TestRedis } from './test-redis.js';
export { bootTestService, testAuthenticator, testTokens } from './boot-test-service.js';
