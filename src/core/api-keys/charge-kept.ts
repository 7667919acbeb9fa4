import type { Database } from '../../db/connect.js'
import { type Award, type AwardOutcome, DedupeConflictError } from '../progression/award.js'
import type { AwardSink } from '../progression/award-writer.js'
import { communityDay } from '../progression/community-day.js'
import { giveBackToDay, isAwarded, takeFromDay } from './key-budget.js'

/**
 * A writer that takes awards of API keys out of their key's day when the day could not be asked before (`Award.charge`):
 * they were kept while the database was away. What the day has no room for is refused. An outage between taking and
 * writing costs the day the award twice, so that it is never overrun.
 */
export function chargingKept(writer: AwardSink, db: Database, timeZone: string): AwardSink {
  return {
    async award(award) {
      const { charge, act } = award
      if (!charge || act.type !== 'grant') return writer.award(award)
      if (await isAwarded(db.kysely, award.key)) return writer.award(award)
      const { keyId, dailyMax } = charge
      const amount = { xp: act.xp, coins: act.coins }
      const day = communityDay(award.occurredAt, timeZone)
      const giveBack = () => giveBackToDay(db.kysely, keyId, day, amount)
      if (!(await takeFromDay(db.kysely, { id: keyId, dailyMax }, day, amount)))
        return { status: 'refused', reason: 'daily_limit', accountId: null }
      const outcome = await written(writer, award, giveBack)
      if (outcome.status !== 'recorded') await giveBack()
      return outcome
    },
  }
}

async function written(
  writer: AwardSink,
  award: Award,
  giveBack: () => Promise<void>,
): Promise<AwardOutcome> {
  try {
    return await writer.award(award)
  } catch (error) {
    if (error instanceof DedupeConflictError) await giveBack()
    throw error
  }
}
