import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'

export const FOUND_MAX = 50

type FoundAccount = {
  id: number
  name: string
  xp: number
  coins: number
  telegramId: string | null
  discordId: string | null
  email: string | null
}

const COLUMNS = sql`u.id, u.display_name as name, u.xp, u.coins, u.telegram_id as "telegramId",
  u.discord_id as "discordId", u.website_email as email`

/**
 * Accounts for an admin's eyes, hidden and banned ones included: whoever has exactly this platform id, address or
 * account number first, then those whose name begins so, at most 50. Each part is one look at an index; what was typed
 * is never a pattern.
 */
export async function searchMembers(reader: Reader, typed: string): Promise<FoundAccount[]> {
  const id = /^\d{1,20}$/.test(typed) ? typed : null
  const accountId = id !== null && Number.isSafeInteger(Number(id)) ? Number(id) : null
  const email = typed.includes('@') ? typed.toLowerCase() : null
  const exact = await sql<FoundAccount>`
    select ${COLUMNS} from unified_users u where u.telegram_id = ${id}
    union select ${COLUMNS} from unified_users u where u.discord_id = ${id}
    union select ${COLUMNS} from unified_users u where u.website_email = ${email}
    union select ${COLUMNS} from unified_users u where u.id = ${accountId}`.execute(reader)
  const named = await sql<FoundAccount>`
    select ${COLUMNS} from unified_users u
    where ttfd.name_key(u.display_name) collate "C" >= ttfd.name_key(${typed}) collate "C"
      -- The last character there is: behind every name that begins so, before all others.
      and ttfd.name_key(u.display_name) collate "C" < (ttfd.name_key(${typed}) || chr(1114111)) collate "C"
    order by ttfd.name_key(u.display_name) collate "C", u.id limit ${FOUND_MAX}`.execute(reader)
  const seen = new Map([...exact.rows, ...named.rows].map((row) => [row.id, row]))
  return [...seen.values()].slice(0, FOUND_MAX)
}
