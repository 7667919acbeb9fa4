import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/db/connect.js'
import { verifyImport } from '../../src/import/run/verify.js'
import { freshDatabase } from '../support/databases.js'
import { discord, discordId, type Given, importInto, storesOf, telegram, voice, website } from './support.js'

const GIVEN: Given = {
  telegram: [
    telegram(1, { xp: 600, coins: 40, username: 'anya' }),
    telegram(2, { xp: 10, gamesPlayed: 3, username: 'borya', claimsDiscordId: discordId(2) }),
  ],
  discord: [discord(1, { xp: 700, provesTelegramId: '1' }), discord(2, { xp: 100, username: 'borya' })],
  voice: [voice(2, 60)],
  website: [website(1), website(2, { claimsDiscordId: discordId(1) })],
}

async function codes(db: Database): Promise<string[]> {
  const { findings } = await verifyImport(db, { stores: storesOf(GIVEN), trustClaims: false })
  return findings.map((finding) => finding.code)
}

/** What somebody does to the database by hand, and what the comparison then says. */
const DAMAGE: [what: string, statements: string[], code: string][] = [
  [
    'an account is missing',
    [
      `update ttfd.identities set account_id = null where platform_id = '2' and platform = 'telegram'`,
      `delete from unified_users where telegram_id = '2'`,
      `delete from ttfd.identities where platform_id = '2' and platform = 'telegram'`,
    ],
    'account_missing',
  ],
  ['one XP is too many', [`update unified_users set xp = xp + 1 where telegram_id = '1'`], 'balance_differs'],
  [
    'one XP is lost',
    [`update unified_users set xp = xp - 1 where discord_id = '${discordId(2)}'`],
    'balance_differs',
  ],
  [
    'one coin is lost',
    [`update unified_users set coins = coins - 1 where telegram_id = '1'`],
    'balance_differs',
  ],
  [
    'one XP is lost in the ledger too',
    [
      `update unified_users set xp = xp - 1 where telegram_id = '2'`,
      `update cross_platform_events set xp_delta = xp_delta - 1 where dedupe_key like 'import:telegram:2:%'`,
    ],
    'events_differ',
  ],
  [
    'an event is gone, with its XP',
    [
      `update unified_users set xp = xp - 10 where telegram_id = '2'`,
      `delete from cross_platform_events where dedupe_key like 'import:telegram:2:%'`,
    ],
    'events_differ',
  ],
  [
    'a record was never taken',
    [`delete from ttfd.import_members where origin = 'discord' and source_id = '${discordId(2)}'`],
    'not_imported',
  ],
  [
    'what was taken is remembered too small',
    [`update ttfd.import_members set xp = xp - 1 where origin = 'discord' and source_id = '${discordId(2)}'`],
    'figures_differ',
  ],
  [
    'voice time is lost',
    [`update unified_users set total_voice_time = 59 where discord_id = '${discordId(2)}'`],
    'statistics_short',
  ],
  [
    'two are linked by an equal name',
    [
      `update unified_users u set xp = u.xp + g.xp, games_played = u.games_played + g.games_played from unified_users g where u.discord_id = '${discordId(2)}' and g.telegram_id = '2'`,
      `update ttfd.accounts set merged_into = (select id from unified_users where discord_id = '${discordId(2)}')
        where id = (select id from unified_users where telegram_id = '2')`,
      `update ttfd.identities set account_id = (select id from unified_users where discord_id = '${discordId(2)}') where platform_id = '2'`,
      `delete from unified_users where telegram_id = '2'`,
      `update unified_users set telegram_id = '2' where discord_id = '${discordId(2)}'`,
    ],
    'link_without_proof',
  ],
  [
    'a website account is put to somebody who did not claim it',
    [
      `update ttfd.accounts set merged_into = (select id from unified_users where discord_id = '${discordId(2)}')
        where id = (select id from unified_users where website_email = 'm1@example.org')`,
      `delete from unified_users where website_email = 'm1@example.org'`,
      `update unified_users set website_email = 'm1@example.org' where discord_id = '${discordId(2)}'`,
    ],
    'link_without_proof',
  ],
  [
    'a proven link is parted',
    [
      `insert into ttfd.accounts (id) values (999)`,
      `update unified_users set telegram_id = null where telegram_id = '1'`,
      `insert into unified_users (id, telegram_id, primary_platform) values (999, '1', 'telegram')`,
    ],
    'proof_not_linked',
  ],
]

describe('the comparison after an import', () => {
  test('is content when nothing was touched, also after new activity', async () => {
    const db = await freshDatabase('postgres')
    await importInto(db, GIVEN)
    await sql`update unified_users set xp = xp + 5 where telegram_id = '1'`.execute(db.kysely)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, dedupe_key)
      select id, 'message_sent', 'telegram', 5, 'telegram:message:1:1' from unified_users where telegram_id = '1'`.execute(
      db.kysely,
    )
    expect(await codes(db)).toEqual([])
  })

  test.each(DAMAGE)('says when %s', async (_what, statements, code) => {
    const db = await freshDatabase('postgres')
    await importInto(db, GIVEN)
    for (const statement of statements) await sql.raw(statement).execute(db.kysely)
    expect(await codes(db)).toContain(code)
  })

  test('says when nothing was imported at all', async () => {
    const db = await freshDatabase('postgres')
    expect(await codes(db)).toContain('not_imported')
  })
})
