// Draws the charts and writes the tables from the figures that are kept.
// @ts-check
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chart } from './chart.js'
import { writeTables } from './performance-page.js'

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))

/** @param {readonly import('./last-results.js').Result[]} results */
export function writeReport(results) {
  mkdirSync(`${DOCS}images`, { recursive: true })
  for (const result of results) writeFileSync(`${DOCS}images/bench-${result.name}.svg`, chart(result))
  const page = readFileSync(`${DOCS}performance.md`, 'utf8')
  writeFileSync(`${DOCS}performance.md`, writeTables(page, results))
}
