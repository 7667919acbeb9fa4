import { z } from 'zod'
import { AWARD_MAX } from '../../../core/api-keys/api-key.js'
import { OPEN_EVENTS } from '../../../core/api-keys/read-account.js'
import { TOP_BOARDS, TOP_PERIODS } from '../../../core/boards/tops.js'
import { API_ERROR_CODES } from './api-error.js'

const PLATFORM = z.enum(['telegram', 'discord', 'website'])
const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const time = z.iso.datetime()

/** The shape of an id on each platform. */
export const ID_SHAPES = {
  telegram: /^[1-9]\d{0,15}$/,
  discord: /^[1-9]\d{16,19}$/,
  website: /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,190}$/u,
} as const

/** `account`: by the account's own number, as boards give it. */
export const accountPath = z.object({
  platform: z.enum([...PLATFORM.options, 'account']),
  id: z.string().min(1).max(255),
})

export const eventsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
})

export const leaderboardQuery = z.strictObject({
  metric: z.enum(TOP_BOARDS).default('xp'),
  period: z.enum(TOP_PERIODS).default('all'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/)
    .optional(),
})

export const awardBody = z.strictObject({
  platform: PLATFORM,
  id: z.string().min(1).max(255),
  xp: z.int().min(0).max(AWARD_MAX).default(0),
  coins: z.int().min(0).max(AWARD_MAX).default(0),
  /** Shown to the member; cut to 200 characters, invisible ones removed. */
  reason: z.string().min(1).max(1_000),
})

/** 1 to 64 visible ASCII characters. */
export const idempotencyKey = z.string().regex(/^[!-~]{1,64}$/)

export const account = z.object({
  id: amount,
  display_name: z.string().nullable(),
  xp: amount,
  coins: amount,
  rank_id: z.int(),
  games_played: amount,
  games_won: amount,
  total_voice_time: amount,
  messages_sent: amount,
  achievements: z.array(z.string()),
  current_season_xp: amount,
  season_rank: z.int(),
  daily_streak: z.int(),
  last_daily: time.nullable(),
  created_at: time,
  last_active: time,
  primary_platform: PLATFORM,
  platforms: z.array(PLATFORM),
  // With the scope `identities` only.
  username: z.string().optional(),
  telegram_id: z.string().nullable().optional(),
  discord_id: z.string().nullable().optional(),
  website_email: z.string().nullable().optional(),
})

export const events = z.object({
  events: z.array(
    z.object({
      id: z.uuid(),
      user_id: amount,
      event_type: z.enum(OPEN_EVENTS),
      source_platform: z.string(),
      xp_delta: z.int(),
      coins_delta: z.int(),
      data: z.record(z.string(), z.unknown()),
      created_at: time,
    }),
  ),
  next: amount.nullable(),
})

export const leaderboard = z.object({
  metric: z.enum(TOP_BOARDS),
  period: z.enum(TOP_PERIODS),
  entries: z.array(
    z.object({
      id: amount,
      place: amount,
      display_name: z.string().nullable(),
      value: amount,
      rank_id: z.int(),
    }),
  ),
  next: z.string().nullable(),
})

/** Why an award paid less than was asked. */
export const AWARD_NOTES = ['cap', 'restricted', 'rehearsal', 'too_late'] as const

export const recordedAward = z.object({
  status: z.literal('recorded'),
  /** Null, as balances and rank are: the member hides his profile. */
  account_id: amount.nullable(),
  /** What was really paid: less than was asked when `note` says why. */
  xp: amount,
  coins: amount,
  new_xp: amount.nullable(),
  /** Before rewards of ranks that this award reached. */
  new_coins: amount.nullable(),
  rank_id: z.int().nullable(),
  note: z.enum(AWARD_NOTES).nullable(),
})

export const keptAward = z.object({ status: z.literal('kept') })

export const error = z.object({
  error: z.object({ code: z.enum(API_ERROR_CODES), message: z.string() }),
})
