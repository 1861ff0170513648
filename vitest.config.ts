import { defineConfig } from 'vitest/config'

/** `default` needs Node and, for .redis.test.ts, redis-server. `e2e` needs Chromium as well. */
export default defineConfig({
  test: {
    // Two cores: more workers only make process tests slower.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'default',
          include: ['services', 'scripts', 'cdk8s', 'k8s-tests', 'bench'].map((folder) => `${folder}/**/*.test.ts`),
          exclude: ['**/*.e2e.test.ts', '**/*.k8s.test.ts'],
          globalSetup: ['services/shared/testing/say-what-is-skipped.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'k8s',
          include: ['k8s-tests/**/*.k8s.test.ts'],
          globalSetup: ['k8s-tests/support/kind-cluster.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 900_000,
        },
      },
      { extends: true, test: { name: 'e2e', include: ['services/**/*.e2e.test.ts'], testTimeout: 60_000 } },
    ],
  },
})
