// What `npm run bench` measures, by the names that `--only` takes. A new bench is one import and one line here.
// @ts-check
import { benchAwards } from './awards.js'
import { benchEmbeddedAwards } from './awards-embedded.js'
import { benchBacklog } from './backlog.js'
import { benchDelivery } from './delivery.js'
import { benchDiscordMemory } from './discord-memory.js'
import { benchImport } from './import.js'
import { benchMemory } from './memory.js'
import { benchWeb } from './web.js'
import { benchIdlePages } from './web-idle.js'

/**
 * @typedef {object} BenchOptions
 * @property {import('../test/support/postgres-server.js').PostgresServer} server with PostgreSQL's default durability
 * @property {(line: string) => void} say tells of a round, for whoever watches
 * @property {boolean} quick fewer rounds and smaller counts: to see that it runs, never to be quoted
 */

/**
 * @typedef {object} Bench
 * @property {string} name for `--only`, for the chart's file and for the marks in docs/performance.md
 * @property {string} title of its chart and table
 * @property {readonly import('./support/competitors.js').Competitor[]} needs outside measures without which it is worth nothing
 * @property {(options: BenchOptions) => Promise<readonly import('./support/report.js').Figure[]>} run
 */

/** @type {readonly Bench[]} */
export const BENCHES = [
  { name: 'awards', title: 'Awards', needs: ['pgbench'], run: benchAwards },
  { name: 'embedded', title: 'Awards on the embedded database', needs: [], run: benchEmbeddedAwards },
  { name: 'delivery', title: 'From an award to the other platform', needs: [], run: benchDelivery },
  { name: 'backlog', title: 'A backlog, drained', needs: ['graphile-worker'], run: benchBacklog },
  { name: 'resident', title: 'What the whole program holds', needs: ['discord.js'], run: benchMemory },
  { name: 'memory', title: "The Discord bot's memory", needs: ['discord.js'], run: benchDiscordMemory },
  { name: 'import', title: 'Import', needs: [], run: benchImport },
  { name: 'web', title: 'Pages', needs: ['autocannon'], run: benchWeb },
  { name: 'idle', title: 'Idle pages', needs: [], run: benchIdlePages },
]
