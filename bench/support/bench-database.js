// A migrated database on a PostgreSQL with its default durability, filled with members.
// @ts-check
import { sql } from 'kysely'
import { openDatabase } from '../../dist/db/connect.js'
import { migrate } from '../../dist/db/migrator.js'

/** @param {string} serverUrl @param {number} accounts @param {string} [name] */
export async function benchDatabase(serverUrl, accounts, name = `bench_${accounts}`) {
  const admin = await openDatabase({ url: serverUrl })
  await sql.raw(`create database ${name}`).execute(admin.kysely)
  await admin.close()
  const url = serverUrl.replace(/postgres$/, name)
  const db = await openDatabase({ url })
  await migrate(db, { timeZone: 'Europe/Moscow' })
  await addMembers(db, accounts)
  return { db, url }
}

/**
 * Members of Discord, as many as asked for, with nothing yet.
 * @param {Awaited<ReturnType<typeof openDatabase>>} db @param {number} accounts
 */
export async function addMembers(db, accounts) {
  await sql`insert into ttfd.accounts (claimed_at) select now() from generate_series(1, ${accounts})`.execute(
    db.kysely,
  )
  await sql`
    insert into unified_users (id, discord_id, display_name, username, primary_platform)
    select id, (1000000000000000000 + id)::text, 'Member ' || id, 'member' || id, 'discord' from ttfd.accounts`.execute(
    db.kysely,
  )
  await sql`insert into ttfd.account_limits (account_id) select id from ttfd.accounts`.execute(db.kysely)
  await sql`
    insert into ttfd.identities (platform, platform_id, account_id)
    select 'discord', discord_id, id from unified_users`.execute(db.kysely)
  await sql`vacuum analyze`.execute(db.kysely)
  await sql`checkpoint`.execute(db.kysely)
}
