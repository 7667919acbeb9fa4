import type { Identity, PersonFacts } from '../accounts/identity.js'
import type { EventSource, EventType } from '../events/event-types.js'

/**
 * The request that may change an account's progress: the one shape that the one door takes. What it pays is decided
 * under the account's lock by `decideAwards`, never by who asks.
 */
export type Award = {
  /** Natural and never empty: the same act has the same key wherever and however often it arrives. */
  key: string
  who: Identity | { accountId: number }
  /** When it happened by the platform's clock: cooldowns and days are judged by this, never by arrival. */
  occurredAt: Date
  source: EventSource
  act: Act
  /** Of an API key whose day could not be asked: the award is taken out of that day when it is written. */
  charge?: { keyId: number; dailyMax: number }
  /** Makes the account of an unknown identity. Without it an unknown identity is refused. */
  create?: PersonFacts
}

export type Act =
  /** The first `/start`. Its key is for ever, so it pays once per identity. */
  | { type: 'welcome' }
  | {
      type: 'message'
      /** Characters after trimming; null when the platform hides the text. */
      length: number | null
      fingerprint: string | null
      /** 0 to 3; null in a place that does not pay. */
      multiplier: number | null
      /** Where it was written, for the statement: a chat or channel id. */
      place: string
    }
  /** One completed minute of eligible presence. */
  | { type: 'voice_minute'; multiplier: number; place: string }
  | { type: 'daily' }
  /** Takes the stake when a round starts; refused when the account has less. */
  | { type: 'stake'; game: string; round: string; bet: number }
  /** Gives a stake back (cancelled or expired round). */
  | { type: 'return_stake'; game: string; round: string; bet: number; reason: 'cancelled' | 'expired' }
  | {
      type: 'game'
      game: string
      round: string
      bet: number
      /** A round without a stake where stakes are usual: counted against the day's free rounds. */
      free: boolean
      won: boolean
      xp: number
      /** Coins that the round pays out, stake included. */
      payout: number
      /** Facts for the statement (the secret number, the pick). */
      detail: Record<string, unknown>
    }
  /** A game or a job that is offered once an hour, decided by the server before it is handed in. */
  | {
      type: 'hourly'
      game: 'dice' | 'coinflip' | 'work'
      /** Null: a job, which counts as no game and not against the games' cap. */
      won: boolean | null
      xp: number
      coins: number
      detail: Record<string, unknown>
    }
  /** An amount that somebody with the right to do so decided: an admin, an API key, a transfer of the program itself. */
  | {
      type: 'grant'
      event: Extract<
        EventType,
        'adjusted' | 'xp_change' | 'coins_change' | 'imported' | 'accounts_merged' | 'merge_undone'
      >
      xp: number
      coins: number
      data: Record<string, unknown>
      /** Sets ranks without paying or announcing them. */
      silent: boolean
      /** Of an API key: its XP is held against no cap of the account. */
      uncapped?: boolean
    }

/** Why a recorded act paid nothing (or less). */
export type ZeroReason =
  | 'short'
  | 'cooldown'
  | 'repeat'
  | 'cap'
  | 'place'
  | 'rehearsal'
  | 'too_late'
  | 'restricted'

export type RefusalReason =
  | 'unknown_account'
  | 'insufficient_coins'
  /** The coins are there, but a fresh merge brought them: they cannot be spent before `next`. */
  | 'frozen'
  /** The account is restricted: it spends nothing. Why and until when: core/restrictions. */
  | 'restricted'
  /** The account is being deleted, or was when this happened: nothing is recorded. */
  | 'closing'
  | 'already_claimed'
  | 'out_of_range'
  | 'cooldown'
  /** It happened before the keys of old events were given up (`ttfd events compact`). */
  | 'too_old'
  /** The day of the API key is full. */
  | 'daily_limit'

export type RankUp = { rank: number; reward_coins: number }

export type Recorded = {
  accountId: number
  /** What this act itself changed (rank rewards stand apart in `rankUps`). */
  xp: number
  coins: number
  reason: ZeroReason | null
  /** Balances after the act and its rank rewards. */
  newXp: number
  newCoins: number
  rank: number
  rankUps: RankUp[]
  /** The daily's streak in days; 0 for other acts. */
  streak: number
  /** True when this award made the account. */
  created: boolean
}

export type AwardOutcome =
  | ({ status: 'recorded' } & Recorded)
  /** The key was seen before: the first result stands, nothing is paid again. */
  | { status: 'duplicate'; accountId: number; xp: number; coins: number; data: Record<string, unknown> }
  | {
      status: 'refused'
      reason: RefusalReason
      accountId: number | null
      /** With `cooldown` and `frozen`: when the act is open again. */
      next?: Date
    }

/** One key was used for two different acts: a mistake of the caller, never a second payment. */
export class DedupeConflictError extends Error {
  override name = 'DedupeConflictError'
}
