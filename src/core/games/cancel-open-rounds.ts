import type { Tx } from '../../db/connect.js'
import { endRound } from './round-steps.js'
import type { RoundContext } from './rounds.js'

/** Cancels every open round of a locked account and gives the stakes back: the account is about to end. */
export async function cancelOpenRounds(
  tx: Tx,
  accountId: number,
  context: Omit<RoundContext, 'random'>,
): Promise<void> {
  const open = await tx
    .selectFrom('ttfd.game_rounds')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('state', '=', 'open')
    .orderBy('id')
    .forUpdate()
    .execute()
  for (const round of open) await endRound(tx, round, 'cancelled', context)
}
