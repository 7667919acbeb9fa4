import type { Tx } from '../../db/connect.js'
import { writeLimits } from '../progression/write-limits.js'
import type { SideSettings } from './merge-side.js'
import type { MergePreview } from './preview-merge.js'

/**
 * Writes what a preview says: the loser's row goes first, so that its unique ids are free, then the survivor's row,
 * limits and settings become the result and the loser a tombstone. Its balance must have been moved before.
 */
export async function foldAccount(tx: Tx, { survivor, loser, result }: MergePreview): Promise<void> {
  await tx.deleteFrom('unified_users').where('id', '=', loser).execute()
  await tx.deleteFrom('ttfd.account_settings').where('account_id', '=', loser).execute()
  await tx.deleteFrom('ttfd.account_limits').where('account_id', '=', loser).execute()
  await tx
    .updateTable('unified_users')
    .set({
      telegram_id: result.identities.telegram,
      discord_id: result.identities.discord,
      website_email: result.identities.website,
      games_played: result.gamesPlayed,
      games_won: result.gamesWon,
      total_voice_time: result.voiceSeconds,
      messages_sent: result.messages,
      current_season_xp: result.seasonXp,
      achievements: JSON.stringify(result.achievements),
      created_at: result.createdAt,
      last_active: result.lastActive,
      locale: result.locale,
    })
    .where('id', '=', survivor)
    .execute()
  await writeSettings(tx, survivor, result.settings)
  await tx
    .updateTable('ttfd.identities')
    .set({ account_id: survivor })
    .where('account_id', '=', loser)
    .execute()
  // Rounds end with the account, but their buttons still find how they ended.
  await tx
    .updateTable('ttfd.game_rounds')
    .set({ account_id: survivor })
    .where('account_id', '=', loser)
    .execute()
  await tx
    .updateTable('ttfd.accounts')
    .set({ claimed_at: result.claimedAt })
    .where('id', '=', survivor)
    .execute()
  await tx.updateTable('ttfd.accounts').set({ merged_into: survivor }).where('id', '=', loser).execute()
}

/** Limits, streak and paid ranks of both: before the balance moves, so that no rank is paid for it. */
export async function writeMarks(tx: Tx, accountId: number, result: MergePreview['result']): Promise<void> {
  await tx
    .updateTable('unified_users')
    .set({
      daily_streak: result.streak,
      last_daily: result.lastDaily,
      highest_rank_paid: result.highestRankPaid,
    })
    .where('id', '=', accountId)
    .execute()
  await writeLimits(tx, accountId, result.limits)
}

export async function writeSettings(tx: Tx, accountId: number, settings: SideSettings | null): Promise<void> {
  await tx.deleteFrom('ttfd.account_settings').where('account_id', '=', accountId).execute()
  if (settings === null) return
  await tx
    .insertInto('ttfd.account_settings')
    .values({ account_id: accountId, ...settings })
    .execute()
}
