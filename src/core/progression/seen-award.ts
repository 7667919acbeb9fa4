import { createHash } from 'node:crypto'
import type { NewEvent } from '../events/event-types.js'
import { type Award, type AwardOutcome, DedupeConflictError } from './award.js'
import { whoKey } from './award-statements.js'
import type { SeenEvent } from './lock-statements.js'

/**
 * What of an award must be the same when its key comes again, or null where the key alone says it all: platform ids
 * name one act for ever, an amount that somebody decided does not.
 */
export function contentOf(award: Award): string | null {
  if (award.act.type !== 'grant') return null
  const { event, xp, coins } = award.act
  const text = JSON.stringify([whoKey(award.who), event, xp, coins])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** An event that is about to be written, as its key will find it. */
export function asSeen(event: NewEvent | undefined): SeenEvent | undefined {
  return (
    event && {
      dedupe_key: event.dedupeKey,
      user_id: event.userId,
      event_type: event.type,
      xp_delta: event.xpDelta,
      coins_delta: event.coinsDelta,
      data: event.data,
    }
  )
}

/** The answer to an award whose key is in the ledger already: the first result, or a conflict. */
export function seenOutcome(award: Award, known: SeenEvent): AwardOutcome | DedupeConflictError {
  const content = contentOf(award)
  if (content !== null && known.data.content !== content) {
    return new DedupeConflictError(`key ${award.key} was used for another award`)
  }
  return {
    status: 'duplicate',
    accountId: known.user_id,
    xp: known.xp_delta,
    coins: known.coins_delta,
    data: known.data,
  }
}
