// The fault harness: `npm run chaos [-- --runs 200 --seed 1 --database embedded|postgres --mutation <name> --json]`.
// Ends with 1 when a run was red. With a mutation it is the other way round: the planted fault must be found.
// @ts-check
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres-server.js'
import { oneRun } from './one-run.js'
import { MUTATIONS } from './victim/changes.js'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    database: { type: 'string' },
    mutation: { type: 'string' },
    seconds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
})
const runs = Number(values.runs)
const first = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))
const mutation = values.mutation ?? null
const isUse =
  Number.isInteger(runs) &&
  runs > 0 &&
  Number.isInteger(first) &&
  Number(values.seconds) > 0 &&
  (mutation === null || mutation in MUTATIONS) &&
  [undefined, 'postgres', 'embedded'].includes(values.database)
if (!isUse) {
  process.stderr.write(
    `npm run chaos -- [--runs N] [--seed N] [--seconds N] [--database postgres|embedded] [--mutation ${Object.keys(MUTATIONS).join('|')}] [--json]\n`,
  )
  process.exit(2)
}

// Its own server for all runs, each run a fresh database: durable as PostgreSQL is by itself.
const server = values.database === 'embedded' ? null : await startPostgres({ durable: true })
let red = 0
try {
  for (let n = 0; n < runs; n++) {
    const seed = first + n
    // Unless one is asked for, every fifth run is on the embedded database.
    const kind =
      values.database === 'embedded' || (values.database === undefined && n % 5 === 4)
        ? 'embedded'
        : 'postgres'
    const result = await oneRun({ seed, kind, mutation, stormMs: Number(values.seconds) * 1000, server })
    tell(n + 1, result)
    const shows = mutation === null ? undefined : MUTATIONS[mutation]?.shows
    if (result.wrong.some((line) => shows?.test(line) ?? true)) red += 1
    if (mutation !== null && red > 0) break
  }
} finally {
  await server?.destroy()
}
const isGood = mutation === null ? red === 0 : red > 0
process.stderr.write(
  mutation === null
    ? `${runs - red} of ${runs} runs without a lost, doubled or wrong effect\n`
    : `${mutation}: ${isGood ? 'found' : `not found in ${runs} runs`}\n`,
)
process.exitCode = isGood ? 0 : 1

/** @param {number} n @param {Awaited<ReturnType<typeof oneRun>>} result */
function tell(n, result) {
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ run: n, mutation, ...result })}\n`)
    return
  }
  const { seed, kind, shape, acts, faults, seconds, wrong, directory } = result
  const verdict = wrong.length === 0 ? 'green' : 'RED'
  process.stdout.write(
    `${n}/${runs} ${verdict} seed ${seed}, ${kind} (${shape}), ${acts} acts, ${seconds.toFixed(1)} s: ${faults.join(', ')}\n`,
  )
  if (wrong.length === 0) return
  for (const line of wrong.slice(0, 20)) process.stdout.write(`    ${line}\n`)
  if (wrong.length > 20) process.stdout.write(`    and ${wrong.length - 20} more\n`)
  process.stdout.write(`    logs: ${directory}; again: npm run chaos -- --seed ${seed} --database ${kind}\n`)
}
