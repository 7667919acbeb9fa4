import type { PlatformName } from '../../db/schema.js'

/** Where an identity can be. */
export const PLATFORMS: readonly PlatformName[] = ['telegram', 'discord', 'website']

/** A person's presence on one platform: proven by the platform itself, never by a name. Ids are strings of digits or an e-mail. */
export type Identity = { platform: PlatformName; id: string }

/** What a platform says of a person. Claims, good for showing only; names are cut by `cleanName` before they are stored. */
export type PersonFacts = {
  username?: string | null
  displayName?: string | null
  locale?: string | null
  /** Telegram: the person started the bot, so that it may write to him. */
  reachable?: boolean
  /** The person acted himself (a command, a sign-in), so that the account may be listed under its name. */
  claimed?: boolean
}

/** One text for one identity: `telegram:123`. */
export function identityKey({ platform, id }: Identity): string {
  return `${platform}:${id}`
}
