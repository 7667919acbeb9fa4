import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { PLATFORMS } from '../accounts/identity.js'
import { type Phrase, platformValue } from './phrase.js'

/** What was linked, unlinked, merged or refused on an account lately, newest first: what bots tell at once. */
export type LinkNews = { at: Date; phrase: Phrase; by: PlatformName | null }

const NEWS_MAX = 8
const NEWS_DAYS = 30

/** The latest acts on an account's links, for its owner. Its words are those of the website's pages. */
export async function readLinkNews(reader: Reader, accountId: number, now: Date): Promise<LinkNews[]> {
  const rows = await reader
    .selectFrom('cross_platform_events')
    .select(['event_type', 'data', 'source_platform', 'created_at'])
    .where('user_id', '=', accountId)
    .where('event_type', 'in', ['account_linked', 'account_unlinked', 'link_refused'])
    .where('created_at', '>', new Date(now.getTime() - NEWS_DAYS * 86_400_000))
    .orderBy('seq', 'desc')
    .limit(NEWS_MAX)
    .execute()
  return rows.map((row) => ({
    at: row.created_at,
    phrase: phraseOf(row.event_type, row.data),
    by: PLATFORMS.find((one) => one === row.source_platform) ?? null,
  }))
}

function phraseOf(type: string, data: Record<string, unknown>): Phrase {
  const platform = platformValue(PLATFORMS.find((one) => one === data.platform) ?? 'website')
  const numbers = { xp: { number: Number(data.xp) }, coins: { number: Number(data.coins) } }
  if (type === 'link_refused') return { key: 'weblink:news.refused', values: { platform } }
  if (type === 'account_unlinked') {
    return typeof data.merge === 'number'
      ? { key: 'weblink:news.undone', values: numbers }
      : { key: 'weblink:news.unlinked', values: { platform } }
  }
  if (typeof data.merge === 'number') return { key: 'weblink:news.merged', values: numbers }
  const word = data.put_back === true ? 'put_back' : 'linked'
  return { key: `weblink:news.${word}`, values: { platform } }
}
