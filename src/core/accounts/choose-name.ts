import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import { cleanName } from './clean-name.js'

export type ChooseName =
  | { status: 'chosen'; name: string }
  /** Nothing of it can be shown. */
  | { status: 'bad_name' }

/**
 * Gives an account the name that its owner chose: from now on nothing that a platform says replaces it. The name is cut
 * to what may be shown.
 */
export async function chooseName(db: Database, accountId: number, raw: string): Promise<ChooseName> {
  const name = cleanName(raw)
  if (name === null) return { status: 'bad_name' }
  await db.transaction(async (tx) => {
    await tx.updateTable('unified_users').set({ display_name: name }).where('id', '=', accountId).execute()
    await tx
      .insertInto('ttfd.account_settings')
      .values({ account_id: accountId, display_name: name })
      .onConflict((oc) =>
        oc.column('account_id').doUpdateSet({ display_name: name, updated_at: sql<Date>`now()` }),
      )
      .execute()
    await sql`select pg_notify(${CHANGED_CHANNEL}, ${String(accountId)})`.execute(tx)
  })
  return { status: 'chosen', name }
}
