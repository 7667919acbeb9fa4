import type { Reader } from '../../db/connect.js'

type AuditLine = {
  id: number
  actor: string
  act: string
  accountId: number | null
  detail: Record<string, unknown>
  at: Date
}

/** A page of what people with the right to do so did, newest first, before the number `before`. */
export async function readAudit(
  reader: Reader,
  { before, limit }: { before: number | null; limit: number },
): Promise<{ lines: AuditLine[]; next: number | null }> {
  let query = reader
    .selectFrom('ttfd.audit_log')
    .select(['id', 'actor', 'act', 'account_id as accountId', 'detail', 'created_at as at'])
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (before !== null) query = query.where('id', '<', before)
  const rows = await query.execute()
  const lines = rows.slice(0, limit)
  return { lines, next: rows.length > limit ? (lines.at(-1)?.id ?? null) : null }
}
