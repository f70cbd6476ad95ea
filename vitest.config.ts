import { defineConfig } from 'vitest/config';

/** Without this, vite hands our code another copy of graphql than the libraries load, and the two do not mix. */
const conditions = ['module-sync', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    isolate: false, // the modules hold no state, and loading them anew for each file takes a fifth of the time
    maxWorkers: 3, // on two cores: tests wait for PostgreSQL and for clocks as often as they work
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
