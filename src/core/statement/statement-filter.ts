import { type RawBuilder, sql } from 'kysely'

/** Kinds of acts as people tell them apart. */
export const STATEMENT_KINDS = [
  'messages',
  'voice',
  'games',
  'daily',
  'work',
  'ranks',
  'account',
  'other',
] as const
type StatementKind = (typeof STATEMENT_KINDS)[number]

/** Where an act happened; `other`: services with a key, and the program itself. */
export const STATEMENT_SOURCES = ['telegram', 'discord', 'website', 'other'] as const
export type StatementSource = (typeof STATEMENT_SOURCES)[number]

export type StatementFilter = { source?: StatementSource | null; kind?: StatementKind | null }

const TYPES = {
  messages: ['message_sent'],
  voice: ['voice_time'],
  daily: ['daily_claimed'],
  ranks: ['rank_up', 'achievement_unlock', 'season_ended'],
  account: [
    'account_created',
    'account_linked',
    'account_unlinked',
    'link_requested',
    'link_refused',
    'sign_in_asked',
    'signed_in',
    'login_changed',
    'account_restricted',
    'restriction_lifted',
    'deletion_asked',
    'deletion_ended',
    'data_exported',
    'accounts_merged',
    'merge_undone',
    'imported',
  ],
} as const satisfies Partial<Record<StatementKind, readonly string[]>>

const STAKES = sql`(event_type = 'coins_change' and data ? 'game_type')`
const JOBS = sql`(event_type = 'coins_change' and data ? 'job')`

/** The filter as a condition on rows of the ledger. */
export function conditionOf({ source, kind }: StatementFilter): RawBuilder<unknown> {
  return sql`${sourceCondition(source)} and ${kindCondition(kind)}`
}

function sourceCondition(source: StatementFilter['source']): RawBuilder<unknown> {
  if (!source) return sql`true`
  if (source === 'other') return sql`source_platform not in ('telegram', 'discord', 'website')`
  return sql`source_platform = ${source}`
}

function kindCondition(kind: StatementFilter['kind']): RawBuilder<unknown> {
  switch (kind) {
    case undefined:
    case null:
      return sql`true`
    case 'games':
      return sql`(event_type = 'game_played' or ${STAKES})`
    case 'work':
      return JOBS
    case 'other':
      return sql`not (event_type = 'game_played' or ${STAKES} or ${JOBS} or event_type = any(${Object.values(TYPES).flat()}::text[]))`
    default:
      return sql`event_type = any(${[...TYPES[kind]]}::text[])`
  }
}
