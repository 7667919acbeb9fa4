import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { setGuildRoles } from '../../src/core/roles/guild-roles.js'
import type { DiscordSandboxOptions } from '../../src/sandbox/discord/options.js'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { freePort } from '../support/postgres-server.js'
import { installation } from './support.js'

type Finding = {
  code: string
  level: string
  message: string
  mend: string | null
  values: Record<string, string | number>
}

type Run = Awaited<ReturnType<typeof installation>>['run']

async function examine(run: Run, env: Record<string, string> = {}) {
  const { code, out } = await run(['doctor', '--json'], env)
  const { healthy, findings } = JSON.parse(out) as { healthy: boolean; findings: Finding[] }
  expect(code).toBe(healthy ? 0 : 1)
  return {
    healthy,
    findings,
    bad: findings.filter((one) => one.level !== 'ok').map((one) => one.code),
    of: (name: string) => findings.filter((one) => one.code === name),
    text: out,
  }
}

/** A sandbox of Discord and an installation whose token is the sandbox's. */
async function withDiscord(options: DiscordSandboxOptions = {}) {
  const discord = await startDiscordSandbox(options)
  onTestFinished(() => discord.close())
  const { run, db } = await installation('postgres')
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_BASE: discord.apiUrl }
  return { discord, db, env, ask: (more: Record<string, string> = {}) => examine(run, { ...env, ...more }) }
}

describe('ttfd doctor asks Discord', () => {
  test('a good token with both intents is all well where a guild is named', async () => {
    const { discord, ask } = await withDiscord()
    const [guild] = discord.world.guilds.keys()
    const found = await ask({ DISCORD_GUILD_ID: guild ?? '' })
    expect(found.of('discord_ok')[0]?.values).toEqual({ username: discord.world.bot().username })
    expect(found.of('places_discord')[0]?.values).toEqual({ count: 1 })
    expect(found.bad).toEqual(['worker_absent'])
  })

  test('with nothing named the only guild pays, but of two neither does', async () => {
    const { discord, ask } = await withDiscord()
    const two = await ask()
    expect(two.bad).toContain('places_none_discord')
    expect(two.of('places_none_discord')[0]?.mend).toContain('DISCORD_GUILD_ID')
    discord.control.setBotInGuild('foreign', false)
    const one = await ask()
    expect(one.of('places_discord')[0]?.values).toEqual({ count: 1 })
    expect(one.bad).toEqual(['worker_absent'])
  })

  test('each privileged intent that is off is named with the switch to press', async () => {
    const { discord, ask } = await withDiscord({ privilegedIntents: { messageContent: false } })
    const content = await ask()
    expect(content.healthy).toBe(false)
    expect(content.of('discord_intent_missing').map((one) => one.values.intent)).toEqual(['Message Content'])
    expect(content.of('discord_intent_missing')[0]?.mend).toContain('Message Content Intent')
    expect(content.of('discord_intent_missing')[0]?.message).toContain('4014')
    discord.control.allowIntents({ messageContent: true, members: false })
    const members = await ask()
    expect(members.of('discord_intent_missing').map((one) => one.values.intent)).toEqual(['Server Members'])
  })

  test('a wrong token, and a Discord that does not answer, without showing the token', async () => {
    const { discord, ask } = await withDiscord()
    const wrong = await ask({ DISCORD_TOKEN: 'wrong.secret.token' })
    expect(wrong.healthy).toBe(false)
    expect(wrong.bad).toContain('discord_token_wrong')
    expect(wrong.of('discord_token_wrong')[0]?.mend).toContain('DISCORD_TOKEN')
    const silent = await ask({ DISCORD_API_BASE: `http://127.0.0.1:${await freePort()}/api` })
    expect(silent.healthy).toBe(true)
    expect(silent.bad).toContain('discord_silent')
    expect(wrong.text).not.toContain('wrong.secret.token')
    expect(silent.text).not.toContain(discord.token)
  })
})

describe('ttfd doctor looks at rank roles', () => {
  const [HERE, THERE] = ['882637425000000001', '941768430000000001']

  /** Two guilds with rank roles, and members in the given states. */
  async function withMembers(states: [guild: string, state: string, reason: string | null][]) {
    const { db, run } = await installation('postgres')
    await setGuildRoles(db, HERE, new Map([['F', '882637425000000101']]), 'test')
    await setGuildRoles(db, THERE, new Map([['F', '941768430000000101']]), 'test')
    for (const [i, [guild, state, reason]] of states.entries()) {
      await sql`insert into ttfd.role_states (guild_id, discord_id, state, reason)
        values (${guild}, ${String(i + 1)}, ${state}, ${reason})`.execute(db.kysely)
    }
    return (env: Record<string, string> = {}) => examine(run, env)
  }

  test('nothing is said without rank roles, and all is well while nobody is blocked', async () => {
    const { run } = await installation('postgres')
    expect((await examine(run)).findings.filter((one) => one.code.startsWith('roles_'))).toEqual([])
    const ask = await withMembers([
      [HERE, 'applied', null],
      [HERE, 'queued', null],
      // Who left is nothing to mend.
      [THERE, 'blocked', 'member_gone'],
    ])
    const found = await ask()
    expect(found.of('roles_ok')[0]?.values).toEqual({ count: 2 })
    expect(found.bad).toEqual(['worker_absent'])
  })

  test('blocked members are remarks, one a reason, with what mends it', async () => {
    const ask = await withMembers([
      [HERE, 'blocked', 'role_above_bot'],
      [THERE, 'blocked', 'role_above_bot'],
      [THERE, 'blocked', 'role_above_bot'],
      [THERE, 'blocked', 'missing_permission'],
      [THERE, 'blocked', 'role_deleted'],
      [HERE, 'blocked', 'member_gone'],
      [HERE, 'applied', null],
    ])
    const found = await ask({ LANG: 'en_GB.UTF-8' })
    expect(found.healthy).toBe(true)
    expect(found.of('roles_ok')).toEqual([])
    expect(found.bad.filter((code) => code.startsWith('roles_'))).toEqual([
      'roles_above_bot',
      'roles_not_permitted',
      'roles_deleted',
    ])
    const [above] = found.of('roles_above_bot')
    expect(above).toMatchObject({ level: 'warn', values: { count: 3, guilds: `${HERE}, ${THERE}` } })
    expect(above?.mend).toContain("move the bot's role above")
    expect(found.of('roles_not_permitted')[0]).toMatchObject({ values: { count: 1, guilds: THERE } })
    expect(found.of('roles_not_permitted')[0]?.mend).toContain('"Manage Roles"')
    expect(found.of('roles_deleted')[0]?.mend).toContain(`ttfd roles map ${THERE} `)
    expect(found.of('roles_deleted')[0]?.mend).toContain('/setup ranks')
  })
})
