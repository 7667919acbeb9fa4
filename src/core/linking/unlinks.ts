import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import { isUuid } from './link-request.js'

/** Whoever did not do an unlinking can put it back for so many days. */
export const PUT_BACK_DAYS = 7

/** One unlinking as it is stored. */
export type Unlink = {
  id: string
  /** The account that was left, as it was named then. */
  accountId: number
  /** What left. */
  identity: Identity
  /** Who did it; null: an operator. */
  by: Identity | null
  at: Date
  putBackAt: Date | null
}

/** Reads an unlinking, locked for whoever is about to take it back; null for an id that is none. */
export async function findUnlink(reader: Reader | Tx, id: string, lock = false): Promise<Unlink | null> {
  if (!isUuid(id)) return null
  let query = reader.selectFrom('ttfd.unlinks').selectAll().where('id', '=', id)
  if (lock) query = query.forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) return null
  const { by_platform, by_platform_id } = row
  return {
    id: row.id,
    accountId: row.account_id,
    identity: { platform: row.platform, id: row.platform_id },
    by: by_platform && by_platform_id ? { platform: by_platform, id: by_platform_id } : null,
    at: row.happened_at,
    putBackAt: row.put_back_at,
  }
}

/** The living account that an id stands for; null when there is none any more. */
export async function livingAccount(reader: Reader, accountId: number): Promise<number | null> {
  const { rows } = await sql<{
    id: number | null
  }>`select ttfd.living_account(${accountId}::bigint) as id`.execute(reader)
  return rows[0]?.id ?? null
}

export type OfferedPutBack = { unlink: string; platform: PlatformName; at: Date; until: Date }

/** Unlinkings that somebody did not do and may still put back, newest first; whether each is possible, `askPutBack` tells. */
export async function listPutBacks(
  reader: Reader,
  { who, accountId, now }: { who: Identity; accountId: number | null; now: Date },
): Promise<OfferedPutBack[]> {
  const since = new Date(now.getTime() - PUT_BACK_DAYS * 86_400_000)
  const { rows } = await sql<{ id: string; platform: PlatformName; at: Date }>`
    select l.id, l.platform, l.happened_at as at from ttfd.unlinks l
    where l.happened_at > ${since} and l.put_back_at is null and l.by_platform is not null
      and (l.by_platform, l.by_platform_id) <> (${who.platform}, ${who.id})
      and ((l.platform = ${who.platform} and l.platform_id = ${who.id})
        or (l.account_id = ${accountId}::bigint or l.account_id in (
          select a.id from ttfd.accounts a where a.merged_into = ${accountId}::bigint)))
    order by l.happened_at desc limit 10`.execute(reader)
  return rows.map(({ id, platform, at }) => ({
    unlink: id,
    platform,
    at,
    until: new Date(at.getTime() + PUT_BACK_DAYS * 86_400_000),
  }))
}
