import type { TgEntity } from '../types.js'

/**
 * Checks a link as Telegram does for link entities and buttons. Returns the address in its full form, or
 * undefined when Telegram would refuse it: other schemes than http, https, tg and ton, and hosts without
 * a dot (`http://localhost/` is refused, `http://127.0.0.1/` is not).
 */
export function checkedLink(link: string): string | undefined {
  const trimmed = link.trim()
  if (/^(tg|ton):\/*\S+$/i.test(trimmed)) return trimmed
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    return undefined
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const host = url.hostname
  if (!host.startsWith('[') && !/^[^.]+(\.[^.]+)+$/.test(host)) return undefined
  return url.href
}

/** Makes the entity of a link: a mention for `tg://user?id=…`, a text_link, or none if the link is refused. */
export function linkEntity(
  offset: number,
  length: number,
  href: string,
  user: (id: number) => TgEntity['user'] | undefined,
): TgEntity | undefined {
  const mention = /^tg:\/\/user\?id=(\d+)$/i.exec(href.trim())
  if (mention) {
    const person = user(Number(mention[1]))
    return person ? { type: 'text_mention', offset, length, user: person } : undefined
  }
  const url = checkedLink(href)
  return url ? { type: 'text_link', offset, length, url } : undefined
}
