import type { Phrase } from '../linking/phrase.js'
import type { Restriction } from './read-restriction.js'

/** What a restricted member is told: what holds, why, until when, and whom to ask. A line each. */
export function restrictionPhrases({
  kind,
  reason,
  until,
}: Pick<Restriction, 'kind' | 'reason' | 'until'>): Phrase[] {
  return [
    { key: `restrictions:notice.${kind}` },
    { key: 'restrictions:notice.reason', values: { reason: { text: reason } } },
    until
      ? { key: 'restrictions:notice.until', values: { when: { moment: until } } }
      : { key: 'restrictions:notice.until_lifted' },
    { key: 'restrictions:notice.ask' },
  ]
}

/** The news that an event `account_restricted` or `restriction_lifted` brings; its data come from jsonb. */
export function restrictionNews(type: string, data: Record<string, unknown>): Phrase[] {
  if (type === 'restriction_lifted') return [{ key: 'restrictions:notice.lifted' }]
  return restrictionPhrases({
    kind: data.kind === 'banned' ? 'banned' : 'unpaid',
    reason: String(data.reason),
    until: typeof data.until === 'string' ? new Date(data.until) : null,
  })
}
