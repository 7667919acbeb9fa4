import type { EventType } from '../events/event-types.js'
import type { RefusalReason, ZeroReason } from './award.js'

/** What one act is worth under the rules, and how limits and statistics change once it is recorded. */
export type Verdict = {
  refused: RefusalReason | null
  /** With `cooldown` and `frozen`: when the act is open again. */
  next?: Date
  event: EventType
  xp: number
  coins: number
  reason: ZeroReason | null
  /** The event's, and its alone: what the act changed is added to it. */
  data: Record<string, unknown>
  /** Ranks follow without reward and without words. */
  silent: boolean
  /** Whether it is a payment by the rules, which a rehearsal withholds. Stakes and decisions of people are not. */
  paid: boolean
  /** Writes the act into limits and statistics; gets what was really paid. */
  commit(paid: { xp: number; coins: number }): void
}

/** A verdict that pays by the rules; `parts` says what is not the usual. */
export function verdict(event: EventType, parts: Partial<Verdict>): Verdict {
  return {
    refused: parts.refused ?? null,
    event,
    xp: parts.xp ?? 0,
    coins: parts.coins ?? 0,
    reason: parts.reason ?? null,
    data: parts.data ?? {},
    silent: parts.silent ?? false,
    paid: parts.paid ?? true,
    commit: parts.commit ?? NOTHING,
  }
}

const NOTHING = () => {}

/** A verdict that pays nothing and records nothing. */
export function refusal(event: EventType, refused: RefusalReason): Verdict {
  return verdict(event, { refused })
}
