import { describe, expect, test } from 'vitest'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { periodStart, readTop } from '../../src/core/boards/tops.js'
import { newId } from '../../src/core/events/new-id.js'
import { channelMultiplier, guildMultiplier } from '../../src/core/places/discord-pay.js'
import type { Award } from '../../src/core/progression/award.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { dueSweeps, setGuildRoles, sweepBegin, sweepEnded } from '../../src/core/roles/guild-roles.js'
import {
  askMemberRoles,
  askRoles,
  claimRoles,
  claimRolesOf,
  readMemberRoles,
  settleRole,
} from '../../src/core/roles/role-states.js'
import { compareRoles } from '../../src/core/roles/sweep-roles.js'
import { freshDatabase, KINDS, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

const NOW = new Date('2026-03-11T12:00:00Z')
const ROLES = new Map([
  ['F', 'role-f'],
  ['E', 'role-e'],
])

async function guild(kind: Kind) {
  const db = await freshDatabase(kind)
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  let key = 0
  const give = (discordId: string, xp: number, more: Partial<Award> = {}) =>
    writer.award({
      key: `k${++key}`,
      who: { platform: 'discord', id: discordId },
      occurredAt: NOW,
      source: 'discord',
      act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: false },
      create: { displayName: discordId },
      ...more,
    })
  await setGuildRoles(db, 'g1', ROLES, 'test')
  return { db, give }
}

describe.each(KINDS)('rank roles on %s', (kind) => {
  test('are leased by one at a time, and what is asked for meanwhile makes one more look', async () => {
    const { db, give } = await guild(kind)
    await give('10', 1)
    const first = await claimRolesOf(db, '10')
    expect(first).toMatchObject({ busy: 0, leases: [{ guildId: 'g1', wantedTier: 'F', knownRight: false }] })
    expect(await claimRolesOf(db, '10')).toEqual({ leases: [], busy: 1 })
    expect(await claimRoles(db, ['g1'], 10)).toEqual([])
    const [lease] = first.leases
    if (!lease) throw new Error('no lease')
    await settleRole(db, lease, { state: 'applied', changed: true })
    expect(await readMemberRoles(db.kysely, '10')).toMatchObject([{ state: 'queued', appliedTier: 'F' }])
    const [again] = await claimRoles(db, ['g1'], 10)
    if (!again) throw new Error('no lease')
    await settleRole(db, again, { state: 'applied', changed: false })
    expect(await readMemberRoles(db.kysely, '10')).toMatchObject([{ state: 'applied' }])
    expect((await claimRolesOf(db, '10')).leases[0]?.knownRight).toBe(true)
  })

  test('a lost lease settles nothing', async () => {
    const { db, give } = await guild(kind)
    await give('10', 1)
    const [lease] = (await claimRolesOf(db, '10')).leases
    if (!lease) throw new Error('no lease')
    await settleRole(db, { ...lease, token: crypto.randomUUID() }, { state: 'applied', changed: true })
    expect(await readMemberRoles(db.kysely, '10')).toMatchObject([{ state: 'queued', appliedTier: null }])
  })

  test('a tier that changes opens one delivery, silent or not, and a rank within a tier none', async () => {
    const { db, give } = await guild(kind)
    await give('10', 600)
    await give('10', 2000)
    await give('11', 9000, {
      act: { type: 'grant', event: 'imported', xp: 9000, coins: 0, data: {}, silent: true },
    })
    const rows = await db.kysely
      .selectFrom('ttfd.deliveries as d')
      .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
      .select(['e.event_type', 'e.data'])
      .where('d.destination', '=', 'discord_roles')
      .orderBy('d.id')
      .execute()
    expect(rows.map((row) => [row.event_type, row.data.new_rank ?? null])).toEqual([
      ['rank_up', 4],
      ['imported', null],
    ])
  })

  test('who is seen to be right is noted without being asked for, who is not is named', async () => {
    const { db, give } = await guild(kind)
    await give('10', 1)
    await give('11', 2250)
    const wrong = await compareRoles(db, 'g1', ROLES, [
      { discordId: '10', roles: ['x', 'role-f'] },
      { discordId: '11', roles: ['role-f'] },
      { discordId: '12', roles: ['role-e'] },
      { discordId: '13', roles: ['x'] },
    ])
    expect(wrong).toEqual(['11', '12'])
    await askMemberRoles(db, 'g1', wrong)
    const leases = await claimRoles(db, ['g1'], 10)
    expect(leases.map((lease) => [lease.discordId, lease.wantedTier]).sort()).toEqual([
      ['11', 'E'],
      ['12', null],
    ])
  })

  test('a guild is swept when it is set up, and again when somebody asks', async () => {
    const { db } = await guild(kind)
    expect(await dueSweeps(db.kysely, ['g1', 'g2'], 6)).toEqual(['g1'])
    await sweepEnded(db, 'g1', await sweepBegin(db.kysely))
    expect(await dueSweeps(db.kysely, ['g1'], 6)).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await setGuildRoles(db, 'g1', new Map([['E', 'role-f']]), 'test')).toEqual({
      status: 'same_role_twice',
    })
    await setGuildRoles(db, 'g1', new Map([['D', 'role-d']]), 'test')
    expect(await dueSweeps(db.kysely, ['g1'], 6)).toEqual(['g1'])
    await askRoles(db.kysely, '10')
    expect(await readMemberRoles(db.kysely, '10')).toMatchObject([{ guildId: 'g1', state: 'queued' }])
  })

  test('boards of a period count what was earned in it, and hide whoever wants to be hidden', async () => {
    const { db, give } = await guild(kind)
    await give('10', 100)
    await give('11', 50, { occurredAt: new Date('2026-03-10T12:00:00Z') })
    const hidden = await give('12', 500)
    if (hidden.status !== 'recorded') throw new Error(hidden.status)
    await db.kysely
      .insertInto('ttfd.account_settings')
      .values({ account_id: hidden.accountId, private: true })
      .execute()
    await rebuildTops(db, { now: NOW, timeZone: RULES.timeZone, clock: () => 0 })
    const names = async (period: 'day' | 'week' | 'month') =>
      (await readTop(db.kysely, 'xp', period, { limit: 10 })).entries.map((one) => [
        one.displayName,
        one.value,
      ])
    expect(await names('day')).toEqual([['10', 100]])
    expect(await names('week')).toEqual([
      ['10', 100],
      ['11', 50],
    ])
  })
})

test('weeks begin on Monday, months on their first day, days at the community midnight', () => {
  const late = new Date('2026-03-01T22:30:00Z')
  expect(periodStart('day', late, 'Europe/Moscow')).toBe('2026-03-02')
  expect(periodStart('week', late, 'Europe/Moscow')).toBe('2026-03-02')
  expect(periodStart('week', new Date('2026-03-08T12:00:00Z'), 'Europe/Moscow')).toBe('2026-03-02')
  expect(periodStart('month', NOW, 'Europe/Moscow')).toBe('2026-03-01')
  expect(periodStart('all', NOW, 'Europe/Moscow')).toBeNull()
})

test('a guild pays by its entry, else by the list; a channel by its own entry or its parent, never above 3', () => {
  const places = {
    listed: new Set(['listed', 'out']),
    places: new Map([
      ['entered', { pays: true, multiplier: 2 }],
      ['out', { pays: false, multiplier: 1 }],
    ]),
    channels: new Map([
      ['quiet', { pays: false, multiplier: 1 }],
      ['double', { pays: true, multiplier: 3 }],
    ]),
    unlisted: 'nowhere' as const,
  }
  expect(['listed', 'entered', 'out', 'foreign'].map((id) => guildMultiplier(id, places))).toEqual([
    1,
    2,
    null,
    null,
  ])
  expect(channelMultiplier('listed', ['thread', 'quiet'], places)).toBeNull()
  expect(channelMultiplier('entered', ['double'], places)).toBe(3)
  expect(channelMultiplier('foreign', ['double'], places)).toBeNull()
  const none = { ...places, listed: new Set<string>(), places: new Map() }
  expect(guildMultiplier('a', { ...none, unlisted: { onlyGuild: 'a' } })).toBe(1)
  expect(guildMultiplier('b', { ...none, unlisted: { onlyGuild: 'a' } })).toBeNull()
  expect(guildMultiplier('b', { ...none, unlisted: 'everywhere' })).toBe(1)
})
