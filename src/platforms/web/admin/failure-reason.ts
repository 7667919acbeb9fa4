/** Why a delivery failed, in a word that `admin:failure` explains together with what mends it. */
export type FailureReason =
  | 'blocked'
  | 'chat_gone'
  | 'dm_closed'
  | 'no_right'
  | 'channel_gone'
  | 'member_gone'
  | 'wrong_token'
  | 'limited'
  | 'platform_down'
  | 'answer_lost'
  | 'unreachable'
  | 'not_configured'
  | 'refused'
  | 'unknown'

/**
 * What the deliverers write down (platforms/telegram/errors.ts, platforms/discord/errors.ts, sync/sync-worker.ts), from
 * the particular to the general. Telegram's own words and Discord's own codes stand in it.
 */
const PATTERNS: readonly (readonly [pattern: RegExp, reason: FailureReason])[] = [
  [/blocked|user is deactivated|can't initiate conversation/i, 'blocked'],
  [/chat not found|kicked|upgraded to a supergroup|PEER_ID_INVALID/i, 'chat_gone'],
  [/: 50007$/, 'dm_closed'],
  [/: (?:50001|50013)$|not enough rights|no rights to send|CHAT_WRITE_FORBIDDEN/i, 'no_right'],
  [/: (?:10003|10004)$/, 'channel_gone'],
  [/: (?:10007|10013)$|member_gone/, 'member_gone'],
  [/\b401\b|unauthorized|wrong_token/i, 'wrong_token'],
  [/\b429\b|rate limited|asks_to_wait/i, 'limited'],
  [/answer was lost|no answer in time/, 'answer_lost'],
  [/ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|network request/i, 'unreachable'],
  [/no deliverer|not_configured/, 'not_configured'],
  [/\b5\d\d\b/, 'platform_down'],
  [/: 40[03]\b|\b4\d\d: /, 'refused'],
]

/** The reason that a note of the worker means. */
export function failureReason(note: string | null): FailureReason {
  return PATTERNS.find(([pattern]) => pattern.test(note ?? ''))?.[1] ?? 'unknown'
}
