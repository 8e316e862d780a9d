import { defineConfig } from 'vitest/config';

/**
 * Tests that need more than Node: a browser, the OpenStack test bed, a whole server. One file after another, since they
 * share the machine and the bed. `.ci/run` brings up what they need; each says so itself when it is missing.
 */
export default defineConfig({
  test: {
    include: ['{apps,packages,providers,templates,scripts}/**/*.wide.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    globalSetup: ['packages/database/src/testing/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 15 * 60_000,
    hookTimeout: 10 * 60_000,
    teardownTimeout: 60_000,
  },
});
