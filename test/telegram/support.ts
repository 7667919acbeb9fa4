import { randomInt } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { newId } from '../../src/core/events/new-id.js'
import { deriveLinkKey } from '../../src/core/linking/link-code.js'
import { type AwardKeeper, type AwardSink, AwardWriter } from '../../src/core/progression/award-writer.js'
import type { Rules } from '../../src/core/progression/rules.js'
import type { Database } from '../../src/db/connect.js'
import { createTelegramBot, type TelegramBot } from '../../src/platforms/telegram/create-telegram-bot.js'
import type { TelegramDeps, TelegramSettings, Tuning } from '../../src/platforms/telegram/types.js'
import {
  startTelegramSandbox,
  type TelegramSandbox,
  type TelegramSandboxOptions,
} from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { freshDatabase, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

/** Noon in Moscow: no quiet hours, no midnight near. */
export const NOON = Date.parse('2026-03-10T09:00:00Z')

const QUICK: Partial<Tuning> = {
  // Longer than a busy machine may pause: who loses his lease for that is no longer up.
  leaseSeconds: 12,
  leaseRenewMs: 300,
  firstStatusMs: 20_000,
  standbyMs: 30,
  conflictMs: 300,
  conflictGraceMs: 150,
  wrongTokenMs: 50,
  backoffMs: { first: 20, longest: 200 },
  // Confirmed is only what is answered too, however slowly.
  holdMs: 20_000,
  flood: { burst: 10_000, perSecond: 10_000 },
}

export type Stage = {
  db: Database
  writer: AwardWriter
  sandbox: TelegramSandbox
  bot: TelegramBot
  logs: LogLine[]
  /** Starts one more bot on the same database and sandbox. */
  another(options?: StageOptions): Promise<TelegramBot>
  /** Moves everybody's clock. */
  clock: { now: number }
}

type LogLine = { level: 'info' | 'warn' | 'error'; fields: Record<string, unknown>; message: string }

export type StageOptions = {
  kind?: Kind
  db?: Database
  rules?: Rules
  settings?: Partial<TelegramSettings>
  tuning?: Partial<Tuning>
  sandbox?: TelegramSandboxOptions
  /** Chooses the secret of rounds; the number 7 unless given. */
  random?: (n: number) => number
  start?: boolean
  drawCard?: TelegramDeps['drawCard']
  /** Stands between the bot and the writer. */
  wrap?: (writer: AwardWriter) => AwardSink | AwardKeeper
}

/** A database, a Telegram and a bot that is up, all gone after the test. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const clock = { now: NOON }
  const db = options.db ?? (await freshDatabase(options.kind ?? 'postgres'))
  const sandbox = await startTelegramSandbox({ now: () => clock.now, ...options.sandbox })
  onTestFinished(() => sandbox.close())
  const logs: LogLine[] = []
  const rules = () => options.rules ?? RULES
  const writer = new AwardWriter(db, { rules, newId: () => newId(clock.now) })
  onTestFinished(() => writer.close().catch(() => {}))
  const another = async (more: StageOptions = {}) => {
    const bot = build(db, writer, sandbox, logs, clock, { ...options, ...more })
    if (more.start ?? options.start ?? true) await bot.start()
    return bot
  }
  return { db, writer, sandbox, logs, clock, bot: await another(), another }
}

function build(
  db: Database,
  writer: AwardWriter,
  sandbox: TelegramSandbox,
  logs: LogLine[],
  clock: { now: number },
  options: StageOptions,
): TelegramBot {
  const id = () => newId(clock.now)
  const rules = () => options.rules ?? RULES
  const say = (level: LogLine['level']) => (fields: Record<string, unknown>, message: string) => {
    logs.push({ level, fields, message })
  }
  const bot = createTelegramBot({
    db,
    writer: options.wrap?.(writer) ?? writer,
    rules,
    now: () => new Date(clock.now),
    newId: id,
    random: options.random ?? ((n) => Math.min(6, n - 1)),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    drawCard: options.drawCard,
    settings: {
      token: sandbox.token,
      apiRoot: sandbox.url,
      groupIds: [String(sandbox.chats.group)],
      payEverywhere: false,
      admins: [String(sandbox.people.olga.id)],
      siteUrl: () => 'https://ttfd.example',
      fingerprintKey: 'a key of this test',
      linking: { key: deriveLinkKey('a secret of this test'), admins: new Set() },
      timeZone: 'Europe/Moscow',
      holder: `test-${randomInt(1e9)}`,
      ...options.settings,
    },
    tuning: { ...QUICK, ...options.tuning },
  })
  onTestFinished(() => bot.stop())
  return bot
}

/** Carries the bot's notices and news when it is told to; what goes wrong with it fails the test. */
export function noticeWorker({ db, bot }: Pick<Stage, 'db' | 'bot'>): SyncWorker {
  const worker = new SyncWorker(db, {
    deliverers: new Map([
      ['telegram', bot.deliverer],
      ['telegram_account', bot.accountDeliverer],
    ]),
    feed: new ChangeFeed(db),
    pollSeconds: 5,
    timeZone: RULES.timeZone,
    random: () => 0,
    onError: (error) => {
      throw error
    },
  })
  onTestFinished(() => worker.stop())
  return worker
}

/** An account's row by Telegram id; undefined when there is none. */
export function accountOf(db: Database, telegramId: number) {
  return db.kysely
    .selectFrom('unified_users')
    .selectAll()
    .where('telegram_id', '=', String(telegramId))
    .executeTakeFirst()
}

/** All events but the making of accounts, oldest first. */
export async function eventsOf(db: Database, telegramId?: number) {
  let query = db.kysely
    .selectFrom('cross_platform_events as e')
    .innerJoin('unified_users as u', 'u.id', 'e.user_id')
    .select(['e.event_type', 'e.xp_delta', 'e.coins_delta', 'e.dedupe_key', 'e.data', 'e.processed'])
    .where('e.event_type', '!=', 'account_created')
    .orderBy('e.seq')
  if (telegramId !== undefined) query = query.where('u.telegram_id', '=', String(telegramId))
  return query.execute()
}

/** Gives coins and XP by the one door, as an operator would. */
export async function give(
  { writer }: Pick<Stage, 'writer'>,
  telegramId: number,
  { xp = 0, coins = 0 }: { xp?: number; coins?: number },
): Promise<void> {
  await writer.award({
    key: `test:${randomInt(1e12)}`,
    who: { platform: 'telegram', id: String(telegramId) },
    occurredAt: new Date(NOON),
    source: 'system',
    act: { type: 'grant', event: 'adjusted', xp, coins, data: {}, silent: true },
  })
}

/** Balance = sum of events, for everybody. */
export async function balancesAgree(db: Database): Promise<boolean> {
  const rows = await db.kysely
    .selectFrom('unified_users as u')
    .leftJoin('cross_platform_events as e', 'e.user_id', 'u.id')
    .select((eb) => [
      'u.id',
      'u.xp',
      'u.coins',
      eb.fn.coalesce(eb.fn.sum<string>('e.xp_delta'), eb.lit(0)).as('xp_sum'),
      eb.fn.coalesce(eb.fn.sum<string>('e.coins_delta'), eb.lit(0)).as('coins_sum'),
    ])
    .groupBy('u.id')
    .execute()
  return rows.every((row) => row.xp === Number(row.xp_sum) && row.coins === Number(row.coins_sum))
}

/** The board counts as the duties of a running program would. */
export async function countBoard(db: Database): Promise<void> {
  await rebuildBoard(db, () => performance.now(), 'Europe/Moscow')
}

/** Texts of all buttons of a message. */
export function buttonsOf(message: { reply_markup?: { inline_keyboard: { text: string }[][] } }): string[] {
  return (message.reply_markup?.inline_keyboard ?? []).flat().map(({ text }) => text)
}

/** Resolves when the bot's state is the wanted one. */
export function untilState(bot: TelegramBot, state: string): Promise<void> {
  if (bot.status().state === state) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = bot.onStatus(() => {
      if (bot.status().state !== state) return
      stop()
      resolve()
    })
  })
}
