/**
 * Addresses inside the site. Every one is built from ids, numbers and fixed words; the one text of a person that may
 * stand in one is what the reader himself just searched for.
 */

/** A member's public page. Throws when the id is not a whole number above 0. */
export function memberHref(accountId: number): string {
  if (!Number.isSafeInteger(accountId) || accountId <= 0) throw new RangeError('account id out of range')
  return `/u/${accountId}`
}

/** A member's picture, as it is now. */
export function avatarHref(accountId: number): string {
  return `${memberHref(accountId)}/avatar`
}

/** The board's choices; `name` is what the reader searches for. */
type BoardChoices = { metric: string; period: string; after?: string | null; name?: string | null }

/** The choices as a query; what is the default stays out of it. */
export function boardQuery(choice: BoardChoices): Record<string, string> {
  const query: Record<string, string> = {}
  if (choice.metric !== 'xp') query.metric = choice.metric
  if (choice.period !== 'all') query.period = choice.period
  if (choice.after) query.after = choice.after
  if (choice.name) query.q = choice.name
  return query
}

/** The board with its choices. */
export function leaderboardHref(choice: BoardChoices): string {
  return withQuery('/leaderboard', boardQuery(choice))
}

/**
 * A path of this site with a query. A path that is not plainly ours (`//host`, backslashes, control characters)
 * becomes `/`, so that a language link on an error page cannot lead away.
 */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const own = /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/.test(path) ? path : '/'
  const text = new URLSearchParams(query).toString()
  return text === '' ? own : `${own}?${text}`
}

/** An operator's link if a browser may follow it (http, https, or a path of this site), else null. */
export function followable(url: string | null): string | null {
  if (!url) return null
  if (/^\/(?![/\\])/.test(url)) return url
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null
}

/** An asset's address; the version makes it cacheable for ever. */
export function assetHref(name: string, version: string | null | undefined): string {
  return version ? `/assets/${name}?v=${encodeURIComponent(version)}` : `/assets/${name}`
}
