// The whole program in a process of its own, started by memory.js as `ttfd start` would, or only the libraries that it
// stands on, connected to the same places. Speaks over IPC: { awards } are written through a writer of the program's own
// kind in this very process; { rss } is answered by the MiB that it holds.
// @ts-check
import { newId } from '../../dist/core/events/new-id.js'
import { AwardWriter } from '../../dist/core/progression/award-writer.js'
import { loadRules } from '../../dist/core/progression/load-rules.js'
import { openDatabase } from '../../dist/db/connect.js'
import { discordIdOf, message } from './award-load.js'

/** As many as both bots hand over at a time. */
const IN_FLIGHT = 200
/** So far apart that a member's next message pays again. */
const STEP_MS = 7

/** The program as its command starts it. */
async function program() {
  const { runCli } = await import('../../dist/cli/run-cli.js')
  const { processIo } = await import('../../dist/cli/io.js')
  void runCli(['start'], processIo())
}

/** What a program of this kind cannot do without. */
async function libraries() {
  const { Client, GatewayIntentBits } = await import('discord.js')
  const { Bot } = await import('grammy')
  const { serve } = await import('@hono/node-server')
  const { Hono } = await import('hono')
  const { default: pg } = await import('pg')
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMembers],
    rest: { api: process.env.DISCORD_API_BASE ?? '' },
  })
  await client.login(process.env.DISCORD_TOKEN)
  const apiRoot = process.env.TELEGRAM_API_ROOT ?? ''
  await new Bot(process.env.TELEGRAM_BOT_TOKEN ?? '', { client: { apiRoot } }).api.getMe()
  serve({ fetch: new Hono().fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })
  await new pg.Pool({ connectionString: process.env.DATABASE_URL }).query('select 1')
}

/** @param {{ count: number, accounts: number }} order */
async function awards({ count, accounts }) {
  const db = await openDatabase({ url: process.env.DATABASE_URL ?? '', maxConnections: 2 })
  const rules = await loadRules(db.kysely, { pay: true, timeZone: 'Europe/Moscow' })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  const first = Date.now() - count * STEP_MS
  let next = 0
  const lane = async () => {
    while (next < count) {
      const n = next++
      await writer.award(
        message({
          key: `memory-${n}`,
          member: discordIdOf(1 + (n % accounts)),
          at: new Date(first + n * STEP_MS),
          serial: n + 1,
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  await writer.close()
  await db.close()
}

process.on('message', async (/** @type {any} */ order) => {
  if (order.awards) await awards(order.awards)
  process.send?.({ rss: process.memoryUsage.rss() / 2 ** 20 })
})
// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
await (process.argv[2] === 'program' ? program() : libraries())
process.send?.({ started: true })
