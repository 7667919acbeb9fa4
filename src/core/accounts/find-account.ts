import type { Reader } from '../../db/connect.js'
import type { Identity } from './identity.js'

/** The column of `unified_users` that holds a platform's id. */
export const IDENTITY_COLUMN = {
  telegram: 'telegram_id',
  discord: 'discord_id',
  website: 'website_email',
} as const

/** The living account of an identity, or null. */
export async function findAccountId(reader: Reader, { platform, id }: Identity): Promise<number | null> {
  const row = await reader
    .selectFrom('unified_users')
    .select('id')
    .where(IDENTITY_COLUMN[platform], '=', id)
    .executeTakeFirst()
  return row?.id ?? null
}
