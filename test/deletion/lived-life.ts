import { sql } from 'kysely'
import { restrict } from '../../src/core/restrictions/restrict.js'
import type { Database } from '../../src/db/connect.js'
import { discord, freshLeavers, telegram } from './support.js'

export const T = telegram('7001000111')
export const D = discord('800100011122233344')
const OTHER = telegram('7009000999')

/** Somebody with a rich life: linked by a merge, with a round, a restriction, a code and requests behind him. */
export async function livedLife(kind: 'postgres' | 'embedded' = 'postgres') {
  const people = await freshLeavers(kind)
  const { db } = people
  await people.meet(T, D, OTHER)
  await people.gain(T, 600, 300)
  await people.gain(D, 400, 200)
  await people.gain(OTHER, 50, 5)
  const old = await people.idOf(D)
  await people.merged(T, D)
  const account = await people.idOf(T)
  people.wait(73 * 60)
  await people.code(T)
  await people.type(OTHER, 'AAAA-AAAA')
  await people.act(T, {
    type: 'message',
    length: 50,
    fingerprint: null,
    multiplier: 1,
    place: '900800700600',
  })
  await db.transaction((tx) =>
    restrict(
      tx,
      { accountId: account, kind: 'unpaid', reason: 'накрутка у Имя 7001000111', givenBy: 'cli:boss' },
      people.context(),
    ),
  )
  await fillTheRest(db, account)
  return { people, db, account, old }
}

/** Rows that other parts of the program would write about him, so that none of their tables is forgotten. */
export async function fillTheRest(db: Database, account: number): Promise<void> {
  const email = 'anna.7001000111@example.org'
  for (const statement of [
    sql`insert into ttfd.identities (platform, platform_id, account_id) values ('website', ${email}, ${account})`,
    sql`update unified_users set website_email = ${email} where id = ${account}`,
    sql`insert into ttfd.website_users (id, name, email, email_verified) values ('u1', 'Имя 7001000111', ${email}, true), ('u2', 'x', '7001000111@telegram.invalid', false)`,
    sql`insert into ttfd.website_accounts (website_user_id, account_id) values ('u1', ${account}), ('u2', ${account})`,
    sql`insert into ttfd.website_logins (id, user_id, provider_id, account_id) values ('l1', 'u2', 'telegram', ${T.id}), ('l2', 'u1', 'credential', 'u1')`,
    sql`insert into ttfd.website_sessions (id, token, user_id, made_by, expires_at) values ('s1', 't1', 'u2', ${`telegram:${T.id}`}, now() + interval '1 day')`,
    sql`insert into ttfd.website_verifications (id, identifier, value, expires_at) values ('v1', 'reset', 'u1', now() + interval '1 day')`,
    sql`insert into ttfd.import_members (origin, source_id, account_id, snapshot, xp, coins, games_played, games_won, messages, voice_seconds)
      values ('telegram', ${T.id}, ${account}, '', 1, 1, 0, 0, 0, 0)`,
    sql`insert into ttfd.import_reviews (key, kind, claimant_platform, claimant_id) values (${`claim:${T.id}`}, 'claim', 'telegram', ${T.id})`,
    sql`insert into ttfd.unproven_emails (email, account_id, closed) values (${email}, ${account}, false)`,
    sql`insert into ttfd.unlinks (id, account_id, platform, platform_id, happened_at) values (gen_random_uuid(), ${account}, 'discord', ${D.id}, now())`,
    sql`insert into ttfd.audit_log (actor, act, account_id, detail) values ('cli:boss', 'x', ${account}, '{"name": "Имя 7001000111"}'), (${`discord:${D.id}`}, 'y', null, '{}')`,
    sql`insert into ttfd.places (platform, place_id, added_by) values ('telegram', '-100', ${`telegram:${T.id}`})`,
    sql`insert into ttfd.sign_in_links (id, kind, token_hash, telegram_id, account_id, created_at, expires_at)
      values (gen_random_uuid(), 'telegram', sha256('1'), ${T.id}, ${account}, now(), now() + interval '1 minute')`,
    sql`insert into ttfd.voice_sessions (discord_id, guild_id, channel_id, eligible, accrued_ms, watched_until, started_at)
      values (${D.id}, '1', '2', true, 0, now(), now())`,
    sql`insert into ttfd.role_states (guild_id, discord_id, state) values ('1', ${D.id}, 'applied')`,
    sql`insert into ttfd.avatars (platform, platform_id, looked_at) values ('discord', ${D.id}, now())`,
    sql`insert into ttfd.link_attempts (subject, updated_at) values (${`telegram:${T.id}`}, now()) on conflict do nothing`,
    sql`insert into ttfd.board_leaders (account_id) values (${account})`,
    sql`insert into ttfd.account_settings (account_id, display_name) values (${account}, 'Имя 7001000111')
      on conflict (account_id) do update set display_name = excluded.display_name`,
  ]) {
    await statement.execute(db.kysely)
  }
}
