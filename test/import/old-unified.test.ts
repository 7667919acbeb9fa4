import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkAccounts, checkUnprovenLinks } from '../../src/core/doctor/check-accounts.js'
import { checkLedger } from '../../src/core/doctor/check-ledger.js'
import { checkMerges } from '../../src/core/doctor/check-merges.js'
import { newId } from '../../src/core/events/new-id.js'
import { acceptReview, refuseReview } from '../../src/core/imports/decide-review.js'
import { listReviews } from '../../src/core/imports/read-reviews.js'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { StoresMissingError } from '../../src/import/run/unified-stores.js'
import { verifyImport } from '../../src/import/run/verify.js'
import { createPostgresDatabase } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import {
  accountOf,
  accountsOf,
  discord,
  discordId,
  importInto,
  storesOf,
  telegram,
  unbalanced,
  website,
} from './support.js'

/** What the old migration left: one joined by name with the Discord XP dropped, one at 0 XP, one as it should be. */
const OLD = `
  create table unified_users (
    id serial primary key, telegram_id text unique, discord_id text unique, website_email text unique,
    username text, display_name text, xp integer, coins integer, rank_id integer, games_played integer,
    created_at timestamp default now(), last_active timestamp default now(), primary_platform text);
  create table cross_platform_events (
    id uuid primary key default gen_random_uuid(), user_id integer references unified_users (id) on delete cascade,
    event_type text, source_platform text, data jsonb, processed boolean default false, processed_at timestamp, created_at timestamp default now());
  insert into unified_users (telegram_id, discord_id, username, display_name, xp, coins, games_played, primary_platform) values
    ('1', '${discordId(2)}', 'sasha', 'Саша', 500, 50, 4, 'telegram'), ('3', null, 'x', 'Юра', 0, 0, 0, 'telegram'),
    (null, '${discordId(4)}', 'y', 'Яна', 900, 9, 2, 'discord'), ('5', '${discordId(5)}', 'z', 'Зоя', 40, 4, 0, 'telegram'),
    ('9', null, 'gone', 'Давно ушёл', 70, 7, 0, 'telegram');
  insert into unified_users (website_email, username, display_name, xp, coins, primary_platform) values
    ('old@example.org', 'site', 'Сайт', 0, 0, 'website')`

async function upgraded(): Promise<Database> {
  const { url, drop } = await createPostgresDatabase('template0')
  const db = await openDatabase({ url, maxConnections: 3 })
  onTestFinished(async () => {
    await db.close()
    await drop()
  })
  for (const statement of OLD.split(';')) await sql.raw(statement).execute(db.kysely)
  await migrate(db, { timeZone: 'Europe/Moscow' })
  return db
}

const GIVEN = {
  telegram: [
    telegram(1, { xp: 500, coins: 50, gamesPlayed: 4 }),
    telegram(3, { xp: 333 }),
    telegram(5, { xp: 40, coins: 4 }),
  ],
  discord: [
    discord(2, { xp: 1_000, coins: 5, gamesPlayed: 3 }),
    discord(4, { xp: 900, coins: 9, gamesPlayed: 2 }),
    discord(5, { xp: 10, provesTelegramId: '5' }),
    discord(1, { xp: 7, provesTelegramId: '1' }),
  ],
}

test('the stores take the place of the opening balances: nothing counts twice, nothing stays lost', async () => {
  const db = await upgraded()
  // Played here since the upgrade, and spent.
  await sql`update unified_users set xp = xp + 20, coins = coins - 6, games_played = games_played + 1 where discord_id = ${discordId(4)}`.execute(
    db.kysely,
  )
  await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, coins_delta, dedupe_key, data)
    select id, 'game_played', 'discord', 20, -6, 'game:1', '{"won": false}' from unified_users where discord_id = ${discordId(4)}`.execute(
    db.kysely,
  )

  const report = await importInto(db, GIVEN)
  expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({
    discord_id: discordId(2),
    xp: 1_500,
    coins: 55,
    games_played: 7,
  })
  expect(await accountOf(db, 'telegram_id', '3')).toMatchObject({ xp: 333 })
  expect(await accountOf(db, 'discord_id', discordId(4))).toMatchObject({
    xp: 920,
    coins: 3,
    games_played: 3,
  })
  expect(await accountOf(db, 'telegram_id', '5')).toMatchObject({ xp: 50, coins: 4 })
  expect(await accountOf(db, 'telegram_id', '9')).toMatchObject({ xp: 70, coins: 7 })
  expect(await accountOf(db, 'discord_id', discordId(1))).toMatchObject({ xp: 7, telegram_id: null })
  expect(await unbalanced(db)).toEqual([])

  const marks = await sql<{ telegram_id: string; link_unproven: boolean }>`
    select u.telegram_id, a.link_unproven from ttfd.accounts a join unified_users u on u.id = a.id
    where u.telegram_id in ('1', '5') order by 1`.execute(db.kysely)
  expect(marks.rows).toEqual([
    { telegram_id: '1', link_unproven: true },
    { telegram_id: '5', link_unproven: false },
  ])
  expect(Object.fromEntries(report.unified.lines.map((line) => [line.name, line.join]))).toMatchObject({
    Саша: 'wrong',
    Юра: 'single',
    Зоя: 'proven',
  })
  expect(report.unified.lines.find((line) => line.name === 'Юра')).toMatchObject({
    opening: { xp: 0 },
    stores: { xp: 333 },
  })
  expect(report.reviews.counts.contested).toBe(1)

  const before = await accountsOf(db)
  await importInto(db, GIVEN)
  expect(await accountsOf(db)).toEqual(before)
})

describe('an account that the old migration joined by name', () => {
  const CONTEXT = {
    now: new Date(),
    rules: RULES,
    newId: () => newId(Date.now()),
    admins: new Set(['telegram:77']),
  }
  const BY = 'cli:owner'
  const questions = async (db: Database) =>
    (await listReviews(db.kysely, { limit: 20 })).filter((one) => one.kind === 'joined')
  const findings = async (db: Database) =>
    [
      ...(await checkAccounts(db.kysely)),
      ...(await checkUnprovenLinks(db.kysely)),
      ...(await checkLedger(db.kysely)),
      ...(await checkMerges(db.kysely)),
    ].filter((one) => one.level !== 'ok')

  /** Won 20 XP and 6 coins on Discord since. */
  async function imported() {
    const db = await upgraded()
    const report = await importInto(db, GIVEN)
    await sql`update unified_users set xp = xp + 20, coins = coins + 6, games_played = games_played + 1 where telegram_id = '1'`.execute(
      db.kysely,
    )
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, coins_delta, dedupe_key, data)
      select id, 'game_played', 'discord', 20, 6, 'game:7', '{"won": false}' from unified_users where telegram_id = '1'`.execute(
      db.kysely,
    )
    const [question] = await questions(db)
    return { db, report, question: question?.id ?? 0, account: question?.claimant.accountId ?? 0 }
  }

  test('is a question with both sides, and stays one account when the owner says so', async () => {
    const { db, report, question, account } = await imported()
    expect(report.reviews.counts.joined).toBe(1)
    expect(await questions(db)).toMatchObject([
      {
        claimant: { platform: 'telegram', id: '1', accountId: account },
        claimed: { platform: 'discord', id: discordId(2), accountId: account },
        detail: { other_proof: true, claimant: { xp: 500 }, claimed: { xp: 1_000 } },
      },
    ])
    expect((await findings(db)).map((one) => one.code)).toEqual(['links_unproven'])
    expect(await acceptReview(db, { id: question, by: BY }, CONTEXT)).toEqual({
      status: 'accepted',
      accountId: account,
    })
    expect(await findings(db)).toEqual([])
    expect(await questions(db)).toEqual([])
    expect(await acceptReview(db, { id: question, by: BY }, CONTEXT)).toEqual({ status: 'unknown' })
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({
      discord_id: discordId(2),
      xp: 1_520,
      coins: 61,
    })
    const verified = await verifyImport(db, { stores: storesOf(GIVEN), trustClaims: false })
    expect(verified.findings).toEqual([])
    const before = await accountsOf(db)
    await importInto(db, GIVEN)
    expect(await accountsOf(db)).toEqual(before)
  })

  test('is taken apart when he says so: to each what his store proves and what he earned since', async () => {
    const { db, question } = await imported()
    const before = await sums(db)
    expect(await refuseReview(db, { id: question, by: BY }, CONTEXT)).toEqual({
      status: 'parted',
      accounts: 1,
    })
    expect(await sums(db)).toEqual(before)
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({
      discord_id: null,
      xp: 500,
      coins: 50,
      games_played: 4,
    })
    expect(await accountOf(db, 'discord_id', discordId(2))).toMatchObject({
      telegram_id: null,
      xp: 1_020,
      coins: 11,
      games_played: 4,
    })
    expect(await unbalanced(db)).toEqual([])
    expect(await findings(db)).toEqual([])
    const told = await sql<{ recipient_id: string }>`
      select d.recipient_id from ttfd.deliveries d join cross_platform_events e on e.id = d.event_id
      where e.event_type = 'account_unlinked' order by 1`.execute(db.kysely)
    expect(told.rows.map((row) => row.recipient_id)).toEqual(['1', discordId(2)])

    // Now that the place is free, the proof joins whom it names; what grows in the stores goes to its own side.
    const later = {
      telegram: [telegram(1, { xp: 600, coins: 50, gamesPlayed: 4 }), ...GIVEN.telegram.slice(1)],
      discord: GIVEN.discord,
    }
    expect((await importInto(db, later)).linked.merged).toBe(1)
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({ discord_id: discordId(1), xp: 607 })
    expect(await accountOf(db, 'discord_id', discordId(2))).toMatchObject({ xp: 1_020 })
    const verified = await verifyImport(db, { stores: storesOf(later), trustClaims: false })
    expect(verified.findings).toEqual([])
    expect(await findings(db)).toEqual([])
  })

  test('gives nobody more than it has: what was spent is spent', async () => {
    const { db, question } = await imported()
    await sql`update unified_users set coins = coins - 58 where telegram_id = '1'`.execute(db.kysely)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, coins_delta, dedupe_key)
      select id, 'adjusted', 'system', -58, 'admin:1' from unified_users where telegram_id = '1'`.execute(
      db.kysely,
    )
    await refuseReview(db, { id: question, by: BY }, CONTEXT)
    expect((await accountOf(db, 'discord_id', discordId(2)))?.coins).toBe(3)
    expect((await accountOf(db, 'telegram_id', '1'))?.coins).toBe(0)
    expect(await unbalanced(db)).toEqual([])
  })

  test('of an admin is settled by the command line only', async () => {
    const { db, question, account } = await imported()
    const context = { ...CONTEXT, admins: new Set(['telegram:1']) }
    const refused = { status: 'refused', reason: 'admin_account' }
    expect(await acceptReview(db, { id: question, by: 'discord:5' }, context)).toEqual(refused)
    expect(await refuseReview(db, { id: question, by: 'discord:5' }, context)).toEqual(refused)
    expect(await acceptReview(db, { id: question, by: BY }, context)).toMatchObject({ accountId: account })
  })
})

async function sums(db: Database) {
  const { rows } =
    await sql`select sum(xp)::bigint as xp, sum(coins)::bigint as coins, sum(games_played)::bigint as games,
    sum(total_voice_time)::bigint as voice from unified_users`.execute(db.kysely)
  return rows
}

test('an old row of the website alone gets the login that its store kept', async () => {
  const db = await upgraded()
  const given = {
    ...GIVEN,
    website: [website(1, { email: 'old@example.org', passwordSha256: 'ab'.repeat(32) })],
  }
  for (let round = 0; round < 2; round++) await importInto(db, given)
  const { rows } = await sql`
    select l.password, u.website_email, w.email_verified from ttfd.website_users w
      join ttfd.website_logins l on l.user_id = w.id join ttfd.website_accounts a on a.website_user_id = w.id
      join unified_users u on u.id = a.account_id`.execute(db.kysely)
  expect(rows).toEqual([
    { password: `sha256:${'ab'.repeat(32)}`, website_email: 'old@example.org', email_verified: false },
  ])
})

test('all stores are asked for, since nobody knows what an opening balance is made of', async () => {
  const db = await upgraded()
  const before = await accountsOf(db)
  await expect(importInto(db, { telegram: GIVEN.telegram })).rejects.toThrow(StoresMissingError)
  expect(await accountsOf(db)).toEqual(before)
})
