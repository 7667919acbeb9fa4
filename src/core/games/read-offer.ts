import type { Reader } from '../../db/connect.js'
import { communityDay } from '../progression/community-day.js'
import { dayCounters, readLimits } from '../progression/limits.js'
import type { Rules } from '../progression/rules.js'

/** What a member may play now: his coins, the stakes that they allow, and the free rounds left of the community day. */
export type GameOffer = { coins: number; bets: number[]; freeLeft: number }

/**
 * Reads what a menu of games offers to an account. A look, not a promise: `startRound` decides under the account's lock.
 * In a rehearsal (`rules.pay` off) no stakes are offered.
 */
export async function readOffer(
  reader: Reader,
  accountId: number,
  { rules, now }: { rules: Rules; now: Date },
): Promise<GameOffer> {
  const row = await reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['u.coins', 'l.state'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  const coins = row?.coins ?? 0
  const used = dayCounters(readLimits(row?.state), communityDay(now, rules.timeZone)).free_rounds ?? 0
  return {
    coins,
    bets: rules.pay ? rules.games.bets.filter((bet) => bet <= coins) : [],
    freeLeft: Math.max(0, rules.games.free_rounds_per_day - used),
  }
}
