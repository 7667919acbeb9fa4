import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { readGuildRoles, setGuildRoles } from '../../src/core/roles/guild-roles.js'
import type { Database } from '../../src/db/connect.js'
import { installation, sharedInstallation, ttfd } from './support.js'

const GUILD = '882637425000000001'
const OTHER = '941768430000000001'
const ROLE = (n: number) => `88263742500000010${n}`
const ENGLISH = { LANG: 'en_GB.UTF-8' }

/** `members` people of a guild in one state. */
async function members(db: Database, guild: string, state: string, reason: string | null, ids: number[]) {
  await sql`insert into ttfd.role_states (guild_id, discord_id, state, reason)
    select ${guild}, id::text, ${state}, ${reason} from unnest(${ids}::int[]) as v (id)`.execute(db.kysely)
}

async function rolesOf(db: Database, guild: string) {
  return Object.fromEntries(await readGuildRoles(db.kysely, guild))
}

describe('ttfd roles map', () => {
  test('gives tiers their roles, leaves the others, asks for a sweep and says what comes next', async () => {
    const { db, run } = await installation('postgres')
    expect(await run(['roles', 'map', GUILD, `F=${ROLE(1)}`, `e=${ROLE(2)}`])).toMatchObject({ code: 0 })
    const again = await run(['roles', 'map', GUILD, `E=${ROLE(3)}`])
    expect(again).toMatchObject({ code: 0, err: '' })
    expect(again.out).toContain(`  F  ${ROLE(1)}\n  E  ${ROLE(3)}\n  D  без роли`)
    expect(again.out).toContain(`ttfd roles list --guild ${GUILD}`)
    expect(await rolesOf(db, GUILD)).toEqual({ F: ROLE(1), E: ROLE(3) })

    const { rows: audit } = await sql<{ actor: string; act: string }>`
      select actor, act from ttfd.audit_log`.execute(db.kysely)
    expect(audit).toEqual([
      { actor: 'cli', act: 'guild_roles_set' },
      { actor: 'cli', act: 'guild_roles_set' },
    ])
    const { rows: sweeps } = await sql`
      select from ttfd.discord_guilds where guild_id = ${GUILD} and sweep_asked_at is not null`.execute(
      db.kysely,
    )
    expect(sweeps).toHaveLength(1)
  })

  test('answers a program with all seven tiers', async () => {
    const { run } = await installation('postgres')
    const { out } = await run(['roles', 'map', GUILD, `S=${ROLE(7)}`, '--json'])
    expect(JSON.parse(out)).toEqual({
      guildId: GUILD,
      roles: { F: null, E: null, D: null, C: null, B: null, A: null, S: ROLE(7) },
    })
  })

  test('refuses one role for two tiers, whether named at once or known before, and changes nothing', async () => {
    const { db, run } = await installation('postgres')
    await setGuildRoles(db, GUILD, new Map([['F', ROLE(1)]]), 'test')
    const atOnce = await run(['roles', 'map', GUILD, `E=${ROLE(2)}`, `D=${ROLE(2)}`])
    expect(atOnce.code).toBe(1)
    expect(atOnce.err).toContain('Одна роль не может стоять сразу у двух тиров')
    expect(atOnce.err).toContain(`ttfd roles list --guild ${GUILD}`)
    const { code, out } = await run(['roles', 'map', GUILD, `E=${ROLE(1)}`, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).error.code).toBe('same_role_twice')
    expect(await rolesOf(db, GUILD)).toEqual({ F: ROLE(1) })
  })

  const misuses: [string, string[], RegExp][] = [
    ['a guild by its name', ['ttfd', `F=${ROLE(1)}`], /"ttfd" is no ID of a Discord server.*Developer Mode/],
    ['a role by its name', [GUILD, 'F=Rank'], /"F=Rank" does not fit.*Developer Mode/],
    ['an id that is too short', [GUILD, 'F=1234'], /"F=1234" does not fit/],
    ['an id that is too long', [GUILD, `F=${ROLE(1)}000`], /does not fit/],
    ['more than one role', [GUILD, `F=${ROLE(1)}=${ROLE(2)}`], /does not fit/],
    ['a tier that does not exist', [GUILD, `X=${ROLE(1)}`], /one of F, E, D, C, B, A, S/],
    ['a tier without a role', [GUILD, 'F'], /"F" does not fit/],
    ['a tier twice', [GUILD, `F=${ROLE(1)}`, `f=${ROLE(2)}`], /Tier F is named twice/],
    ['the role of everyone', [GUILD, `F=${GUILD}`], /@everyone/],
    ['no tier at all', [GUILD], /Missing: roles/],
  ]
  test.each(misuses)('takes %s for wrong use', async (_, words, says) => {
    // No database is there: what is wrong is said before one is opened.
    const { code, err } = await ttfd(['roles', 'map', ...words], { env: ENGLISH })
    expect(code).toBe(2)
    expect(err).toMatch(says)
    expect(err).toContain('ttfd help')
  })

  test('tells in its help where ids are found, in both languages', async () => {
    const russian = await ttfd(['roles', 'map', '--help'])
    expect(russian).toMatchObject({ code: 0, err: '' })
    expect(russian.out).toContain('Режим разработчика')
    expect((await ttfd(['roles', 'map', '--help'], { env: ENGLISH })).out).toContain('Developer Mode')
  })
})

describe('ttfd roles list', () => {
  const installed = sharedInstallation('postgres')

  test('says how to begin where no guild has rank roles', async () => {
    const { code, out } = await installed().run(['roles'])
    expect(code).toBe(0)
    expect(out).toContain('ttfd roles map')
    expect(JSON.parse((await installed().run(['roles', 'list', '--json'])).out)).toEqual([])
  })

  test('counts the members of each guild by state and reason', async () => {
    const { db, run } = installed()
    await setGuildRoles(db, GUILD, new Map([['F', ROLE(1)]]), 'test')
    await setGuildRoles(db, OTHER, new Map([['S', ROLE(7)]]), 'test')
    await members(db, GUILD, 'applied', null, [1, 2, 3])
    await members(db, GUILD, 'queued', null, [4])
    await members(db, GUILD, 'blocked', 'role_above_bot', [5, 6])
    await members(db, GUILD, 'blocked', 'member_gone', [7])
    await members(db, OTHER, 'applied', null, [1])

    const { code, out } = await run(['roles', 'list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual([
      {
        guildId: GUILD,
        roles: { F: ROLE(1), E: null, D: null, C: null, B: null, A: null, S: null },
        members: { applied: 3, queued: 1, blocked: { role_above_bot: 2, member_gone: 1 } },
      },
      {
        guildId: OTHER,
        roles: { F: null, E: null, D: null, C: null, B: null, A: null, S: ROLE(7) },
        members: { applied: 1, queued: 0, blocked: {} },
      },
    ])

    const told = (await run(['roles', 'list', '--guild', GUILD], ENGLISH)).out
    expect(told).toContain(`Server ${GUILD}\n  F  ${ROLE(1)}\n  E  no role`)
    expect(told).toContain('with the right role 3, queued 1')
    expect(told).toContain("the role stands above the bot's: 2")
    expect(told).toContain('the member left the server: 1')
    expect(told).toContain(`ttfd roles map ${GUILD} E=`)
    expect(told).not.toContain(OTHER)
  })

  test('a guild without rank roles is refused (1), a name is no id (2)', async () => {
    const unknown = await installed().run(['roles', 'list', '--guild', '700000000000000001'])
    expect(unknown.code).toBe(1)
    expect(unknown.err).toContain('ttfd roles map 700000000000000001 F=')
    expect((await installed().run(['roles', 'list', '--guild', 'ttfd'])).code).toBe(2)
  })
})
