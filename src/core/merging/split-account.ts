import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { identitiesOf } from '../linking/link-side.js'
import { foldDaySums } from '../progression/day-sums.js'
import { writeLimits } from '../progression/write-limits.js'
import { writeSettings } from './fold-account.js'
import type { Merge } from './merge-row.js'
import type { UndoneSide, UndoPlan } from './plan-undo.js'

/**
 * Makes two accounts of one, as the plan says, without their balances: the loser's row comes back with nothing, the
 * survivor keeps everything until the pair of events moves it. The survivor's unique ids are freed first.
 */
export async function splitAccount(tx: Tx, merge: Merge, { survivor, loser }: UndoPlan): Promise<void> {
  await tx
    .updateTable('unified_users')
    .set({ ...columnsOf(survivor), last_active: survivor.lastActive })
    .where('id', '=', merge.survivor)
    .execute()
  await tx.updateTable('ttfd.accounts').set({ merged_into: null }).where('id', '=', merge.loser).execute()
  await tx
    .insertInto('unified_users')
    .values({
      id: merge.loser,
      ...columnsOf(loser),
      last_active: loser.lastActive,
      username: loser.username,
      display_name: loser.displayName,
      locale: loser.locale,
    })
    .execute()
  for (const { platform, id } of identitiesOf(loser)) {
    await tx
      .updateTable('ttfd.identities')
      .set({ account_id: merge.loser })
      .where('platform', '=', platform)
      .where('platform_id', '=', id)
      .execute()
    await tx
      .updateTable('ttfd.game_rounds')
      .set({ account_id: merge.loser })
      .where('account_id', '=', merge.survivor)
      .where('platform', '=', platform)
      .where('platform_id', '=', id)
      .execute()
    await moveRollups(tx, merge, platform)
  }
  for (const [accountId, side] of [
    [merge.survivor, survivor],
    [merge.loser, loser],
  ] as const) {
    await writeLimits(tx, accountId, side.limits)
    await writeSettings(tx, accountId, side.settings)
    await tx
      .updateTable('ttfd.accounts')
      .set({ claimed_at: side.claimedAt })
      .where('id', '=', accountId)
      .execute()
  }
}

function columnsOf(side: UndoneSide) {
  return {
    telegram_id: side.identities.telegram,
    discord_id: side.identities.discord,
    website_email: side.identities.website,
    primary_platform: side.primary,
    games_played: side.gamesPlayed,
    games_won: side.gamesWon,
    total_voice_time: side.voiceSeconds,
    messages_sent: side.messages,
    current_season_xp: side.seasonXp,
    achievements: JSON.stringify(side.achievements),
    daily_streak: side.streak,
    last_daily: side.lastDaily,
    highest_rank_paid: side.highestRankPaid,
    created_at: side.createdAt,
  }
}

/** The days that a platform earned since the merge go with it: charts and boards follow the balance. */
async function moveRollups(tx: Tx, { survivor, loser, mergedAt }: Merge, platform: string): Promise<void> {
  await foldDaySums(tx)
  // The survivor had nothing on this platform before, so that whole days may go.
  await sql`
    with gone as (
      delete from ttfd.daily_rollups
      where account_id = ${survivor} and source_platform = ${platform} and day >= ${mergedAt}::date - 1
      returning *
    )
    insert into ttfd.daily_rollups as r (account_id, day, source_platform, event_type, xp, coins, events)
    select ${loser}::bigint, day, source_platform, event_type, xp, coins, events from gone
    on conflict (account_id, day, source_platform, event_type)
      do update set xp = r.xp + excluded.xp, coins = r.coins + excluded.coins, events = r.events + excluded.events`.execute(
    tx,
  )
}
