// The last figures of each bench, kept in the repository: docs/bench/last.json.
// @ts-check
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Result
 * @property {string} name of the bench
 * @property {string} title
 * @property {ReturnType<typeof import('./report.js').machineFacts>} machine with the day of the measurement
 * @property {readonly import('./report.js').Figure[]} figures
 */

const FILE = fileURLToPath(new URL('../../docs/bench/last.json', import.meta.url))

/** @returns {Result[]} */
function lastResults() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')).results
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Puts new results in the place of the old ones of the same bench; the others stay with the day they were measured on.
 * @param {readonly Result[]} results
 * @returns {Result[]} all that are kept now
 */
export function keepResults(results) {
  const all = [...lastResults()]
  for (const result of results) {
    const at = all.findIndex(({ name }) => name === result.name)
    if (at < 0) all.push(result)
    else all[at] = result
  }
  mkdirSync(fileURLToPath(new URL('../../docs/bench/', import.meta.url)), { recursive: true })
  writeFileSync(FILE, `${JSON.stringify({ results: all }, null, 2)}\n`)
  return all
}
