/** What a key may do. `identities`: see and use e-mails and see ids on other platforms. `accounts:create`: award people who have no account yet. */
export const API_SCOPES = ['awards', 'read', 'identities', 'accounts:create'] as const
export type ApiScope = (typeof API_SCOPES)[number]

/** A key as the program knows it; the secret itself is known to its holder alone. */
export type ApiKey = {
  id: number
  /** Stands in the ledger as `api:<name>`. */
  name: string
  scopes: ApiScope[]
  /** The most that all awards of a community day may come to, in XP and in coins each. */
  dailyMax: number
  /** The most XP, and the most coins, of one award. */
  awardMax: number
  /** Its XP does not count against the members' own caps. */
  uncapped: boolean
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

export const AWARD_MAX = 1_000
export const DAILY_MAX = 100_000
/** The highest daily limit that an operator may give. */
export const DAILY_MAX_HIGHEST = 1_000_000_000

/** Random bytes in a key. */
export const SECRET_BYTES = 32
const PREFIX = 'ttfd_'

/** The text that the holder of a key sends: `ttfd_` and 43 symbols. */
export function keyText(secret: Buffer): string {
  return `${PREFIX}${secret.toString('base64url')}`
}

/** Whether a text has the shape of a key; anything else is not even looked up. */
export function isKeyText(text: string): boolean {
  return /^ttfd_[\w-]{43}$/.test(text)
}

/** Whether a name may be a key's: it becomes part of `source_platform`. */
export function isKeyName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)
}
