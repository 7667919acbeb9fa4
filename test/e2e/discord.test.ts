import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { createPostgresDatabase } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { program } from '../support/program.js'

/** Check 6.2 and the Discord half of scenario 2, with the built program and real discord.js. */

async function running() {
  const discord = await startDiscordSandbox()
  onTestFinished(() => discord.close())
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-discord-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const { url, drop } = await createPostgresDatabase('ttfd_template')
  onTestFinished(drop)
  const port = await freePort()
  const guild = discord.control.find.guild('ttfd')
  const ttfd = program({
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    PORT: String(port),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_BASE: discord.apiUrl,
    DISCORD_GUILD_ID: guild.id,
  })
  await ttfd.start()
  await ttfd.line(/Discord: \S+ на связи/)
  return { ttfd, discord, site: `http://localhost:${port}` }
}

type Member = { id: number; xp: number; messages_sent: number; total_voice_time: number }

test('a message in Discord brings XP, an event, and shows on the website', { timeout: 180_000 }, async () => {
  const { ttfd, discord, site } = await running()
  const mira = discord.control.person('mira')
  mira.say('general', 'Всем привет, кто сегодня играет вечером в турнире?')
  const members = () => ttfd.sql<Member>(`SELECT * FROM unified_users WHERE discord_id = '${mira.user.id}'`)
  await expect.poll(members, { timeout: 30_000, interval: 500 }).toMatchObject([{ xp: 10, messages_sent: 1 }])
  expect(
    ttfd.sql(
      `SELECT event_type, xp_delta, processed FROM cross_platform_events WHERE event_type = 'message_sent'`,
    ),
  ).toEqual([{ event_type: 'message_sent', xp_delta: 10, processed: true }])
  const [member] = members()
  const page = await fetch(`${site}/u/${member?.id}`).then((response) => response.text())
  expect(page).toMatch(/>10</)
  // Known from messages alone: listed under no name until she acts herself.
  expect(page).not.toContain('Мира')
  await expect.poll(() => ttfd.cli('doctor').code, { timeout: 30_000, interval: 1_000 }).toBe(0)
  expect((await ttfd.end()).code).toBe(0)
})

// A minute of voice takes a minute: the short form with a clock of its own is in test/discord/voice.test.ts.
test.runIf(process.env.LONG)(
  'kill -9 in voice: after a restart the same minutes are paid, but for time that nobody watched',
  { timeout: 240_000 },
  async () => {
    const { ttfd, discord } = await running()
    const people = ['mira', 'oleg'].map((name) => discord.control.person(name))
    for (const person of people) person.joinVoice('lounge')
    await new Promise((resolve) => setTimeout(resolve, 40_000))
    await ttfd.end('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    await ttfd.start()
    await ttfd.line(/Discord: \S+ на связи/)
    await new Promise((resolve) => setTimeout(resolve, 45_000))
    // 40 s were watched before and 45 s after the kill, less what one tick may lose: one minute each, not two.
    const minutes = () =>
      ttfd.sql<{ discord_id: string; n: number }>(
        `SELECT u.discord_id, count(*)::int AS n FROM cross_platform_events e JOIN unified_users u ON u.id = e.user_id
         WHERE e.event_type = 'voice_time' GROUP BY u.discord_id ORDER BY u.discord_id`,
      )
    await expect
      .poll(minutes, { timeout: 30_000, interval: 1_000 })
      .toEqual(
        people
          .map((person) => ({ discord_id: person.user.id, n: 1 }))
          .sort((a, b) => (a.discord_id < b.discord_id ? -1 : 1)),
      )
    await expect.poll(() => ttfd.cli('doctor').code, { timeout: 30_000, interval: 1_000 }).toBe(0)
  },
)
