import { defineConfig } from 'vitest/config';

/**
 * One run for all libs and apps. Packages resolve to each other's TypeScript through the export condition
 * `@podspan/source`, so no test needs a build. Not `module`: builds for bundlers are not for Node. Files share one process (isolate: false) and get a database each.
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@podspan/source', 'node', 'development|production'] } },
  resolve: {
    conditions: ['@podspan/source', 'node', 'development|production'],
    // graphql ships twice; the packages under test must see the copy that Node gives to everybody else.
    alias: [{ find: /^graphql$/, replacement: `${import.meta.dirname}/node_modules/graphql/index.js` }],
  },
  test: {
    include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts', 'tools/**/*.spec.ts'],
    globalSetup: ['./tools/ci/test-database.ts'],
    isolate: false,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A shared CI machine may stop for seconds. What passes only the second time is named at the end of the run.
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', './tools/ci/closing-line-reporter.ts', './tools/ci/stuck-reporter.ts'],
    env: { NODE_ENV: 'test' },
  },
});
