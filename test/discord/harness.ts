import { randomInt } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { deriveLinkKey } from '../../src/core/linking/link-code.js'
import type { AwardSink } from '../../src/core/progression/award-writer.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { setGuildRoles, TIERS } from '../../src/core/roles/guild-roles.js'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { createDiscordBot, type DiscordBot } from '../../src/platforms/discord/create-discord-bot.js'
import type { DiscordDeps, DiscordSettings, Tuning } from '../../src/platforms/discord/types.js'
import type { DiscordSandboxOptions } from '../../src/sandbox/discord/options.js'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { borrowDatabase, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

/** Closes what the running test opened, the last first. */
export const later = (close: () => Promise<unknown> | unknown) =>
  onTestFinished(async () => {
    await close()
  })

/** A clock that stands still until a test moves it; it begins now, as ids of the sandbox's messages do. */
class Clock {
  #at = Date.now()
  readonly now = () => this.#at
  forward(seconds: number): void {
    this.#at += seconds * 1000
  }
}

export type Town = Awaited<ReturnType<typeof town>>

/** A sandbox Discord and a real database, and a way to run our bot between them. */
export async function town({
  kind = 'postgres' as Kind,
  sandbox: options = {} as DiscordSandboxOptions,
} = {}) {
  const { db, url, giveBack } = await borrowDatabase(kind)
  later(giveBack)
  const clock = new Clock()
  // The bot's own bound has a test of its own; a machine that stands still for seconds is none of the others' affair.
  const sandbox = await startDiscordSandbox({ now: clock.now, interactionDeadlineMs: 30_000, ...options })
  later(() => sandbox.close())
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(clock.now()) })
  later(() => writer.close())
  const guild = sandbox.control.find.guild('ttfd')
  return { db, url, clock, sandbox, control: sandbox.control, writer, guildId: guild.id }
}

export type BotOptions = {
  db?: Database
  writer?: AwardSink
  settings?: Partial<DiscordSettings>
  tuning?: Partial<Tuning>
  logged?: unknown[]
  drawCard?: DiscordDeps['drawCard']
}

export const LINK_KEY = deriveLinkKey('test')

/** Our bot, not started. */
export function makeBot(
  at: Town,
  { db, writer, settings, tuning, logged, drawCard }: BotOptions = {},
): DiscordBot {
  const note = (fields: Record<string, unknown>, message: string) => void logged?.push({ ...fields, message })
  const bot = createDiscordBot({
    db: db ?? at.db,
    writer: writer ?? at.writer,
    rules: () => RULES,
    now: () => new Date(at.clock.now()),
    newId: () => newId(at.clock.now()),
    random: randomInt,
    log: { info: note, warn: note, error: note },
    drawCard,
    settings: {
      token: at.sandbox.token,
      apiBase: at.sandbox.apiUrl,
      guildIds: [at.guildId],
      payEverywhere: false,
      admins: [],
      siteUrl: () => 'http://127.0.0.1:3000',
      fingerprintKey: 'test',
      timeZone: RULES.timeZone,
      holder: `test-${randomInt(1e9)}`,
      linking: { key: LINK_KEY, admins: new Set() },
      telegramName: () => '@ttfd_bot',
      ...settings,
    },
    tuning: {
      sweepPauseMs: 0,
      standbyMs: 100,
      marksMs: 200,
      roleQueueMs: 200,
      firstStatusMs: 30_000,
      stopMs: 1_000,
      backoffMs: { first: 100, longest: 500 },
      ...tuning,
    },
  })
  later(() => bot.stop())
  return bot
}

/** Our bot, started and ready. */
export async function startBot(at: Town, options: BotOptions = {}): Promise<DiscordBot> {
  const bot = makeBot(at, options)
  await bot.start()
  await bot.idle()
  return bot
}

/** A worker that carries what is due by the bot's deliverers. */
export async function startWorker(at: Town, bot: DiscordBot, pollSeconds = 1): Promise<SyncWorker> {
  const feed = new ChangeFeed(at.db)
  await feed.start()
  const worker = new SyncWorker(at.db, {
    deliverers: bot.deliverers,
    feed,
    pollSeconds,
    timeZone: RULES.timeZone,
    random: Math.random,
    onError: () => {},
  })
  worker.start()
  later(async () => {
    await worker.stop()
    await feed.stop()
  })
  return worker
}

/** Maps the invented guild's tier roles. */
export async function mapTiers(at: Town): Promise<Map<string, string>> {
  const guild = at.control.find.guild('ttfd')
  const roles = new Map(
    TIERS.map((tier) => [tier, at.control.find.role(guild, `tier-${tier.toLowerCase()}`).id]),
  )
  await setGuildRoles(at.db, guild.id, roles, 'test')
  return roles
}

/** Polls until the answer is there; for what no event tells of. */
export async function until<T>(look: () => Promise<T> | T, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function account(db: Database, discordId: string) {
  return db.kysely
    .selectFrom('unified_users')
    .selectAll()
    .where('discord_id', '=', discordId)
    .executeTakeFirst()
}

export async function events(db: Database, type?: string) {
  let query = db.kysely.selectFrom('cross_platform_events').selectAll().orderBy('seq')
  if (type !== undefined) query = query.where('event_type', '=', type)
  return query.execute()
}

/** A way to the database that can be cut, as a network is: open connections break, new ones are refused. */
export async function cuttable(url: string): Promise<{ db: Database; cut(): void }> {
  const target = new URL(url)
  const port = Number(target.port)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  target.port = String((server.address() as AddressInfo).port)
  const db = await openDatabase({ url: target.href })
  const cut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  later(async () => {
    cut()
    await db.close()
  })
  return { db, cut }
}
