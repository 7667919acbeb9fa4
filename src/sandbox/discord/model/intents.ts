/** Gateway intents by Discord's names. */
export const INTENT = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_MODERATION: 1 << 2,
  GUILD_VOICE_STATES: 1 << 7,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  DIRECT_MESSAGES: 1 << 12,
  MESSAGE_CONTENT: 1 << 15,
} as const

// Bits 0 to 16, 20 and 21 (auto moderation), 24 and 25 (polls).
const KNOWN = (1 << 17) - 1 + (1 << 20) + (1 << 21) + (1 << 24) + (1 << 25)

/** The three intents that an application must be allowed in Discord's developer portal. */
export interface PrivilegedIntents {
  readonly members: boolean
  readonly presences: boolean
  readonly messageContent: boolean
}

/** Judges the intents of an IDENTIFY: unknown bits are 4013, privileged ones without permission 4014. */
export function judgeIntents(value: unknown, allowed: PrivilegedIntents): 'ok' | 'invalid' | 'disallowed' {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return 'invalid'
  if ((value & ~KNOWN) !== 0 || value > KNOWN) return 'invalid'
  if (value & INTENT.GUILD_MEMBERS && !allowed.members) return 'disallowed'
  if (value & INTENT.GUILD_PRESENCES && !allowed.presences) return 'disallowed'
  if (value & INTENT.MESSAGE_CONTENT && !allowed.messageContent) return 'disallowed'
  return 'ok'
}
