const DISCORD_ID = /^[1-9]\d{14,19}$/
const TELEGRAM_ID = /^[1-9]\d{0,15}$/
const WEBSITE_ID = /^[1-9]\d{0,14}$/
const SNOWFLAKE_MAX = '18446744073709551615'

/** Service messages, anonymous group admins and channels write under these; nobody is them (safety.md, *Telegram*). */
const NO_PEOPLE = new Set(['777000', '1087968824', '136817688'])

export function isDiscordId(id: string): boolean {
  return DISCORD_ID.test(id) && (id.length < SNOWFLAKE_MAX.length || id <= SNOWFLAKE_MAX)
}

/** Ids of people; groups and channels have negative ones. */
export function isTelegramId(id: string): boolean {
  return TELEGRAM_ID.test(id) && Number(id) <= Number.MAX_SAFE_INTEGER
}

export function isTelegramService(id: string): boolean {
  return NO_PEOPLE.has(id)
}

/** The running number of an account of the old website. */
export function isWebsiteId(id: string): boolean {
  return WEBSITE_ID.test(id)
}

/**
 * An id as it may stand inside of a record: text or a number that lost nothing. Null: there is none (null, empty, `0`,
 * `None`); undefined: something that cannot be an id any more, a rounded number for instance.
 */
export function idText(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? (value === 0 ? null : String(value)) : undefined
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return /^(?:|0|none|null|undefined)$/i.test(text) ? null : text
}
