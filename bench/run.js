// Every figure beside an outside one, taken in the same run. `npm run bench [-- --json]`.
// @ts-check
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres-server.js'
import { benchAwards } from './awards.js'
import { benchDelivery } from './delivery.js'
import { benchDiscordMemory } from './discord-memory.js'
import { benchImport } from './import.js'
import { machineFacts, table } from './support/report.js'
import { benchWeb } from './web.js'

const asJson = process.argv.includes('--json')
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

const server = await startPostgres({ durable: true })
try {
  const version = execFileSync(join(server.bin, 'postgres'), ['--version']).toString().trim()
  const machine = machineFacts(version)
  const figures = [
    ...(await benchAwards({ server, say })),
    ...(await benchDelivery({ server, say })),
    ...(await benchDiscordMemory({ server, say })),
    ...(await benchImport({ server, say })),
    ...(await benchWeb({ server, say })),
  ]
  if (asJson) process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`)
  else process.stdout.write(`${JSON.stringify(machine)}\n${table(figures)}\n`)
} finally {
  await server.destroy()
}
