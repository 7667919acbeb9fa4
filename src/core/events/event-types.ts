/** Past facts about one account (domain.md section 4). */
export const EVENT_TYPES = [
  'xp_change',
  'coins_change',
  'rank_up',
  'achievement_unlock',
  'game_played',
  'voice_time',
  'message_sent',
  'account_created',
  'account_linked',
  'account_unlinked',
  // Somebody typed this account's link code and said yes; it ended without a link.
  'link_requested',
  'link_refused',
  // A sign-in on the website waits for an answer in this account's chat; somebody signed in; a way in was changed.
  'sign_in_asked',
  'signed_in',
  'login_changed',
  // An operator took away what the account may do, and gave it back.
  'account_restricted',
  'restriction_lifted',
  // Its owner asked to delete the account; it was kept after all.
  'deletion_asked',
  'deletion_ended',
  // Somebody took along all that is known of the account.
  'data_exported',
  'accounts_merged',
  'merge_undone',
  'daily_claimed',
  'season_ended',
  'imported',
  'adjusted',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Where an act happened: a platform, an API key (`api:<name>`), or the program itself. */
export type EventSource = 'telegram' | 'discord' | 'website' | 'system' | `api:${string}`

/** A row of the ledger that is about to be written. */
export type NewEvent = {
  id: string
  userId: number
  type: EventType
  source: EventSource
  xpDelta: number
  coinsDelta: number
  data: Record<string, unknown>
  dedupeKey: string
  /** Places that must hear of it; without any the event is born processed. */
  destinations: readonly string[]
}
