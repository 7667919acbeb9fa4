import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { isListed } from './listed.js'

export const QUERY_LETTERS_MIN = 2
export const QUERY_LETTERS_MAX = 32
const FOUND_MAX = 100

/** Names looked at before giving up, should almost none of those that begin so be listed. */
const LOOKED_AT_MAX = 20_000

export type FoundMember = { accountId: number; displayName: string; rankId: number; xp: number }

export type NameQuery = { status: 'ready'; name: string } | { status: 'too_short' } | { status: 'too_long' }

/** Makes a query of what somebody typed: NFC, single spaces, nothing invisible, 2 to 32 characters. */
export function readNameQuery(typed: string): NameQuery {
  if (typed.length > 4 * QUERY_LETTERS_MAX) return { status: 'too_long' }
  const name = typed
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}]|(?!\u200d)\p{Cf}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const letters = [...name].length
  if (letters < QUERY_LETTERS_MIN) return { status: 'too_short' }
  return letters > QUERY_LETTERS_MAX ? { status: 'too_long' } : { status: 'ready', name }
}

/**
 * Members whose name begins with `name`, small and capital letters and ё and е alike, in the order of their names, at
 * most `limit` (100). Nobody is found who is hidden, banned, or known from group messages alone. One range of an index:
 * what `name` holds is never a pattern.
 */
export async function findMembers(
  reader: Reader,
  name: string,
  { limit = FOUND_MAX }: { limit?: number } = {},
): Promise<{ found: FoundMember[]; more: boolean }> {
  const { rows } = await sql<{ id: number; display_name: string; rank_id: number; xp: number }>`
    select named.id, named.display_name, named.rank_id, named.xp from (
      select u.id, u.display_name, u.rank_id, u.xp, ttfd.name_key(u.display_name) collate "C" as key
      from unified_users u
      where u.display_name <> 'Unknown'
        and ttfd.name_key(u.display_name) collate "C" >= ttfd.name_key(${name}) collate "C"
        -- The last character there is: behind every name that begins so, before all others.
        and ttfd.name_key(u.display_name) collate "C" < (ttfd.name_key(${name}) || chr(1114111)) collate "C"
      order by ttfd.name_key(u.display_name) collate "C", u.id
      limit ${LOOKED_AT_MAX}
    ) named
      cross join lateral (
        select from ttfd.accounts a
        where a.id = named.id and a.claimed_at is not null and ${isListed(sql`a.id`)} offset 0
      ) listed
    order by named.key, named.id
    limit ${Math.min(limit, FOUND_MAX) + 1}`.execute(reader)
  const found = rows.slice(0, Math.min(limit, FOUND_MAX)).map((row) => ({
    accountId: row.id,
    displayName: row.display_name,
    rankId: row.rank_id,
    xp: row.xp,
  }))
  return { found, more: rows.length > found.length }
}
