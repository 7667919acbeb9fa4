import type { Reader } from '../../db/connect.js'

/** Whether an account stands for itself: neither merged into another, nor erased, nor invented. */
export async function isLiving(reader: Reader, accountId: number): Promise<boolean> {
  const row = await reader
    .selectFrom('unified_users')
    .select('id')
    .where('id', '=', accountId)
    .executeTakeFirst()
  return row !== undefined
}
