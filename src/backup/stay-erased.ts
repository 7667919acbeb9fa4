import type pg from 'pg'
import type { KeyedHash } from '../db/keyed-hash.js'
import { hasTable } from './tables.js'

/** Notes, before the tables go, whom this database had erased: an older backup must bring nobody back. */
export async function keepErased(client: pg.Client): Promise<void> {
  const source = (await hasTable(client, 'ttfd.erased_identities'))
    ? 'ttfd.erased_identities'
    : `(select null::bytea as identity_hash, null::jsonb as marks, null::timestamptz as erased_at where false) none`
  await client.query(
    `create temporary table ttfd_kept_erased on commit drop as
      select identity_hash, marks, erased_at from ${source}`,
  )
}

/**
 * Whoever was erased here after the backup was made is closed again at once, and erased by whoever leads after the next
 * start; marks of all erased identities stay. Returns how many accounts. Without ID_HASH_KEY nobody can be told.
 */
export async function eraseAgain(client: pg.Client, keyedHash: KeyedHash | null): Promise<number> {
  await client.query(`
    insert into ttfd.erased_identities (identity_hash, marks, erased_at)
    select identity_hash, marks, erased_at from ttfd_kept_erased on conflict (identity_hash) do nothing`)
  const { rows: any } = await client.query(`select from ttfd_kept_erased limit 1`)
  if (any.length === 0 || !keyedHash) return 0
  const { inner, outer } = keyedHash.pads()
  const { rows } = await client.query<{ account_id: string }>(
    `with back as (
      select distinct i.account_id from ttfd.identities i
      join unified_users u on u.id = i.account_id
      join ttfd_kept_erased k on k.identity_hash =
        sha256($2::bytea || sha256($1::bytea || convert_to('identity:' || i.platform || ':' || i.platform_id, 'UTF8')))
      -- Somebody who came back after an erasure that the backup knows of is a member like others.
      where i.known_since < k.erased_at
    ), hidden as (
      insert into ttfd.account_settings as s (account_id, private, notices) select account_id, true, false from back
      on conflict (account_id) do update set private = true, notices = false
    ), closed as (
      insert into ttfd.account_limits as l (account_id, state) select account_id, '{"closed": {"until": null}}' from back
      on conflict (account_id) do update set state = (l.state::jsonb || '{"closed": {"until": null}}')::json
    )
    insert into ttfd.deletions (account_id, asked_at, due_at, asked_by, was_private, wanted_notices)
    select account_id, now() - interval '169 hours', now(), 'operator', true, false from back
    on conflict (account_id) do update set asked_at = excluded.asked_at, due_at = excluded.due_at
    returning account_id`,
    [inner, outer],
  )
  return rows.length
}
