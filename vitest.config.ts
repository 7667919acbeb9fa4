import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'

const jsx = fileURLToPath(new URL('src/jsx/jsx-runtime.ts', import.meta.url))

export default defineConfig({
  // Sources run as they are; package.json says the same of what was built.
  resolve: { alias: { '#jsx/jsx-runtime': jsx, '#jsx/jsx-dev-runtime': jsx } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Loading the modules anew for every file would be a quarter of the time; a file leaves nothing behind.
    isolate: false,
    globalSetup: ['test/support/global-setup.ts'],
    // Real databases, browsers and child processes: they wait for each other more than they work, so three fit two cores.
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is awaited may take its time on a busy machine; a second would be a measurement.
    expect: { poll: { timeout: 20_000 } },
  },
})
