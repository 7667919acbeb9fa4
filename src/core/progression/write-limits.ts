import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { Limits } from './limits.js'

/** Puts down what limits one account from now on, whatever stood there. */
export async function writeLimits(tx: Tx, accountId: number, limits: Limits): Promise<void> {
  await sql`
    insert into ttfd.account_limits (account_id, state) values (${accountId}, ${JSON.stringify(limits)}::json)
    on conflict (account_id) do update set state = excluded.state, updated_at = now()`.execute(tx)
}
