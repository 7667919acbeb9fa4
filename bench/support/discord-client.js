// One Discord client in a process of its own, so that its heap is all there is to measure. Started by discord-memory.js
// with --expose-gc; speaks over IPC: { seen } is answered when so many messages are dealt with, { heap } by MiB in use.
// @ts-check
import { randomInt } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { newId } from '../../dist/core/events/new-id.js'
import { deriveLinkKey } from '../../dist/core/linking/link-code.js'
import { AwardWriter } from '../../dist/core/progression/award-writer.js'
import { loadRules } from '../../dist/core/progression/load-rules.js'
import { openDatabase } from '../../dist/db/connect.js'
import { createDiscordBot } from '../../dist/platforms/discord/create-discord-bot.js'

const TIME_ZONE = 'Europe/Moscow'
const READY_MS = 20_000

/** @typedef {{ kind: 'ours' | 'default', token: string, apiBase: string, databaseUrl: string }} Start */

let seen = 0
/** @type {{ count: number, done: () => void } | null} */
let awaited = null

function saw() {
  seen += 1
  if (awaited && seen >= awaited.count) awaited.done()
}

/** Our bot as the program runs it; a message is seen when its award is settled. @param {Start} start */
async function startOurs({ token, apiBase, databaseUrl }) {
  const db = await openDatabase({ url: databaseUrl })
  const rules = await loadRules(db.kysely, { pay: true, timeZone: TIME_ZONE })
  const context = { rules: () => rules, newId: () => newId(Date.now()) }
  const writer = new AwardWriter(db, context)
  const bot = createDiscordBot({
    ...context,
    db,
    writer: {
      award: (/** @type {any} */ award) => writer.award(award).finally(saw),
    },
    now: () => new Date(),
    random: (/** @type {number} */ n) => randomInt(n),
    log: { info: () => {}, warn: complain, error: complain },
    settings: {
      token,
      apiBase,
      guildIds: [],
      payEverywhere: true,
      admins: [],
      siteUrl: () => 'http://127.0.0.1:3000',
      fingerprintKey: 'bench',
      timeZone: TIME_ZONE,
      holder: 'bench-memory',
      linking: { key: deriveLinkKey('bench'), admins: new Set() },
    },
    tuning: { firstStatusMs: READY_MS },
  })
  await bot.start()
  if (bot.status().state !== 'up') throw new Error(`the bot is ${bot.status().state}`)
  return async () => bot.idle()
}

/** discord.js with the same intents and whatever it keeps by itself. @param {Start} start */
async function startDefault({ token, apiBase }) {
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildVoiceStates,
      GatewayIntentBits.MessageContent,
      GatewayIntentBits.GuildMembers,
    ],
    rest: { api: apiBase },
  })
  client.on(Events.MessageCreate, saw)
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(token)
  await ready
  return async () => {}
}

/** @param {number} count @returns {Promise<void>} */
function whenSeen(count) {
  if (seen >= count) return Promise.resolve()
  return new Promise((resolve) => {
    awaited = { count, done: resolve }
  })
}

async function heapMiB() {
  // What finished in this turn is let go of in the next ones.
  for (let round = 0; round < 5; round++) {
    await turn()
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** @param {Record<string, unknown>} fields @param {string} message */
function complain(fields, message) {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)
}

/** @param {any} order */
async function obey(order) {
  if (order.start) {
    idle = await (order.start.kind === 'ours' ? startOurs(order.start) : startDefault(order.start))
    return {}
  }
  if (order.seen !== undefined) {
    await whenSeen(order.seen)
    return {}
  }
  await idle()
  return { heap: await heapMiB() }
}

let idle = async () => {}
process.on('message', (order) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
