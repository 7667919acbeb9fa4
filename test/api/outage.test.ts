import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ApiKey } from '../../src/core/api-keys/api-key.js'
import { chargingKept } from '../../src/core/api-keys/charge-kept.js'
import { listKeys } from '../../src/core/api-keys/manage-keys.js'
import { openDatabase } from '../../src/db/connect.js'
import { awardByKey } from '../../src/platforms/web/api/award.js'
import { DayLimit } from '../../src/platforms/web/api/day-limit.js'
import { KeptAwards } from '../../src/platforms/web/api/kept-awards.js'
import { TestBrowser } from '../auth/support/browser.js'
import { zoneOfNoon } from '../support/noon.js'
import { freePort, startPostgres } from '../support/postgres-server.js'
import { program, ROOT } from '../support/program.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'
import { apiWorld, gift } from './support.js'

const shared = sharedDatabase('postgres')
const PLAYER = '123456789'
/** What the program is told and must never tell. */
const SECRETS = {
  database: 'database-password-8f2e',
  session: 'session-secret-of-this-test-3b9d6c1a',
  hash: 'id-hash-key-of-this-test-0a4f7e2c5d',
  telegram: '1234567890:AAtelegramTokenOfThisTest_0123456789',
  discord: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.AbCdEf.discord-token-of-this-test-01',
  client: 'discord-client-secret-of-this-test',
  password: 'correct horse of this test',
}
type Answer = { error: { code: string }; xp: number }

test('the API while PostgreSQL is stopped under the program: what is kept is said, counted and paid once', async () => {
  const server = await startPostgres({ durable: true })
  onTestFinished(() => server.destroy())
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-api-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const port = String(await freePort())
  const ttfd = program({
    DATABASE_URL: server.url.replace('ttfd@', `ttfd:${SECRETS.database}@`),
    DATA_DIR: dataDir,
    PORT: port,
    SANDBOX: 'off',
    LOG_LEVEL: 'trace',
    SESSION_SECRET: SECRETS.session,
    ID_HASH_KEY: SECRETS.hash,
    // Nobody listens there: every call fails, and its error is logged.
    TELEGRAM_BOT_TOKEN: SECRETS.telegram,
    TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
    DISCORD_TOKEN: SECRETS.discord,
    DISCORD_CLIENT_ID: '900000000000000001',
    DISCORD_CLIENT_SECRET: SECRETS.client,
    DISCORD_API_BASE: 'http://127.0.0.1:9/api',
    OPEN_REGISTRATION: '1',
    // A key's day must not end meanwhile.
    COMMUNITY_TIME_ZONE: zoneOfNoon(),
  })
  await ttfd.start()

  const create = ['key', 'create', 'arena', '--scopes', 'awards,read,accounts:create', '--daily-xp', '110']
  const { key } = JSON.parse(ttfd.cli(...create, '--json').out) as { key: string }
  const ask = async (path: string, init: RequestInit = {}, bearer = key) => {
    // A connection of its own: while this test waits for another program, the server hangs up on idle ones.
    const headers = { authorization: `Bearer ${bearer}`, connection: 'close', ...init.headers }
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { ...init, headers })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
  }
  const award = (xp: number, idempotencyKey: string, bearer = key) => {
    const body = JSON.stringify({ platform: 'telegram', id: PLAYER, xp, reason: 'Won a match' })
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
    return ask('/awards', { method: 'POST', body, headers }, bearer)
  }
  /** The client of docs/, as its reader runs it. */
  const client = (xp: number) => {
    const { PATH = '' } = process.env
    const env = { PATH, TTFD_URL: `http://127.0.0.1:${port}`, TTFD_KEY: key }
    const args = [join(ROOT, 'docs/examples/game-server.js'), 'telegram', PLAYER, String(xp)]
    return spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  }
  const kept = () => {
    const files = readdirSync(join(dataDir, 'spool')).filter((name) => name.endsWith('.spool'))
    const lines = files.flatMap((name) => readFileSync(join(dataDir, 'spool', name), 'utf8').split('\n'))
    return lines.filter((line) => line.includes('"key":"api:arena:'))
  }

  const browser = new TestBrowser(`http://127.0.0.1:${port}`)
  await browser.submit('/register', '/register', {
    name: 'Ира',
    email: 'ira@example.org',
    password: SECRETS.password,
  })

  expect(client(10).stdout).toMatch(/status: 'recorded'.*xp: 10,/s)
  expect((await ask(`/accounts/telegram/${PLAYER}`)).body).toMatchObject({ xp: 10 })

  await server.stop('immediate')
  for (const path of [
    `/accounts/telegram/${PLAYER}`,
    `/accounts/telegram/${PLAYER}/events`,
    '/leaderboard',
  ]) {
    const answer = await ask(path)
    expect([answer.status, answer.body.error.code], path).toEqual([503, 'unavailable'])
    expect(Number(answer.headers.get('retry-after')), path).toBeGreaterThan(0)
  }
  expect((await award(5, 'stranger', `ttfd_${'a'.repeat(43)}`)).status).toBe(503)
  expect((await award(5, 'stranger', 'guess')).status).toBe(401)
  expect(kept()).toEqual([])

  const answers = await Promise.all(Array.from({ length: 5 }, () => award(50, 'match-1')))
  expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(5).fill([202, { status: 'kept' }]))
  expect((await award(51, 'match-1')).body.error.code).toBe('conflict')
  expect((await award(60, 'match-2')).body.error.code).toBe('daily_limit')
  expect(client(30).stdout).toContain("status: 'kept'")
  expect((await award(20, 'match-3')).status).toBe(202)
  expect((await award(1, 'match-4')).body.error.code).toBe('daily_limit')
  expect((await award(50, 'match-1')).body).toEqual({ status: 'kept' })
  expect(kept()).toHaveLength(3)

  await server.start()
  await ttfd.line(/kept awards were written/)
  // It says so after each part that it has written.
  await expect.poll(kept).toEqual([])
  expect((await ask(`/accounts/telegram/${PLAYER}`)).body).toMatchObject({ xp: 110 })
  const again = await award(50, 'match-1')
  expect([again.status, again.headers.get('idempotency-replayed'), again.body.xp]).toEqual([200, 'true', 50])
  expect((await award(51, 'match-1')).body.error.code).toBe('conflict')
  expect((await award(1, 'match-5')).body.error.code).toBe('daily_limit')
  expect(ttfd.sql('select xp, coins from ttfd.api_key_days')).toEqual([{ xp: 110, coins: 0 }])

  // Sign-ins, wrong passwords, keys, an outage, platforms that cannot be reached: all of it is logged, no secret is.
  await browser.submit('/login', '/login', { email: 'ira@example.org', password: `${SECRETS.password}!` })
  expect(ttfd.output).toMatch(/ECONNREFUSED|fetch failed|Network request/)
  const told = { ...SECRETS, key, ...Object.fromEntries(browser.cookies) }
  for (const [name, secret] of Object.entries(told))
    if (secret.length > 8) expect(ttfd.output.includes(secret), name).toBe(false)

  expect(ttfd.cli('key', 'revoke', 'arena').code).toBe(0)
  expect((await award(1, 'match-6')).status).toBe(401)
}, 180_000)

test('asked for many times at once while the database is away, an award is kept once and costs the day once', async () => {
  const away = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/nowhere` })
  onTestFinished(() => away.close())
  const keptKeys: string[] = []
  const writer = {
    award: () => Promise.reject(new Error('the database is away')),
    take: async ({ key }: { key: string }) => {
      keptKeys.push(key)
      return { status: 'kept' as const }
    },
  }
  const now = new Date()
  const settings = { timeZone: RULES.timeZone } as ConstructorParameters<typeof DayLimit>[0]['settings']
  const deps = { db: away, writer, rules: () => RULES, now: () => now }
  const memory = { limit: new DayLimit({ ...deps, settings }), kept: new KeptAwards() }
  const key: ApiKey = {
    id: 1,
    name: 'arena',
    scopes: ['awards'],
    dailyMax: 110,
    awardMax: 1_000,
    uncapped: false,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
  const award = (xp: number, idempotencyKey: string) =>
    awardByKey(deps, memory, key, idempotencyKey, { ...gift(PLAYER, xp, 0), platform: 'telegram' })
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => award(50, 'same')))
  expect(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : answer.reason)),
  ).toEqual(Array(20).fill(202))
  expect(keptKeys).toEqual(['api:arena:same'])
  await expect(award(51, 'same')).rejects.toMatchObject({ code: 'conflict' })
  expect(await award(60, 'other')).toMatchObject({ status: 202 })
  await expect(award(1, 'one more')).rejects.toMatchObject({ code: 'daily_limit' })
})

test('what several processes kept is paid up to the day of the key and no further, each award once', async () => {
  const { site, name, member, balance } = await apiWorld(shared.db, { dailyMax: 100 })
  const { id } = await member()
  const keyId = (await listKeys(shared.db.kysely)).find((one) => one.name === name)?.id ?? 0
  const writer = chargingKept(site.writer, shared.db, 'Europe/Moscow')
  const kept = (n: number) =>
    writer.award({
      key: `api:${name}:kept-${n}`,
      who: { accountId: id },
      occurredAt: new Date(),
      source: `api:${name}`,
      act: { type: 'grant', event: 'xp_change', xp: 40, coins: 0, data: {}, silent: false },
      charge: { keyId, dailyMax: 100 },
    })
  const outcomes = await Promise.all([1, 1, 2, 3, 4].map(kept))
  const words = outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.reason : outcome.status))
  expect(words.sort()).toEqual(expect.arrayContaining(['daily_limit', 'recorded']))
  // Whatever came first, a second look ends the same way: what fits is written, the rest is not.
  for (const n of [1, 2, 3, 4]) await kept(n)
  expect((await balance(id)).xp).toBe(80)
  const days = await shared.db.kysely
    .selectFrom('ttfd.api_key_days')
    .select('xp')
    .where('key_id', '=', keyId)
    .execute()
  expect(days).toEqual([{ xp: 80 }])
})
