import { PLATFORMS } from '../accounts/identity.js'
import type { DeliveredEvent } from '../deliveries/delivery.js'
import { restrictionNews } from '../restrictions/restriction-phrases.js'
import { deviceFrom } from '../website/device.js'
import { linkEndPhrases } from './link-phrases.js'
import { readEnd } from './link-request.js'
import { type Phrase, platformValue } from './phrase.js'

type Platform = (typeof PLATFORMS)[number]
type News = Pick<DeliveredEvent, 'type' | 'data'>

/** What whoever hears the news may press at once. */
export type NewsAct =
  | { act: 'unlink' }
  | { act: 'undo'; merge: number }
  /** An unlinking is taken back. */
  | { act: 'put_back'; unlink: string }

/** A platform's name out of an event's data, which come from jsonb. */
export function platformIn(value: unknown): Platform {
  return PLATFORMS.find((platform) => platform === value) ?? 'website'
}

/**
 * What a bot tells a person on platform `on` about his own account, a line each; empty for what is no such news
 * (questions and deletions have views of their own). `siteUrl` is the site's address without a slash at its end.
 */
export function newsPhrases(
  { type, data }: News,
  { on, siteUrl }: { on: Platform; siteUrl: string },
): Phrase[] {
  const platform = { platform: platformValue(platformIn(data.platform)) }
  const numbers = { xp: { number: Number(data.xp) }, coins: { number: Number(data.coins) } }
  const hint = (key: string, path: string): Phrase => ({ key, values: { url: { url: `${siteUrl}${path}` } } })
  switch (type) {
    case 'account_restricted':
    case 'restriction_lifted':
      return restrictionNews(type, data)
    case 'signed_in':
      return [
        {
          key: `auth:bot.signed_in.${data.by === 'operator' ? 'operator' : 'telegram'}`,
          values: { device: { device: deviceFrom(data) } },
        },
        hint('auth:bot.signed_in_hint', '/settings/sessions'),
      ]
    case 'login_changed':
      return data.what === 'email'
        ? [{ key: 'settings:news.email' }, hint('settings:news.email_hint', '/settings/sessions')]
        : [{ key: 'auth:bot.password_set' }, hint('auth:bot.password_hint', '/forgot')]
    case 'data_exported':
      return [
        { key: `deletion:notice.exported_by.${data.by === 'operator' ? 'operator' : 'website'}` },
        ...(data.by === 'operator' ? [] : [hint('auth:bot.signed_in_hint', '/settings/sessions')]),
      ]
    case 'link_refused': {
      const end = readEnd(data.end as Record<string, unknown>)
      const isOwner = data.role === 'owner'
      return [
        ...(isOwner ? [{ key: 'linking:notice.typed_by_other', values: platform }] : []),
        ...(end.status === 'cancelled' ? [{ key: 'linking:notice.other_cancelled' }] : linkEndPhrases(end)),
        ...(isOwner ? [{ key: 'linking:notice.warn_if_shared' }] : []),
      ]
    }
    case 'account_linked': {
      if (data.put_back === true) return [{ key: 'weblink:notice.put_back', values: platform }]
      const other = { platform: platformValue(otherPlatform(data, on)) }
      if (typeof data.merge === 'number') {
        return [
          { key: 'merging:notice.merged', values: { ...other, ...numbers } },
          { key: 'merging:notice.not_me' },
        ]
      }
      const key = data.proven === true ? 'linking:notice.proven' : 'linking:notice.linked'
      return [{ key, values: other }, { key: 'linking:notice.not_me' }]
    }
    case 'account_unlinked': {
      const isUndo = typeof data.merge === 'number'
      const by = { platform: platformValue(platformIn(data.by)) }
      return [
        isUndo
          ? { key: 'merging:notice.undone', values: numbers }
          : { key: 'linking:notice.unlinked', values: platform },
        data.by === 'system'
          ? { key: 'merging:notice.undone_by_operator' }
          : { key: isUndo ? 'merging:notice.undone_by' : 'linking:notice.unlinked_by', values: by },
        ...(isUndo
          ? []
          : [
              {
                key: mayPutBack(data, on) ? 'weblink:notice.put_back_hint' : 'linking:notice.unlinked_other',
              },
            ]),
      ]
    }
    default:
      return []
  }
}

/** What stands under the news as a button; null: nothing. */
export function newsAct({ type, data }: News, on: Platform): NewsAct | null {
  const { merge, unlink } = data
  if (type === 'account_linked') {
    if (typeof merge === 'number') return { act: 'undo', merge }
    return data.put_back === true ? null : { act: 'unlink' }
  }
  if (type !== 'account_unlinked' || typeof merge === 'number') return null
  return mayPutBack(data, on) ? { act: 'put_back', unlink: String(unlink) } : null
}

/** Whoever did not unlink can put it back: neither the one who did, nor against an operator. */
function mayPutBack({ unlink, by }: News['data'], on: Platform): boolean {
  return typeof unlink === 'string' && by !== on && by !== 'system'
}

function otherPlatform({ platforms }: News['data'], on: Platform): Platform {
  const both = Array.isArray(platforms) ? platforms.map(platformIn) : []
  return both.find((one) => one !== on) ?? (on === 'telegram' ? 'discord' : 'telegram')
}
