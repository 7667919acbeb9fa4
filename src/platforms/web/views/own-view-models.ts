import type { DailyOffer } from '../../../core/economy/daily-offer.js'
import type { LinkedPlatform } from '../../../core/profiles/linked-platforms.js'
import type { XpOrigin } from '../../../core/profiles/read-xp-origins.js'
import type { Restriction } from '../../../core/restrictions/read-restriction.js'
import type { StatementSource } from '../../../core/statement/statement-filter.js'
import type { StatementLine } from '../../../core/statement/statement-line.js'
import type { ProfileModel, RankName, XpDay } from './view-models.js'

/** An act with the rank that it reached, for ranks that are still on the ladder. */
export type ActModel = StatementLine & { reached: RankName | null }

export type OwnProfileModel = {
  member: ProfileModel
  daily: DailyOffer
  restriction: Restriction | null
  platforms: readonly LinkedPlatform[]
  origins: readonly OriginRow[]
  /** The last year's community days, oldest first, from a Monday to today. */
  year: readonly XpDay[]
  newest: readonly ActModel[]
}

type OriginKind =
  | 'messages'
  | 'voice'
  | 'games'
  | 'daily'
  | 'work'
  | 'bonus'
  | 'imported'
  | 'adjusted'
  | 'other'

/** XP of one kind of act, by where it happened. */
export type OriginRow = {
  kind: OriginKind
  xp: number
  parts: readonly { source: StatementSource; xp: number }[]
}

const KIND_OF: Record<string, OriginKind> = {
  message_sent: 'messages',
  voice_time: 'voice',
  game_played: 'games',
  daily_claimed: 'daily',
  // The one act of this type that gives XP is the hourly job.
  coins_change: 'work',
  xp_change: 'bonus',
  achievement_unlock: 'bonus',
  season_ended: 'bonus',
  imported: 'imported',
  accounts_merged: 'imported',
  merge_undone: 'imported',
  adjusted: 'adjusted',
}

const SOURCES: readonly StatementSource[] = ['telegram', 'discord', 'website']

/**
 * Sums XP by kind, the largest first. `total` is the member's XP: what the daily sums do not know of was brought over
 * from old programs before there were any.
 */
export function originRows(origins: readonly XpOrigin[], total: number): OriginRow[] {
  const known = origins.reduce((sum, { xp }) => sum + xp, 0)
  const before = total > known ? [{ source: 'system', type: 'imported', xp: total - known }] : []
  const sums = new Map<OriginKind, Map<StatementSource, number>>()
  for (const { source, type, xp } of [...origins, ...before]) {
    const kind = KIND_OF[type] ?? 'other'
    const from = SOURCES.find((known) => known === source) ?? 'other'
    const parts = sums.get(kind) ?? new Map<StatementSource, number>()
    sums.set(kind, parts.set(from, (parts.get(from) ?? 0) + xp))
  }
  return [...sums]
    .map(([kind, parts]) => ({
      kind,
      xp: [...parts.values()].reduce((sum, xp) => sum + xp, 0),
      parts: [...SOURCES, 'other' as const].flatMap((source) => {
        const xp = parts.get(source) ?? 0
        return xp === 0 ? [] : [{ source, xp }]
      }),
    }))
    .filter(({ xp }) => xp !== 0)
    .sort((a, b) => b.xp - a.xp)
}
