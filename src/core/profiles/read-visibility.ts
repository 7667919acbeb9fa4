import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { isBanned } from '../boards/listed.js'

/** How others may see a living account: `hidden` by its owner; `nobody`: banned, merged away or gone. */
export type Visibility = 'open' | 'hidden' | 'nobody'

/** How others may see an account now, by the rule of boards and searches (core/boards/listed.ts). */
export async function readVisibility(reader: Reader, accountId: number): Promise<Visibility> {
  const { rows } = await sql<{ hidden: boolean; banned: boolean }>`
    select coalesce(s.private, false) as hidden, ${isBanned(sql`u.id`)} as banned
    from unified_users u left join ttfd.account_settings s on s.account_id = u.id
    where u.id = ${accountId}`.execute(reader)
  const [row] = rows
  if (!row || row.banned) return 'nobody'
  return row.hidden ? 'hidden' : 'open'
}
