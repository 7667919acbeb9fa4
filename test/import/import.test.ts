import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { hashIdentity } from '../../src/core/deletion/come-back.js'
import { checkAccounts } from '../../src/core/doctor/check-accounts.js'
import { checkLedger } from '../../src/core/doctor/check-ledger.js'
import { createKeyedHash } from '../../src/db/keyed-hash.js'
import { ImportRunningError } from '../../src/import/run/one-at-a-time.js'
import { NotApprovedError } from '../../src/import/run/run-import.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import {
  accountOf,
  accountsOf,
  daysLater,
  discord,
  discordId,
  importInto,
  telegram,
  unbalanced,
  voice,
  website,
} from './support.js'

describe.each(KINDS)('an import on %s', (kind) => {
  test('brings everything over and joins by proof', async () => {
    const db = await freshDatabase(kind)
    const given = {
      telegram: [
        telegram(1, {
          xp: 600,
          coins: 40,
          gamesPlayed: 5,
          gamesWon: 2,
          displayName: 'Аня',
          username: 'anya',
        }),
        telegram(2, { xp: 10, claimsDiscordId: discordId(2) }),
        telegram(3, { xp: 7, banned: 'спам' }),
      ],
      discord: [
        discord(1, {
          xp: 700,
          coins: 2,
          provesTelegramId: '1',
          messages: 9,
          streak: 4,
          lastDaily: daysLater(-1),
          achievements: ['first_win', 'unheard_of'],
          rest: { inventory: ['sword'] },
        }),
        discord(2, { xp: 100 }),
      ],
      voice: [voice(1, 3600)],
      website: [website(1, { claimsDiscordId: discordId(1) }), website(2)],
    }
    const report = await importInto(db, given)
    const anya = await accountOf(db, 'telegram_id', '1')
    expect(anya).toMatchObject({
      discord_id: discordId(1),
      website_email: 'm1@example.org',
      xp: 1300,
      coins: 42,
      rank_id: 3,
      highest_rank_paid: 3,
      games_played: 5,
      games_won: 2,
      total_voice_time: 3600,
      messages_sent: 9,
      daily_streak: 4,
      display_name: 'Аня',
      achievements: ['first_win'],
    })
    expect(await accountOf(db, 'telegram_id', '2')).toMatchObject({ discord_id: null, xp: 10 })
    expect(await accountOf(db, 'discord_id', discordId(2))).toMatchObject({ telegram_id: null, xp: 100 })
    expect(report.reviews.counts).toMatchObject({ claim: 1, contested: 0 })
    expect(report.seed.after).toEqual(report.seed.expected)
    expect(report.seed.after).toEqual({ accounts: 5, telegram: 3, discord: 2, website: 2 })
    expect(await unbalanced(db)).toEqual([])
    expect((await checkLedger(db.kysely)).map((finding) => finding.level)).toEqual(['ok'])
    expect((await checkAccounts(db.kysely)).map((finding) => finding.level)).toEqual(['ok'])
    const kept = await sql<{ data: { rest: unknown; achievements: unknown } }>`
      select data from cross_platform_events where dedupe_key like ${`import:discord:${discordId(1)}:%`}`.execute(
      db.kysely,
    )
    expect(kept.rows[0]?.data).toMatchObject({
      rest: { inventory: ['sword'] },
      achievements: ['first_win', 'unheard_of'],
    })
    const steps = await sql<{ source: string; xp: string }>`
      select data ->> 'source' as source, data ->> 'new_xp' as xp from cross_platform_events
      where user_id = ${anya?.id ?? 0} and event_type = 'imported' order by seq`.execute(db.kysely)
    expect(steps.rows).toEqual([
      { source: 'telegram', xp: '600' },
      { source: 'discord', xp: '1300' },
      { source: 'voice', xp: '1300' },
      { source: 'website', xp: '1300' },
    ])
    const banned = await sql`select kind, reason from ttfd.restrictions`.execute(db.kysely)
    expect(banned.rows).toEqual([{ kind: 'banned', reason: 'спам' }])
    const told = await sql`select count(*)::int as n from ttfd.deliveries`.execute(db.kysely)
    expect(told.rows).toEqual([{ n: 0 }])

    const before = await accountsOf(db)
    const again = await importInto(db, given)
    expect(await accountsOf(db)).toEqual(before)
    expect(again.stores.map((store) => store.added)).toEqual(
      again.stores.map(() => ({ xp: 0, coins: 0, games: 0, voice: 0 })),
    )
  })

  test('that another is begun beside is not disturbed: the second one is refused', async () => {
    const db = await freshDatabase(kind)
    const given = { telegram: [telegram(1, { xp: 5 })] }
    const approve = async () => {
      await expect(importInto(db, given)).rejects.toThrow(ImportRunningError)
      return true
    }
    expect((await importInto(db, given, { approve })).seed.after.accounts).toBe(1)
    // The place is free again, also after one that failed.
    await expect(importInto(db, given, { approve: async () => false })).rejects.toThrow(NotApprovedError)
    expect((await importInto(db, given)).accounts.fresh).toBe(0)
  })

  test('leaves nothing behind when it was dry', async () => {
    const db = await freshDatabase(kind)
    const given = {
      telegram: [telegram(1, { xp: 5 })],
      discord: [discord(1, { provesTelegramId: '1', xp: 6 })],
    }
    const dry = await importInto(db, given, { mode: 'dry-run' })
    expect(await accountsOf(db)).toEqual([])
    const rows = await sql<{ n: number }>`
      select (select count(*) from ttfd.accounts)::int + (select count(*) from cross_platform_events)::int
        + (select count(*) from ttfd.import_members)::int + (select count(*) from ttfd.import_snapshots)::int
        + (select count(*) from ttfd.import_reviews)::int
        + (select count(*) from pg_namespace where nspname = 'ttfd_import')::int as n`.execute(db.kysely)
    expect(rows.rows).toEqual([{ n: 0 }])
    const live = await importInto(db, given)
    expect(live.stores).toEqual(dry.stores)
    expect(live.seed.after).toEqual(dry.seed.expected)
  })

  test('adds what grew, within what a day may bring, and takes nothing back', async () => {
    const db = await freshDatabase(kind)
    await importInto(db, {
      telegram: [telegram(1, { xp: 100, coins: 50 }), telegram(2, { xp: 100, coins: 500 })],
    })
    await sql`update unified_users set coins = 3 where telegram_id = '1'`.execute(db.kysely)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, coins_delta, dedupe_key)
      select id, 'coins_change', 'telegram', -47, 'spent' from unified_users where telegram_id = '1'`.execute(
      db.kysely,
    )
    const week = { lastActive: daysLater(7) }
    const report = await importInto(db, {
      telegram: [
        telegram(1, { xp: 20_100, coins: 150, ...week }),
        telegram(2, { xp: 160, coins: 200, ...week }),
        telegram(3, { xp: 99_999, createdAt: daysLater(3), ...week }),
      ],
    })
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({ xp: 100 + 10_500, coins: 103 })
    expect(await accountOf(db, 'telegram_id', '2')).toMatchObject({ xp: 160, coins: 500 })
    expect(await accountOf(db, 'telegram_id', '3')).toMatchObject({ xp: 10_500 })
    expect(report.reviews.counts.growth).toBe(2)
    expect(report.shrunk.lines).toEqual([
      { origin: 'telegram', id: '2', field: 'coins', here: 500, store: 200 },
    ])
    expect(await unbalanced(db)).toEqual([])
  })

  test('does not bring a person back who asked to be forgotten, and says how much stays behind', async () => {
    const db = await freshDatabase(kind)
    const keyedHash = createKeyedHash(() => 'k'.repeat(64), 'erased ids')
    for (const identity of [
      { platform: 'telegram', id: '1' },
      { platform: 'website', id: 'm9@example.org' },
    ] as const) {
      await db.kysely
        .insertInto('ttfd.erased_identities')
        .values({ identity_hash: hashIdentity(keyedHash, identity), marks: '{}', erased_at: new Date() })
        .execute()
    }
    const report = await importInto(
      { ...db, keyedHash },
      {
        telegram: [telegram(1, { xp: 70, coins: 7 }), telegram(2, { xp: 5 })],
        discord: [discord(1, { xp: 9, provesTelegramId: '1' })],
        website: [website(9, { claimsDiscordId: discordId(1) })],
      },
    )
    expect(await accountsOf(db)).toMatchObject([
      { telegram_id: '2', xp: 5 },
      { telegram_id: null, discord_id: discordId(1), website_email: null, xp: 9 },
    ])
    expect(report.stores[0]).toMatchObject({ erased: 1, leftOut: { xp: 70, coins: 7 }, added: { xp: 5 } })
  })
})
