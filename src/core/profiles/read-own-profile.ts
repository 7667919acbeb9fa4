import type { Reader } from '../../db/connect.js'
import { type DailyOffer, dailyOffer } from '../economy/daily-offer.js'
import type { Rules } from '../progression/rules.js'
import { type Restriction, readRestriction } from '../restrictions/read-restriction.js'
import { readStatement } from '../statement/read-statement.js'
import type { StatementLine } from '../statement/statement-line.js'
import { type LinkedPlatform, readLinkedPlatforms } from './linked-platforms.js'
import { type Profile, readProfile } from './read-profile.js'
import { readXpHistory, type XpHistory } from './read-xp-origins.js'

/** Everything that a member sees of himself at a glance. For the member alone. */
export type OwnProfile = {
  profile: Profile
  daily: DailyOffer
  /** What an operator took away; null: nothing. */
  restriction: Restriction | null
  platforms: LinkedPlatform[]
  history: XpHistory
  newest: StatementLine[]
}

/** Reads a member's own page in six statements, whatever its history; null for an account that is not living. */
export async function readOwnProfile(
  reader: Reader,
  accountId: number,
  { rules, now, from, to, newest }: { rules: Rules; now: Date; from: string; to: string; newest: number },
): Promise<OwnProfile | null> {
  const [profile, restriction, platforms, history, statement] = await Promise.all([
    readProfile(reader, accountId, rules, now),
    readRestriction(reader, accountId, now),
    readLinkedPlatforms(reader, accountId),
    readXpHistory(reader, accountId, { from, to }),
    readStatement(reader, accountId, { limit: newest }),
  ])
  if (!profile) return null
  const daily = dailyOffer({ lastDay: profile.lastDailyDay, streak: profile.streak }, rules, now)
  return { profile, daily, restriction, platforms, history, newest: statement.lines }
}
