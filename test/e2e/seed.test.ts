import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { openDatabase } from '../../src/db/connect.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { createPostgresDatabase, KINDS, type Kind } from '../support/databases.js'
import { zoneOfNoon } from '../support/noon.js'
import { freePort } from '../support/postgres-server.js'
import { program, ROOT } from '../support/program.js'
import { RULES } from '../support/rules.js'

/** The owner's own plan (seed), step by step, with the built program, real grammY and the sandbox's Telegram. */

/** Programs start and stop in these tests, which takes its time on a busy machine. */
const LIMIT = { timeout: 180_000 }

function dataDir(): string {
  const made = mkdtempSync(join(tmpdir(), 'ttfd-seed-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function running(kind: Kind, more: Record<string, string> = {}) {
  const telegram = await startTelegramSandbox({ callbackLifeSeconds: 600 })
  onTestFinished(() => telegram.close())
  const env: Record<string, string> = {
    DATA_DIR: dataDir(),
    PORT: String(await freePort()),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    TELEGRAM_GROUP_IDS: String(telegram.chats.supergroup),
    // Notices wait for the morning.
    COMMUNITY_TIME_ZONE: zoneOfNoon(),
    ...more,
  }
  let url: string | undefined
  if (kind === 'postgres') {
    const database = await createPostgresDatabase('template0')
    onTestFinished(database.drop)
    url = database.url
    env.DATABASE_URL = url
  }
  const ttfd = program(env)
  await ttfd.start()
  await ttfd.line(/Telegram: @\S+ на связи/)
  return { ttfd, telegram, url, site: `http://localhost:${env.PORT}` }
}

describe.each(KINDS)('the seed on %s', LIMIT, (kind) => {
  test('checks 6.1 and 6.4, scenarios 1 and 3: start, play, see XP and events everywhere', async () => {
    const { ttfd, telegram, site } = await running(kind)
    const { anya } = telegram.people

    // Step 1: the tables are there at once, by the owner's own statements.
    const asked = ttfd.cli('sql', '--json', 'SELECT COUNT(*) FROM unified_users;')
    expect(asked.out.replaceAll(/\s/g, '')).toContain('"count":0')
    expect(ttfd.sql('SELECT COUNT(*) FROM unified_users;')).toEqual([{ count: 0 }])
    expect(ttfd.sql('SELECT COUNT(*) FROM cross_platform_events;')).toEqual([{ count: 0 }])

    // Scenario 1: /start makes the member and pays the welcome.
    const greeting = telegram.control.mark()
    anya.start()
    await anya.nextFromBot(anya.id, greeting)
    const [member] = ttfd.sql<{ id: number; xp: number; platforms: string[] }>(
      `SELECT * FROM unified_users \nWHERE telegram_id = '${anya.id}';`,
    )
    expect(member).toMatchObject({ xp: 10, platforms: ['telegram'] })

    // A game: the free round costs nothing and pays XP either way.
    const menu = await anya.ask('/games')
    const before = telegram.control.mark()
    const free = menu.reply_markup?.inline_keyboard.flat().find((button) => /беспл|своб/i.test(button.text))
    if (!free) throw new Error(`no free round offered: ${JSON.stringify(menu.reply_markup)}`)
    await anya.press(menu, free.text).answer()
    const board = await telegram.control.waitForMessage(
      (message) =>
        message.reply_markup?.inline_keyboard.flat().some((button) => button.text === '7') ?? false,
      { chat: anya.id, after: before },
    )
    const played = telegram.control.mark()
    await anya.press(board, '7').answer()
    await telegram.control.waitForMessage((message) => /XP/.test(message.text ?? ''), {
      chat: anya.id,
      after: played,
    })

    const events = ttfd.sql<{ event_type: string; xp_delta: number; processed: boolean }>(
      'SELECT event_type, xp_delta, processed FROM cross_platform_events ORDER BY seq',
    )
    expect(events.map((event) => event.event_type)).toEqual(['account_created', 'xp_change', 'game_played'])
    const game = events.at(-1)
    expect([5, 20]).toContain(game?.xp_delta)
    const [after] = ttfd.sql<{ xp: number; games_played: number }>(
      'SELECT xp, games_played FROM unified_users',
    )
    expect(after).toEqual({ xp: 10 + (game?.xp_delta ?? 0), games_played: 1 })

    // Check 6.4, the owner's statement: nothing waits.
    expect(
      ttfd.sql(
        'SELECT * FROM cross_platform_events \nWHERE processed = false \nORDER BY created_at DESC \nLIMIT 10;',
      ),
    ).toEqual([])

    // Scenario 3: the site shows it.
    const page = await fetch(`${site}/u/${member?.id}`).then((response) => response.text())
    expect(page).toContain('Аня')
    expect(page).toMatch(new RegExp(`>${after?.xp}<`))

    // Step 2's check counts members by platform.
    expect(
      ttfd.sql(`SELECT 
    COUNT(*) as total,
    COUNT(telegram_id) as telegram,
    COUNT(discord_id) as discord,
    COUNT(website_email) as website
FROM unified_users;`),
    ).toEqual([{ total: 1, telegram: 1, discord: 0, website: 0 }])
    await expect.poll(() => ttfd.cli('doctor').code, { timeout: 30_000, interval: 1_000 }).toBe(0)
    // In time: a program that has to give up waiting ends with another code.
    expect((await ttfd.end()).code).toBe(0)
  })
})

describe('the seed on PostgreSQL', LIMIT, () => {
  test('tells each part in a line; a rank-up is carried to Telegram and its event processed as soon as it is told of', async () => {
    // Nothing is looked for within the hour: what comes, comes by the announcement of its commit.
    const { ttfd, telegram, url } = await running('postgres', { SYNC_POLL_SECONDS: '3600' })
    if (!url) throw new Error('no database')
    // An ordinary start tells each part in one plain line.
    const lines = ttfd.output.split('\n').map((line) => line.split(':')[0])
    for (const part of ['База данных', 'Синхронизация', 'Telegram', 'Discord', 'Сайт'])
      expect(lines).toContain(part)
    expect(ttfd.output).not.toMatch(/sandbox-token/)
    const { boris } = telegram.people
    const greeting = telegram.control.mark()
    boris.start()
    await boris.nextFromBot(boris.id, greeting)
    // Another process writes, as a second bot would; the worker hears of it by NOTIFY.
    const db = await openDatabase({ url })
    const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
    const xps = [490, 750, 1000, 1250, 1500]
    for (const [index, xp] of xps.entries()) {
      const after = telegram.control.mark()
      const award = {
        key: `test:${index}`,
        who: { platform: 'telegram', id: String(boris.id) },
        occurredAt: new Date(),
        source: 'system',
        act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: false },
      } as const
      await writer.award(award)
      if (index < 5) await boris.nextFromBot(boris.id, after)
    }
    await writer.close()
    await expect
      .poll(() => ttfd.sql('SELECT id FROM cross_platform_events WHERE processed = false'))
      .toEqual([])
    await db.close()
    expect(ttfd.sql(`SELECT id FROM cross_platform_events WHERE event_type = 'rank_up'`)).toHaveLength(5)
  })

  test('psql -f migrations/0001_unified.sql twice, then start: works', async () => {
    const { url, drop } = await createPostgresDatabase('template0')
    onTestFinished(drop)
    for (let time = 0; time < 2; time++) {
      execFileSync('psql', [url, '-v', 'ON_ERROR_STOP=1', '-f', join(ROOT, 'migrations/0001_unified.sql')], {
        stdio: 'pipe',
      })
    }
    const ttfd = program({ DATA_DIR: dataDir(), DATABASE_URL: url, PORT: '0' })
    await ttfd.start()
    expect(ttfd.cli('migrate', '--status').code).toBe(0)
    expect(ttfd.cli('doctor').err).not.toMatch(/column|relation/)
  })

  test('a wrong DATABASE_URL: bots stay up, updates wait at Telegram, commands are answered, and it mends itself', async () => {
    const telegram = await startTelegramSandbox()
    onTestFinished(() => telegram.close())
    const { url, drop } = await createPostgresDatabase('template0')
    onTestFinished(drop)
    const name = new URL(url).pathname.slice(1)
    const wrong = url.replace(name, `${name}_missing`)
    const ttfd = program({
      DATA_DIR: dataDir(),
      DATABASE_URL: wrong,
      PORT: '0',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.url,
      TELEGRAM_GROUP_IDS: String(telegram.chats.supergroup),
    })
    await ttfd.start()
    expect(await ttfd.line(/База данных: недоступна/)).toMatch(/_missing.*does not exist|не существует/)
    const { olga } = telegram.people
    const sent = olga.send('Сообщение, которое не должно пропасть', telegram.chats.supergroup)
    const answer = await olga.ask('/start')
    expect(answer.text).toMatch(/прогресс/i)
    expect(telegram.control.lastUpdateConfirmed()).toBeLessThan(sent.updateId ?? 0)
    // At most once a minute.
    expect(ttfd.output.split('\n').filter((line) => /База данных: недоступна/.test(line)).length).toBe(1)

    // The database appears under the name that was asked for.
    execFileSync('psql', [url.replace(name, 'postgres'), '-c', `create database ${name}_missing`], {
      stdio: 'pipe',
    })
    onTestFinished(() => {
      execFileSync(
        'psql',
        [url.replace(name, 'postgres'), '-c', `drop database ${name}_missing with (force)`],
        { stdio: 'pipe' },
      )
    })
    await ttfd.line(/База данных: подключена/)
    await telegram.control.waitForConfirmed(sent.updateId ?? 0, 30_000)
    // Confirmed may mean kept on the disk: it is written a moment later.
    await expect
      .poll(
        () =>
          ttfd.sql<{ n: number }>(
            `select count(*)::int as n from cross_platform_events where event_type = 'message_sent'`,
          ),
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([{ n: 1 }])
    await ttfd.end()
  })
})
