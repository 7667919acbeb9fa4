import type { Reader } from '../../db/connect.js'

/** Which of these sessions have not ended. One look, however many they are. */
export async function livingSessions(
  reader: Reader,
  sessionIds: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (sessionIds.length === 0) return new Set()
  const rows = await reader
    .selectFrom('ttfd.website_sessions')
    .select('id')
    .where('id', 'in', [...sessionIds])
    .where('expires_at', '>', now)
    .execute()
  return new Set(rows.map((row) => row.id))
}
