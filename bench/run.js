// Every figure beside an outside one, taken in the same run: `npm run bench [-- --json] [--only awards,web] [--quick]`.
// `--postgres shared_buffers=1GB` tries a setting of the server, on both sides; its figures are shown and not kept.
// Exit code 1 when anything could not be measured, 2 for wrong use. The figures go to docs/bench/last.json, the charts and
// docs/performance.md; with `--only` the other benches keep their last ones. What is measured stands in benches.js.
// @ts-check
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres-server.js'
import { BENCHES } from './benches.js'
import { missingCompetitors } from './support/competitors.js'
import { keepResults } from './support/last-results.js'
import { readOptions } from './support/options.js'
import { checkFigures, machineFacts, table } from './support/report.js'
import { writeReport } from './support/write-report.js'

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

const options = tryOptions()
if (options) process.exitCode = await runBenches(options)

function tryOptions() {
  try {
    return readOptions(
      process.argv.slice(2),
      BENCHES.map(({ name }) => name),
    )
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
    return undefined
  }
}

/** @param {ReturnType<typeof readOptions>} options @returns {Promise<number>} exit code */
async function runBenches({ json, quick, only, postgres }) {
  const chosen = BENCHES.filter(({ name }) => only.includes(name))
  const server = await startPostgres({ durable: true, settings: [...postgres] }).catch((error) => {
    if (postgres.length === 0) throw error
    say(`PostgreSQL does not start with ${postgres.join(', ')}`)
  })
  if (!server) return 1
  try {
    const missing = missingCompetitors(
      chosen.flatMap(({ needs }) => needs),
      server,
    )
    for (const line of missing) say(line)
    if (missing.length > 0) return 1
    const version = execFileSync(join(server.bin, 'postgres'), ['--version']).toString().trim()
    const machine = machineFacts([version, ...postgres].join(', '))
    /** @type {import('./support/last-results.js').Result[]} */
    const results = []
    /** @type {string[]} */
    const failed = []
    for (const { name, title, run } of chosen) {
      say(`-- ${name}`)
      try {
        const figures = await run({ server, say, quick })
        checkFigures(figures)
        results.push({ name, title, machine, figures })
      } catch (error) {
        failed.push(name)
        say(`${name} FAILED: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
    // A quick run proves that it runs; its figures are worth nothing, and other settings make other figures.
    if (!quick && postgres.length === 0) writeReport(keepResults(results))
    const figures = results.flatMap((result) => result.figures)
    if (json) process.stdout.write(`${JSON.stringify({ machine, quick, failed, results }, null, 2)}\n`)
    else process.stdout.write(`${JSON.stringify(machine)}\n${table(figures)}\n`)
    if (failed.length > 0) say(`not measured: ${failed.join(', ')}`)
    return failed.length > 0 ? 1 : 0
  } finally {
    await server.destroy()
  }
}
