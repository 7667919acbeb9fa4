// The outside measures that benches stand beside. One that is missing stops the run before it begins: a row left out
// would look like a bench that never was.
// @ts-check
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** @typedef {'pgbench' | 'graphile-worker' | 'autocannon' | 'discord.js'} Competitor */

const require = createRequire(import.meta.url)

/**
 * Says which of the needed outside measures this machine lacks, with the command that mends it.
 * @param {Iterable<Competitor>} needed
 * @param {{ bin: string }} server
 * @returns {string[]} one line each; empty when all are there
 */
export function missingCompetitors(needed, { bin }) {
  return [...new Set(needed)].flatMap((name) => {
    try {
      if (name === 'pgbench') accessSync(join(bin, 'pgbench'), constants.X_OK)
      else require.resolve(name)
      return []
    } catch {
      const mend = name === 'pgbench' ? 'apt-get install postgresql-contrib' : 'npm ci'
      return [`${name} is missing; mend: ${mend}`]
    }
  })
}
