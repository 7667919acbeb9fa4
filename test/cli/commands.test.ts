import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPostgresDatabase, KINDS } from '../support/databases.js'
import { freshFolder, installation, sharedInstallation, ttfd } from './support.js'

describe.each(KINDS)('ttfd events on %s', (kind) => {
  const installed = sharedInstallation(kind)

  test('lists the newest first, one account’s alone, and those that wait', async () => {
    const { db, run, earn } = installed()
    await earn('1', 10)
    const second = await earn('2', 20, 5)
    const all = JSON.parse((await run(['events', '--json'])).out)
    expect(all.map((event: { type: string }) => event.type)).toEqual([
      'xp_change',
      'account_created',
      'xp_change',
      'account_created',
    ])
    const { out } = await run(['events', 'list', '--account', String(second), '--limit', '1'])
    expect(out.split('\n')).toHaveLength(3)
    expect(out).toMatch(/2 \| xp_change +\| telegram \| \+20 \| +\+5 \| обработано$/)
    expect((await run(['events', '--unprocessed'])).out).toBe('Событий нет.')
    await sql`update cross_platform_events set processed = false, processed_at = null where xp_delta = 10`.execute(
      db.kysely,
    )
    expect(JSON.parse((await run(['events', '--unprocessed', '--json'])).out)).toMatchObject([
      { xp: 10, processed: false },
    ])
  })

  test('shows what failed and why, and queues it again: by number, or all at once', async () => {
    const { db, run } = installed()
    expect((await run(['events', 'failed'])).out).toBe('Неудавшихся доставок нет.')
    await sql`insert into ttfd.deliveries (event_id, account_id, destination, state, attempts, last_error, ended_at)
      select id, user_id, 'telegram', 'failed', 12, 'bot was blocked', now()
      from cross_platform_events where xp_delta > 0`.execute(db.kysely)
    const failed = JSON.parse((await run(['events', 'failed', '--json'])).out) as {
      id: number
      error: string
    }[]
    expect(failed.map((one) => one.error)).toEqual(['bot was blocked', 'bot was blocked'])
    expect((await run(['events', 'failed'])).out).toContain('ttfd events retry --all')

    expect((await run(['events', 'retry', '999999'])).code).toBe(1)
    const first = await run(['events', 'retry', String(failed[0]?.id)])
    expect(first).toEqual({ code: 0, out: 'Снова в очереди: 1 доставка.', err: '' })
    const rest = await run(['events', 'retry', '--all', '--json'])
    expect(JSON.parse(rest.out)).toEqual({ retried: 1 })
    const open = await sql<{ count: number }>`select count(*)::int as count from ttfd.deliveries d
      join cross_platform_events e on e.id = d.event_id where d.state = 'open' and not e.processed`.execute(
      db.kysely,
    )
    expect(open.rows[0]?.count).toBe(2)
  })

  test('wants numbers or --all, not both and not neither', async () => {
    const { run } = installed()
    for (const args of [[], ['5', '--all'], ['five'], ['-5'], ['0']])
      expect((await run(['events', 'retry', ...args])).code).toBe(2)
    expect((await run(['events', '--limit', '0'])).code).toBe(2)
  })
})

describe.each(KINDS)('ttfd account show on %s', (kind) => {
  const installed = sharedInstallation(kind)

  test('knows a person by account, by Telegram and by Discord id', async () => {
    const { db, run, earn } = installed()
    const id = await earn('123456789', 40, 7)
    await sql`update unified_users set discord_id = '987654321012345678' where id = ${id}`.execute(db.kysely)
    for (const word of [String(id), 'telegram:123456789', 'discord:987654321012345678']) {
      const sheet = JSON.parse((await run(['account', 'show', word, '--json'])).out)
      expect(sheet).toMatchObject({
        id,
        state: 'living',
        progress: { displayName: 'Аня', username: 'anya', xp: 40, coins: 7 },
        identities: [{ platform: 'telegram', id: '123456789' }],
        ledger: { xp: '40', coins: '7', events: 2 },
        today: { dailyClaimed: false },
      })
    }
    const { out } = await run(['account', 'show', String(id)])
    expect(out).toContain(`Аккаунт ${id}\n`)
    expect(out).toMatch(/площадка +telegram:123456789 @anya/)
    expect(out).toMatch(/сумма событий +XP 40, монеты 7, событий 2/)
  })

  test('names the account that a merged one lives on in', async () => {
    const { db, run, earn } = installed()
    const survivor = await earn('1', 1)
    const loser = await earn('2', 1)
    await sql`delete from unified_users where id = ${loser}`.execute(db.kysely)
    await sql`update ttfd.accounts set merged_into = ${survivor} where id = ${loser}`.execute(db.kysely)
    expect((await run(['account', 'show', String(loser)])).out).toContain(
      `объединён с аккаунтом ${survivor}: ttfd account show ${survivor}`,
    )
    const sheet = JSON.parse((await run(['account', 'show', String(survivor), '--json'])).out)
    expect(sheet.ledger).toEqual({ xp: '2', coins: '0', events: 4 })
  })

  test('a stranger is no account (1), a name is no number (2)', async () => {
    const { run } = installed()
    expect((await run(['account', 'show', 'telegram:5'])).code).toBe(1)
    expect((await run(['account', 'show', '999999'])).err).toContain('Аккаунта «999999» нет')
    for (const word of ['Аня', 'website:a@b.c', 'telegram:x', '-1'])
      expect((await run(['account', 'show', word])).code).toBe(2)
  })
})

describe.each(KINDS)('ttfd migrate on %s', (kind) => {
  test('prepares an empty database, says what it did, and does nothing the second time', async () => {
    const env: Record<string, string> = { SANDBOX: 'off', DATA_DIR: freshFolder() }
    if (kind === 'postgres') {
      const { url, drop } = await createPostgresDatabase('template0')
      onTestFinished(drop)
      env.DATABASE_URL = url
    }
    expect((await ttfd(['migrate', '--status'], { env })).code).toBe(1)
    const first = await ttfd(['migrate'], { env })
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/^Применена миграция 1: unified\n/)
    const status = await ttfd(['migrate', '--status', '--json'], { env })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.out)).toContainEqual({
      number: 1,
      name: 'unified',
      applied_at: expect.any(String),
    })
    expect((await ttfd(['migrate'], { env })).out).toMatch(/^Всё уже применено/)
    expect(JSON.parse((await ttfd(['migrate', '--json'], { env })).out)).toEqual({ applied: [] })
  }, 180_000)
})

test('ttfd migrate on a directory in use says who holds it', async () => {
  const { run } = await installation('embedded')
  const { code, err } = await run(['migrate'])
  expect(code).toBe(1)
  expect(err).toContain(`её держит процесс ${process.pid}`)
})
