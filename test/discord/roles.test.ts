import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import type { Award } from '../../src/core/progression/award.js'
import { changeRoles } from '../../src/core/roles/role-diff.js'
import {
  askRoles,
  claimRoles,
  memberGone,
  readMemberRoles,
  settleRole,
  summarizeRoles,
} from '../../src/core/roles/role-states.js'
import { zoneOfNoon } from '../support/noon.js'
import { RULES } from '../support/rules.js'
import { makeBot, mapTiers, startBot, startWorker, type Town, town, until } from './harness.js'

let key = 0
const grant = (at: Town, discordId: string, xp: number, silent = false): Award => ({
  key: `test:${++key}`,
  who: { platform: 'discord', id: discordId },
  occurredAt: new Date(at.clock.now()),
  source: 'telegram',
  act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent },
  create: { displayName: 'x' },
})

const rolesOf = (at: Town, key: string) => {
  const guild = at.control.find.guild('ttfd')
  const member = guild.members.get(at.control.person(key).id)
  return [...(member?.roles ?? [])].map((id) => guild.roles.get(id)?.key).sort()
}

const patches = (at: Town, mark: number, key: string) =>
  at.control
    .requests(mark)
    .filter(
      ({ method, path }) => method === 'PATCH' && path.endsWith(`/members/${at.control.person(key).id}`),
    )

/** A person whose account is made and whose first role is on. */
async function settled(at: Town, key: string) {
  const { id } = at.control.person(key)
  await at.writer.award(grant(at, id, 1))
  await askRoles(at.db.kysely, id)
  await until(() => rolesOf(at, key).includes('tier-f'))
  await at.db.kysely
    .updateTable('ttfd.role_states')
    .set({ changed_at: new Date(0) })
    .execute()
  return id
}

test('an account gets its first role whoever made it: what is asked for lies with the account', async () => {
  const at = await town()
  await mapTiers(at)
  const { id } = at.control.person('mira')
  await at.writer.award(grant(at, id, 1))
  expect(await readMemberRoles(at.db.kysely, id)).toMatchObject([{ state: 'queued' }])
  await startBot(at)
  await until(() => rolesOf(at, 'mira').includes('tier-f'))
})

test('who left while he was looked at is gone, whatever the look saw', async () => {
  const at = await town()
  await mapTiers(at)
  const { id } = at.control.person('mira')
  await at.writer.award(grant(at, id, 1))
  const [lease] = await claimRoles(at.db, [at.guildId], 1)
  await memberGone(at.db, at.guildId, id)
  if (lease) await settleRole(at.db, lease, { state: 'applied', changed: true })
  expect(await readMemberRoles(at.db.kysely, id)).toMatchObject([{ state: 'blocked', reason: 'member_gone' }])
})

describe('the list of roles', () => {
  const byTier = new Map([
    ['F', 'rf'],
    ['E', 're'],
  ])
  const map = { byTier, manageable: new Set(['rf', 're']) }

  test('gets the wanted role, loses other tiers, and keeps everything else', () => {
    expect(changeRoles(['a', 'rf', 'b'], map, 'E')).toEqual({ roles: ['a', 'b', 're'], reached: true })
    expect(changeRoles(['a', 're'], map, 'E')).toEqual({ roles: null, reached: true })
    expect(changeRoles(['a', 're'], map, null)).toEqual({ roles: ['a'], reached: true })
    expect(changeRoles(['a', 'rf'], map, 'D')).toEqual({ roles: ['a'], reached: true })
  })

  test('leaves alone what the bot may not touch, and says that it is not reached', () => {
    const above = { byTier, manageable: new Set(['rf']) }
    expect(changeRoles(['re', 'rf'], above, 'F')).toEqual({ roles: null, reached: false })
  })
})

describe('a rank role', () => {
  test('follows a Telegram act at once, other roles untouched', async () => {
    const at = await town()
    await mapTiers(at)
    const bot = await startBot(at)
    // Nothing is looked for within the hour: what comes, comes by the announcement.
    await startWorker(at, bot, 3_600)
    const id = await settled(at, 'mira')
    const steps = [2250, 4500, 6750, 9000, 11250, 13500]
    for (const xp of steps) {
      const mark = at.control.mark
      await at.writer.award(grant(at, id, xp))
      await at.control.waitForRequest(({ method }) => method === 'PATCH', { since: mark })
      await until(async () => (await readMemberRoles(at.db.kysely, id))[0]?.state === 'applied')
      await at.db.kysely
        .updateTable('ttfd.role_states')
        .set({ changed_at: new Date(0) })
        .execute()
    }
    expect(rolesOf(at, 'mira')).toEqual(['booster', 'player', 'tier-s'])
  })

  test('after ten rank-ups in a second: at most two PATCHes, the last one right', async () => {
    const at = await town()
    await mapTiers(at)
    const bot = await startBot(at)
    await startWorker(at, bot)
    const id = await settled(at, 'oleg')
    const mark = at.control.mark
    const began = performance.now()
    for (let step = 0; step < 10; step++) {
      await at.writer.award(grant(at, id, 2250))
      await new Promise((resolve) => setTimeout(resolve, 80))
    }
    await until(() => rolesOf(at, 'oleg').includes('tier-b'))
    await bot.idle()
    // Two for the second; on a machine that needs several for it, one more for each.
    const late = Math.floor((performance.now() - began) / 1_000) - 1
    expect(patches(at, mark, 'oleg').length).toBeLessThanOrEqual(2 + Math.max(0, late))
    expect(rolesOf(at, 'oleg')).toEqual(['player', 'tier-b'])
  })

  test('comes with the first message, after joining again, and after an edit by hand', async () => {
    const at = await town()
    await mapTiers(at)
    await startBot(at)
    const kate = at.control.person('kate')
    kate.say('general', 'hello everybody')
    await until(() => rolesOf(at, 'kate').includes('tier-f'))
    kate.leaveGuild('ttfd')
    await until(async () => (await readMemberRoles(at.db.kysely, kate.id))[0]?.reason === 'member_gone')
    kate.joinGuild('ttfd')
    await until(() => rolesOf(at, 'kate').includes('tier-f'))
    at.control.person('vera').setRole('ttfd', 'kate', 'tier-s', true)
    await until(() => !rolesOf(at, 'kate').includes('tier-s'))
    expect(rolesOf(at, 'kate')).toEqual(['tier-f'])
  })

  test('above the bot is found before any member is touched, and mended when the role is lowered', async () => {
    const at = await town()
    await mapTiers(at)
    at.control.changeRole('ttfd', 'tier-f', { position: 50 })
    await startBot(at)
    const mark = at.control.mark
    for (const key of ['kate', 'mira', 'oleg']) at.control.person(key).say('general', 'привет всем здесь')
    const blocked = { guildId: at.guildId, state: 'blocked', reason: 'role_above_bot', members: 3 }
    await expect.poll(() => summarizeRoles(at.db.kysely)).toEqual([blocked])
    const refused = at.control.requests(mark).filter(({ status }) => status === 403)
    expect(refused).toEqual([])
    const shown = await at.control.person('mira').slash('bots', 'profile').reply()
    expect(JSON.stringify(shown.embeds)).toContain('выше роли бота')
    at.control.changeRole('ttfd', 'tier-f', { position: 2 })
    await until(() => ['kate', 'mira', 'oleg'].every((key) => rolesOf(at, key).includes('tier-f')))
  })

  test('that was deleted is said to be so', async () => {
    const at = await town()
    await mapTiers(at)
    await startBot(at)
    const id = await settled(at, 'kate')
    at.control.deleteRole('ttfd', 'tier-e')
    await at.writer.award(grant(at, id, 2250, true))
    await askRoles(at.db.kysely, id)
    await until(async () => (await readMemberRoles(at.db.kysely, id))[0]?.reason === 'role_deleted')
  })

  test('ends right though 30 % of the answers are 429, 5xx or lost, and nothing is repeated faster than told', async () => {
    // Discord's log tells how much later a request came.
    const at = await town({ sandbox: { now: Date.now } })
    await mapTiers(at)
    const bot = await startBot(at)
    await startWorker(at, bot)
    const path = /^\/guilds\/\d+\/members\/\d+$/
    const rules = [
      at.control.trouble.request({ path, probability: 0.1, does: { kind: 'status', status: 502 } }),
      at.control.trouble.request({
        path,
        probability: 0.1,
        does: { kind: 'rate-limit', retryAfterSeconds: 0.4 },
      }),
      at.control.trouble.request({ path, probability: 0.1, does: { kind: 'lose-after' } }),
    ]
    const keys = Array.from({ length: 20 }, (_, index) => `p${index}`)
    for (const key of keys) {
      at.control.addPerson({ key, username: key, globalName: key }, ['ttfd'])
      await at.writer.award(grant(at, at.control.person(key).id, 2250))
    }
    await until(() => keys.every((key) => rolesOf(at, key).join() === 'tier-e'), 50_000)
    expect(rules.reduce((sum, rule) => sum + rule.struck(), 0)).toBeGreaterThan(3)
    const seen = at.control.requests().filter((one) => path.test(one.path))
    for (const told of seen.filter(({ status }) => status === 429)) {
      const again = seen.find(
        (one) => one.path === told.path && one.method === told.method && one.number > told.number,
      )
      if (again) expect(again.startedAt - told.endedAt).toBeGreaterThanOrEqual(380)
    }
  })

  test('of 1,000 members after an import costs no request where it is right', async () => {
    const at = await town()
    const tiers = await mapTiers(at)
    const guild = at.control.find.guild('ttfd')
    const people = Array.from({ length: 1000 }, (_, index) =>
      at.control.addPerson({ key: `m${index}`, username: `m${index}`, globalName: `m${index}` }, ['ttfd']),
    )
    // As an import leaves them: everybody in tier E, the role on everybody but three.
    await Promise.all(people.map((person) => at.writer.award(grant(at, person.id, 2250, true))))
    for (const person of people.slice(3)) guild.members.get(person.id)?.roles.add(tiers.get('E') ?? '')
    await at.db.kysely.deleteFrom('ttfd.deliveries').execute()
    await at.db.kysely.deleteFrom('ttfd.role_states').execute()
    const bot = await startBot(at)
    await bot.idle()
    await until(() => people.slice(0, 3).every((person) => guild.members.get(person.id)?.roles.size === 1))
    await bot.idle()
    const touched = at.control
      .requests()
      .filter(({ path }) => /\/members\/\d+$/.test(path) && !path.endsWith(at.sandbox.clientId))
    const wrong = new Set(people.slice(0, 3).map((person) => person.id))
    expect(touched.filter(({ path }) => !wrong.has(path.split('/').at(-1) ?? ''))).toEqual([])
    expect(touched.filter(({ method }) => method === 'PATCH').length).toBe(3)
    const summary = await summarizeRoles(at.db.kysely)
    expect(summary).toEqual([{ guildId: at.guildId, state: 'applied', reason: null, members: 1000 }])
  }, 60_000)
})

describe('a notice of a rank', () => {
  const told = (at: Town) =>
    at.control.waitForMessage(
      (message) => message.authorId === at.sandbox.clientId && /🎉/.test(message.content),
    )

  test('comes in the channel of the last message, once for all ranks, without a ping', async () => {
    const at = await town()
    const bot = await startBot(at)
    await startWorker(at, bot)
    const mira = at.control.person('mira')
    mira.say('games', 'давайте сыграем сегодня вечером')
    await until(
      async () => (await at.db.kysely.selectFrom('unified_users').select('id').execute()).length > 0,
    )
    await bot.idle()
    await at.writer.award(grant(at, mira.id, 2250))
    const notice = await told(at)
    expect(notice.channelId).toBe(at.control.find.channel('games').id)
    expect(notice.content).toContain(`<@${mira.id}>`)
    expect(notice.content).toContain('Ранг E I')
    expect(notice.mentions).toEqual([])
    expect(notice.flags & (1 << 12)).toBe(1 << 12)
    expect(String(notice.nonce).length).toBeLessThanOrEqual(25)
  })

  test.each([
    ['by day', 0, ['delivered:null', 'skipped:no_place', 'skipped:dm_closed']],
    ['at night, when a direct message waits', 12, ['open:quiet_hours', 'skipped:no_place']],
  ])('follows the person rather than the guild, %s', async (_, hoursAfterNoon, wanted) => {
    const at = await town()
    at.clock.forward(hoursAfterNoon * 3_600)
    const bot = await startBot(at, { settings: { timeZone: zoneOfNoon() } })
    await startWorker(at, bot)
    for (const [key, place] of [
      ['mira', 'dm'],
      ['oleg', 'none'],
      ['max', 'dm'],
    ] as const) {
      const { id } = at.control.person(key)
      const { accountId } = await ensureAccount(
        at.db,
        { platform: 'discord', id },
        { displayName: key },
        { now: new Date(), newId: () => newId(Date.now()), timeZone: RULES.timeZone },
      )
      await at.db.kysely
        .insertInto('ttfd.account_settings')
        .values({ account_id: accountId, notice_place: place })
        .execute()
      await at.writer.award(grant(at, id, 2250))
    }
    const looked = await until(async () => {
      const rows = await at.db.kysely
        .selectFrom('ttfd.deliveries')
        .select(['account_id', 'state', 'last_error'])
        .where('destination', '=', 'discord')
        .orderBy('account_id')
        .execute()
      return rows.every((row) => row.state !== 'open' || row.last_error !== null) ? rows : null
    })
    expect(new Set(looked.map((row) => `${row.state}:${row.last_error}`))).toEqual(new Set(wanted))
  })

  test('comes once to everybody though 30 % of the answers are 429, 5xx or lost', async () => {
    const at = await town()
    const bot = await startBot(at)
    await startWorker(at, bot)
    const people = Array.from({ length: 12 }, (_, index) =>
      at.control.addPerson({ key: `n${index}`, username: `n${index}`, globalName: `n${index}` }, ['ttfd']),
    )
    for (const [index, person] of people.entries())
      person.say('general', `привет всем, меня зовут ${'абвгдежзиклм'[index]?.repeat(3)} и я тут новый`)
    await until(
      async () => (await at.db.kysely.selectFrom('unified_users').select('id').execute()).length === 12,
    )
    await bot.idle()
    const path = /^\/channels\/\d+\/messages$/
    const rules = [
      at.control.trouble.request({
        path,
        method: 'POST',
        probability: 0.1,
        does: { kind: 'status', status: 503 },
      }),
      at.control.trouble.request({ path, method: 'POST', probability: 0.1, does: { kind: 'lose-after' } }),
      at.control.trouble.request({
        path,
        method: 'POST',
        probability: 0.1,
        does: { kind: 'rate-limit', retryAfterSeconds: 0.3 },
      }),
    ]
    await Promise.all(people.map((person) => at.writer.award(grant(at, person.id, 2250))))
    await until(async () => {
      const open = await at.db.kysely
        .selectFrom('ttfd.deliveries')
        .select('id')
        .where('destination', '=', 'discord')
        .where('state', '=', 'open')
        .execute()
      return open.length === 0
    }, 50_000)
    expect(rules.reduce((sum, rule) => sum + rule.struck(), 0)).toBeGreaterThan(2)
    const told = [...at.sandbox.world.allMessages()].filter(
      ({ authorId }) => authorId === at.sandbox.clientId,
    )
    for (const person of people)
      expect(told.filter(({ content }) => content.includes(`<@${person.id}>`)).length).toBe(1)
  })

  test('is silent for what an import brings', async () => {
    const at = await town()
    const bot = makeBot(at)
    await at.writer.award(grant(at, at.control.person('mira').id, 9000, true))
    const rows = await at.db.kysely.selectFrom('ttfd.deliveries').select('destination').execute()
    expect(rows).toEqual([{ destination: 'discord_roles' }])
    expect(bot.status().state).toBe('starting')
  })
})
