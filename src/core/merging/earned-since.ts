import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'

/** What happened to an account from one source. */
export type Earned = {
  xp: number
  coins: number
  gamesPlayed: number
  gamesWon: number
  /** Seconds. */
  voiceSeconds: number
  messages: number
  seasonXp: number
  /** Daily rewards that were claimed. */
  dailies: number
  /** The highest rank that was paid; 0: none. */
  rankPaid: number
}

export const NOTHING_EARNED: Earned = {
  xp: 0,
  coins: 0,
  gamesPlayed: 0,
  gamesWon: 0,
  voiceSeconds: 0,
  messages: 0,
  seasonXp: 0,
  dailies: 0,
  rankPaid: 0,
}

/** By source: a platform, `system`, or `api:<key>`. */
export type EarnedBySource = Record<string, Earned>

export function addEarned(a: Earned, b: Earned): Earned {
  return {
    xp: a.xp + b.xp,
    coins: a.coins + b.coins,
    gamesPlayed: a.gamesPlayed + b.gamesPlayed,
    gamesWon: a.gamesWon + b.gamesWon,
    voiceSeconds: a.voiceSeconds + b.voiceSeconds,
    messages: a.messages + b.messages,
    seasonXp: a.seasonXp + b.seasonXp,
    dailies: a.dailies + b.dailies,
    rankPaid: Math.max(a.rankPaid, b.rankPaid),
  }
}

/**
 * What an account's events after one tell of, by where they came from. Stakes in open rounds count as returned. What
 * came back by the undo of a merge in between counts for the platforms where it was earned.
 */
export async function earnedSince(
  reader: Reader,
  accountId: number,
  afterSeq: number,
): Promise<EarnedBySource> {
  const { rows } = await sql<Earned & { source: string }>`
    select source_platform as source, sum(xp_delta)::bigint as xp, sum(coins_delta)::bigint as coins,
      count(*) filter (where event_type = 'game_played') as "gamesPlayed",
      count(*) filter (where event_type = 'game_played' and data ->> 'won' = 'true') as "gamesWon",
      coalesce(sum((data ->> 'duration')::bigint) filter (where event_type = 'voice_time'), 0)::bigint as "voiceSeconds",
      count(*) filter (where event_type = 'message_sent' and data ? 'multiplier') as messages,
      coalesce(sum(greatest(xp_delta, 0)), 0)::bigint as "seasonXp",
      count(*) filter (where event_type = 'daily_claimed') as dailies,
      coalesce(max((data ->> 'new_rank')::bigint) filter (where event_type = 'rank_up'), 0)::bigint as "rankPaid"
    from cross_platform_events
    where user_id = ${accountId} and seq > ${afterSeq} and event_type not in ('accounts_merged', 'merge_undone')
    group by source_platform`.execute(reader)
  const earned: EarnedBySource = {}
  const add = (source: string, more: Earned) => {
    earned[source] = addEarned(earned[source] ?? NOTHING_EARNED, more)
  }
  for (const { source, ...more } of rows) add(source, more)

  const stakes = await sql<{ source: string; coins: number }>`
    select platform as source, sum(bet)::bigint as coins from ttfd.game_rounds
    where account_id = ${accountId} and state = 'open' group by platform`.execute(reader)
  for (const { source, coins } of stakes.rows) add(source, { ...NOTHING_EARNED, coins })

  const returned = await sql<{ earned: EarnedBySource | null }>`
    select data -> 'earned' as earned from cross_platform_events
    where user_id = ${accountId} and seq > ${afterSeq} and event_type = 'merge_undone' order by seq`.execute(
    reader,
  )
  for (const row of returned.rows) {
    for (const [source, more] of Object.entries(row.earned ?? {})) add(source, more)
  }
  return earned
}
