import type { Reader } from '../../db/connect.js'

export type AuditEntry = {
  actor: string
  act: string
  accountId: number | null
  detail: Record<string, unknown>
}

/** Writes down what somebody with the right to do so did. `writer` may be an open transaction. */
export async function writeAudit(
  writer: Reader,
  { actor, act, accountId, detail }: AuditEntry,
): Promise<void> {
  await writer
    .insertInto('ttfd.audit_log')
    .values({ actor, act, account_id: accountId, detail: JSON.stringify(detail) })
    .execute()
}
