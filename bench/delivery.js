// From an award's durable answer to the moment the other platform's server has the notice or the role change, idle.
// @ts-check
import { randomInt } from 'node:crypto'
import { ensureAccount } from '../dist/core/accounts/ensure-account.js'
import { newId } from '../dist/core/events/new-id.js'
import { deriveLinkKey } from '../dist/core/linking/link-code.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { setGuildRoles, TIERS } from '../dist/core/roles/guild-roles.js'
import { createDiscordBot } from '../dist/platforms/discord/create-discord-bot.js'
import { createTelegramBot } from '../dist/platforms/telegram/create-telegram-bot.js'
import { startDiscordSandbox } from '../dist/sandbox/discord/server.js'
import { startTelegramSandbox } from '../dist/sandbox/telegram/start-telegram-sandbox.js'
import { ChangeFeed } from '../dist/sync/change-feed.js'
import { SyncWorker } from '../dist/sync/sync-worker.js'
import { benchDatabase } from './support/bench-database.js'
import { median, quantile } from './support/statistics.js'

const PEOPLE = 40
const RANK_XP = 500
/** From tier to tier: E, D, C, B. */
const TIER_STEPS_XP = [2_250, 4_500, 6_750, 9_000]
const ROLE_PAUSE_MS = 1_500

/**
 * @param {{ server: { url: string }, say: (line: string) => void }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchDelivery({ server, say }) {
  const { db } = await benchDatabase(server.url, 1_000)
  // A zone where it is noon: quiet hours would hold notices back.
  const timeZone = noonZone()
  const rules = await loadRules(db.kysely, { pay: true, timeZone })
  const context = { rules: () => rules, newId: () => newId(Date.now()) }
  const writer = new AwardWriter(db, context)
  const telegram = await startTelegramSandbox()
  const discord = await startDiscordSandbox()
  const feed = new ChangeFeed(db)
  await feed.start()
  const shared = {
    ...context,
    db,
    writer,
    now: () => new Date(),
    random: (/** @type {number} */ n) => randomInt(n),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  }
  const settings = {
    siteUrl: () => 'http://127.0.0.1:3000',
    fingerprintKey: 'bench',
    timeZone,
    holder: 'bench',
    payEverywhere: true,
    admins: [],
    linking: { key: deriveLinkKey('bench'), admins: new Set() },
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
  const roles = new Map(
    TIERS.map((/** @type {string} */ tier) => [
      tier,
      discord.control.find.role(guild, `tier-${tier.toLowerCase()}`).id,
    ]),
  )
  await setGuildRoles(db, guild.id, roles, 'bench')
  await telegramBot.start()
  await discordBot.start()
  const worker = new SyncWorker(db, {
    deliverers: new Map([['telegram', telegramBot.deliverer], ...discordBot.deliverers]),
    feed,
    pollSeconds: 5,
    timeZone,
    random: Math.random,
    onError: (/** @type {unknown} */ error) => say(String(error)),
  })
  worker.start()
  try {
    const notices = await telegramNotices({ db, writer, telegram, timeZone })
    say(`notices: median ${median(notices).toFixed(2)} ms, p99 ${quantile(notices, 0.99).toFixed(2)} ms`)
    const roles = await discordRoles({ db, writer, discord, discordBot, timeZone })
    say(`roles: median ${median(roles).toFixed(2)} ms, p99 ${quantile(roles, 0.99).toFixed(2)} ms`)
    const bare = await bareRequests(telegram)
    const row = (/** @type {string} */ name, /** @type {number} */ ours, /** @type {string} */ aim) => {
      return { name, ours, outside: median(bare), unit: 'ms', ratio: ours / median(bare), aim }
    }
    return [
      row(
        'award commit → notice received by Telegram, median; outside: a bare request to that server',
        median(notices),
        'median <= 3 ms',
      ),
      row('the same, p99', quantile(notices, 0.99), 'p99 <= 20 ms'),
      row('award commit → role PATCH received by Discord, median', median(roles), 'median <= 200 ms'),
    ]
  } finally {
    await worker.stop()
    await telegramBot.stop()
    await discordBot.stop()
    await writer.close()
    await feed.stop()
    await telegram.close()
    await discord.close()
    await db.close()
  }
}

/** @param {any} parts */
async function telegramNotices({ db, writer, telegram, timeZone }) {
  const times = []
  for (let n = 0; n < PEOPLE; n++) {
    const id = 920_000_000 + n
    telegram.control.addPerson({ id, firstName: `Person ${n}`, languageCode: 'en' }).start()
    await ensure(db, { platform: 'telegram', id: String(id) }, timeZone)
  }
  for (let n = 0; n < PEOPLE; n++) {
    const id = 920_000_000 + n
    const after = telegram.control.mark()
    const received = telegram.control
      .waitForRequest(
        (/** @type {any} */ r) =>
          r.method === 'sendMessage' && Number(r.params?.chat_id ?? r.body?.chat_id ?? id) === id,
        { after, timeoutMs: 20_000 },
      )
      .then(() => performance.now())
    await writer.award(grant({ platform: 'telegram', id: String(id) }, RANK_XP, `t${n}`))
    const committed = performance.now()
    times.push(Math.max(0, (await received) - committed))
  }
  return times
}

/** @param {any} parts */
async function discordRoles({ db, writer, discord, discordBot, timeZone }) {
  const people = ['vera', 'mira', 'oleg', 'kate', 'max'].map((name) => discord.control.person(name).user.id)
  const times = []
  for (const id of people) await ensure(db, { platform: 'discord', id }, timeZone)
  await discordBot.idle()
  for (const [step, xp] of TIER_STEPS_XP.entries()) {
    for (const id of people) {
      const since = discord.control.mark
      const received = discord.control
        .waitForRequest((/** @type {any} */ r) => r.method === 'PATCH' && r.path.endsWith(`/members/${id}`), {
          since,
          timeoutMs: 20_000,
        })
        .then(() => performance.now())
      await writer.award(grant({ platform: 'discord', id }, xp, `d${step}:${id}`))
      const committed = performance.now()
      times.push(Math.max(0, (await received) - committed))
    }
    // A member's roles change at most once in 1.2 s.
    await new Promise((resolve) => setTimeout(resolve, ROLE_PAUSE_MS))
  }
  return times
}

/** @param {any} telegram */
async function bareRequests(telegram) {
  const times = []
  for (let n = 0; n < 200; n++) {
    const began = performance.now()
    await fetch(`${telegram.url}/bot${telegram.token}/getMe`).then((response) => response.text())
    times.push(performance.now() - began)
  }
  return times
}

/** @param {any} db @param {any} identity @param {string} timeZone */
function ensure(db, identity, timeZone) {
  const facts = { displayName: 'Bench', locale: 'en', reachable: true, claimed: true }
  return ensureAccount(db, identity, facts, { now: new Date(), newId: () => newId(Date.now()), timeZone })
}

/** @param {any} who @param {number} xp @param {string} key @returns {any} */
function grant(who, xp, key) {
  const act = { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: false }
  return { key: `bench:${key}`, who, occurredAt: new Date(), source: 'system', act }
}

function noonZone() {
  const ahead = 12 - new Date().getUTCHours()
  // The names count westwards.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}
