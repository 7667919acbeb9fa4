import { runnerOf, type Tx } from '../../db/connect.js'
import { findAccountId, IDENTITY_COLUMN } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { applyAwards } from '../progression/apply-awards.js'
import type { Award, AwardOutcome } from '../progression/award.js'
import type { RoundContext, RoundGame } from './rounds.js'

type RoundRow = {
  id: string
  account_id: number
  platform: 'telegram' | 'discord' | 'website'
  game: string
  bet: number
}

/** Ends an open round of a locked account without a result and gives its stake back. */
export async function endRound(
  tx: Tx,
  row: RoundRow,
  state: 'cancelled' | 'expired',
  context: Omit<RoundContext, 'random'>,
): Promise<void> {
  if (row.bet > 0) {
    const outcome = await awardIn(tx, context, {
      key: `game:${row.id}:returned`,
      who: { accountId: row.account_id },
      occurredAt: context.now,
      source: row.platform,
      act: { type: 'return_stake', game: row.game, round: row.id, bet: row.bet, reason: state },
    })
    if (outcome.status === 'refused')
      throw new Error(`the stake of round ${row.id} could not be returned: ${outcome.reason}`)
  }
  await tx
    .updateTable('ttfd.game_rounds')
    .set({ state, ended_at: context.now })
    .where('id', '=', row.id)
    .execute()
}

/** Locks a person's account. The account comes first, then reads: the same order as every other change of it. */
export async function lockAccount(
  tx: Tx,
  who: Identity,
): Promise<{ id: number; coins: number; limits: unknown } | null> {
  for (;;) {
    const row = await tx
      .selectFrom('unified_users')
      .select(['id', 'coins'])
      .where(IDENTITY_COLUMN[who.platform], '=', who.id)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!row) {
      // Joined to another account while its lock was awaited: the identity is there now.
      if ((await findAccountId(tx, who)) !== null) continue
      return null
    }
    const limits = await tx
      .selectFrom('ttfd.account_limits')
      .select('state')
      .where('account_id', '=', row.id)
      .executeTakeFirst()
    return { ...row, limits: limits?.state }
  }
}

const ROUND_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Locks a round and its account; null for an id that is none (a button's bytes are untrusted) or somebody else's. */
export async function lockRound(tx: Tx, game: RoundGame, who: Identity, round: string) {
  if (!ROUND_ID.test(round)) return null
  const account = await lockAccount(tx, who)
  if (!account) return null
  const row = await tx
    .selectFrom('ttfd.game_rounds')
    .selectAll()
    .where('id', '=', round)
    .where('account_id', '=', account.id)
    .where('platform', '=', who.platform)
    .where('platform_id', '=', who.id)
    .where('game', '=', game.name)
    .forUpdate()
    .executeTakeFirst()
  return row ? { row, coins: account.coins } : null
}

/** Takes one award through the one door inside the round's own transaction. */
export async function awardIn(
  tx: Tx,
  { rules, newId }: Omit<RoundContext, 'random'>,
  award: Award,
): Promise<AwardOutcome> {
  const [applied] = await applyAwards(runnerOf(tx), [award], { rules, newId })
  if (!applied || applied instanceof Error) throw applied ?? new Error('an award has no outcome')
  return applied
}
