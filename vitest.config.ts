import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/global-setup.ts'],
    // Real databases, browsers and child processes: two workers fit two cores.
    pool: 'forks',
    // Files share the modules of their worker: loading the bots' libraries anew for each costs a quarter of the time.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
