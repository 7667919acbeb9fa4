import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'

/** Discord's codes that the bot knows how to take. */
export const CODE = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMember: 10007,
  unknownUser: 10013,
  unknownInteraction: 10062,
  alreadyAnswered: 40060,
  missingAccess: 50001,
  cannotMessage: 50007,
  missingPermissions: 50013,
} as const

export function hasCode(error: unknown, ...codes: number[]): boolean {
  return error instanceof DiscordAPIError && codes.includes(Number(error.code))
}

/** The press is over (3 s or 15 min), or another process answered it: nobody waits for this answer. */
export const isInteractionOver = (error: unknown) =>
  hasCode(error, CODE.unknownInteraction, CODE.alreadyAnswered)

/** Seconds that Discord asks to wait; null when it does not. */
export function retryAfter(error: unknown): number | null {
  return error instanceof RateLimitError ? Math.max(0.05, error.retryAfter / 1000) : null
}

export function isWrongToken(error: unknown): boolean {
  if (error instanceof DiscordAPIError || error instanceof HTTPError) return error.status === 401
  return (error as { code?: unknown } | null)?.code === 'TokenInvalid'
}

/** An error in words that are safe to log: no token, no interaction token (it stands in URLs), nothing people wrote. */
export function describeError(error: unknown): string {
  if (error instanceof DiscordAPIError) return `${error.method} ${error.status}: ${error.code}`
  if (error instanceof HTTPError) return `${error.method}: HTTP ${error.status}`
  if (error instanceof RateLimitError) return `rate limited for ${error.retryAfter} ms`
  if (!(error instanceof Error)) return 'unknown error'
  const code = (error as { code?: unknown }).code
  return hideToken(`${error.name}: ${error.message}${typeof code === 'string' ? ` (${code})` : ''}`)
}

/** Where an unexpected error came from. */
export function traceOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof DiscordAPIError) return undefined
  return hideToken(error.stack ?? '')
}

// A bot's token has three parts; an interaction's is long and stands behind its id.
function hideToken(text: string): string {
  return text
    .replace(/[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}/g, '[hidden]')
    .replace(/(\/(?:interactions|webhooks)\/\d+\/)[^/\s?]+/g, '$1[hidden]')
}
