// The program's parts that carry an event to the platforms, as one process runs them: writer, change feed, worker, bots.
// @ts-check
import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { newId } from '../../dist/core/events/new-id.js'
import { deriveLinkKey } from '../../dist/core/linking/link-code.js'
import { AwardWriter } from '../../dist/core/progression/award-writer.js'
import { loadRules } from '../../dist/core/progression/load-rules.js'
import { setGuildRoles, TIERS } from '../../dist/core/roles/guild-roles.js'
import { createDiscordBot } from '../../dist/platforms/discord/create-discord-bot.js'
import { createTelegramBot } from '../../dist/platforms/telegram/create-telegram-bot.js'
import { startDiscordSandbox } from '../../dist/sandbox/discord/server.js'
import { ChangeFeed } from '../../dist/sync/change-feed.js'
import { SyncWorker } from '../../dist/sync/sync-worker.js'
import { zoneOfNoon } from '../../test/support/noon.js'
import { benchDatabase } from './bench-database.js'
import { startTelegramChild } from './telegram-child.js'

/** Members 1 to `people` are on Telegram too, with this number added to their id. */
export const TELEGRAM_IDS = 920_000_000

/** @param {{ server: { url: string }, say: (line: string) => void, accounts: number, people: number }} options */
export async function deliveryStage({ server, say, accounts, people }) {
  const { db, url } = await benchDatabase(server.url, accounts, 'bench_delivery')
  // Quiet hours would hold notices back.
  const timeZone = zoneOfNoon()
  const rules = await loadRules(db.kysely, { pay: true, timeZone })
  const context = { rules: () => rules, newId: () => newId(Date.now()) }
  // As in one process of the program: what the writer opens is leased for this worker by the same commit.
  /** @type {SyncWorker | null} */
  let worker = null
  const writer = new AwardWriter(db, { ...context, leasing: () => worker?.leasing ?? null })
  const telegram = await startTelegramChild()
  const discord = await startDiscordSandbox()
  await telegram.addPeople(Array.from({ length: people }, (_, n) => TELEGRAM_IDS + n + 1))
  await sql`update unified_users set telegram_id = (${TELEGRAM_IDS}::int + id)::text, locale = 'en' where id <= ${people}`.execute(
    db.kysely,
  )
  await sql`insert into ttfd.identities (platform, platform_id, account_id, reachable)
    select 'telegram', telegram_id, id, true from unified_users where telegram_id is not null`.execute(
    db.kysely,
  )
  const feed = new ChangeFeed(db)
  await feed.start()
  const settings = {
    siteUrl: () => 'http://127.0.0.1:3000',
    fingerprintKey: 'bench',
    timeZone,
    holder: 'bench',
    payEverywhere: true,
    admins: [],
    linking: { key: deriveLinkKey('bench'), admins: new Set() },
  }
  const shared = {
    ...context,
    db,
    writer,
    now: () => new Date(),
    random: (/** @type {number} */ n) => randomInt(n),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  }
  const telegramBot = createTelegramBot({
    ...shared,
    settings: { ...settings, token: telegram.token, apiRoot: telegram.url, groupIds: [] },
  })
  const discordBot = createDiscordBot({
    ...shared,
    settings: {
      ...settings,
      token: discord.token,
      apiBase: discord.apiUrl,
      guildIds: [],
      telegramName: () => '@bench_bot',
    },
  })
  const guild = discord.control.find.guild('ttfd')
  const roleOf = (/** @type {string} */ tier) =>
    discord.control.find.role(guild, `tier-${tier.toLowerCase()}`).id
  await telegramBot.start()
  await discordBot.start()
  worker = new SyncWorker(db, {
    deliverers: new Map([['telegram', telegramBot.deliverer], ...discordBot.deliverers]),
    feed,
    pollSeconds: 5,
    timeZone,
    random: Math.random,
    onError: (/** @type {unknown} */ error) => say(String(error)),
  })
  worker.start()
  return {
    db,
    url,
    timeZone,
    writer,
    telegram,
    discord,
    discordBot,
    /** From now on the guild has a role for each tier. */
    giveRoles: () =>
      setGuildRoles(
        db,
        guild.id,
        new Map(TIERS.map((/** @type {string} */ tier) => [tier, roleOf(tier)])),
        'bench',
      ),
    async close() {
      await worker?.stop()
      await telegramBot.stop()
      await discordBot.stop()
      await writer.close()
      await feed.stop()
      telegram.stop()
      await discord.close()
      await db.close()
    },
  }
}
