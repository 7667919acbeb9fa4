import type { Reader } from '../../db/connect.js'

/** What a member sees of himself alone: his name, where he is linked, his address. */
export type OwnFacts = { displayName: string; telegram: boolean; discord: boolean; email: string | null }

/** Null for an account that is not living. */
export async function readOwnFacts(reader: Reader, accountId: number): Promise<OwnFacts | null> {
  const row = await reader
    .selectFrom('unified_users')
    .select(['display_name', 'telegram_id', 'discord_id', 'website_email'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  return {
    displayName: row.display_name,
    telegram: row.telegram_id !== null,
    discord: row.discord_id !== null,
    email: row.website_email,
  }
}
