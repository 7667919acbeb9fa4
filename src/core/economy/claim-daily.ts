import type { Database } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity, PersonFacts } from '../accounts/identity.js'
import type { RankUp } from '../progression/award.js'
import type { AwardKeeper, AwardSink } from '../progression/award-writer.js'
import { communityDay, secondsToNextDay } from '../progression/community-day.js'
import type { Rules } from '../progression/rules.js'

export type ClaimDaily =
  | {
      status: 'claimed'
      xp: number
      coins: number
      streak: number
      newXp: number
      newCoins: number
      rankUps: RankUp[]
      /** Recorded, but nothing was paid: the account is restricted. */
      restricted: boolean
    }
  | { status: 'already_claimed'; nextInSeconds: number }
  | { status: 'unknown_account' }

/**
 * Claims the community day's daily: once a day per account, and per identity through the marks it carries. Whoever is
 * signed in on the website is known by his account.
 */
export async function claimDaily(
  db: Database,
  writer: AwardSink,
  who: Identity | { platform: PlatformName; accountId: number },
  { rules, now }: { rules: Rules; now: Date },
): Promise<ClaimDaily> {
  const accountId = 'accountId' in who ? who.accountId : await findAccountId(db.kysely, who)
  if (accountId === null) return { status: 'unknown_account' }
  const outcome = await writer.award({
    key: `daily:${accountId}:${communityDay(now, rules.timeZone)}`,
    who: { accountId },
    occurredAt: now,
    source: who.platform,
    act: { type: 'daily' },
  })
  if (outcome.status === 'recorded') {
    const { xp, coins, streak, newXp, newCoins, rankUps } = outcome
    const restricted = outcome.reason === 'restricted'
    return { status: 'claimed', xp, coins, streak, newXp, newCoins, rankUps, restricted }
  }
  // One that is being deleted is as good as gone: its owner is asked first whether he keeps it.
  if (outcome.status === 'refused' && (outcome.reason === 'unknown_account' || outcome.reason === 'closing'))
    return { status: 'unknown_account' }
  return { status: 'already_claimed', nextInSeconds: secondsToNextDay(now, rules.timeZone) }
}

/**
 * Keeps the daily of somebody whose account cannot be looked up, because the database is away: it is paid as of `now`
 * when that is back, unless the day is claimed by then. False where nothing keeps awards.
 */
export async function keepDaily(
  writer: AwardSink | AwardKeeper,
  who: Identity,
  { facts, rules, now }: { facts: PersonFacts; rules: Rules; now: Date },
): Promise<boolean> {
  if (!('take' in writer)) return false
  await writer.take({
    key: `daily:${who.platform}:${who.id}:${communityDay(now, rules.timeZone)}`,
    who,
    occurredAt: now,
    source: who.platform,
    act: { type: 'daily' },
    create: facts,
  })
  return true
}
