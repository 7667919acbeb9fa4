import { type Api, InlineKeyboard } from 'grammy'
import { PLATFORMS } from '../../core/accounts/identity.js'
import { setReachable } from '../../core/accounts/settings.js'
import type { DeliveredEvent, Deliverer } from '../../core/deliveries/delivery.js'
import { readEnd } from '../../core/linking/link-request.js'
import { readLinkRequest } from '../../core/linking/read-link-request.js'
import { restrictionNews } from '../../core/restrictions/restriction-phrases.js'
import type { PlatformName } from '../../db/schema.js'
import { packPress } from './callback-data.js'
import { outcomeOf } from './deliverer.js'
import { isForbidden } from './errors.js'
import { deletionNotice } from './features/keep.js'
import { endText, phraseText, platformName, questionView } from './features/link-words.js'
import { putBackButton } from './features/put-back.js'
import { signInNewsText, signInQuestionView } from './features/site.js'
import { localeOf } from './person.js'
import { lines, wordsOf } from './render.js'
import type { View } from './speak.js'
import type { TelegramDeps } from './types.js'

/**
 * Tells and asks a person what concerns the account itself: a link question on its last step, how a link ended, an
 * unlinking. Goes at once, whatever the hour and the choice of notices: who did not do it must hear of it.
 */
export function createAccountDeliverer(api: Api, deps: TelegramDeps): Deliverer {
  return async ({ recipient, events }, signal) => {
    const telegramId = recipient?.telegramId
    if (!recipient || !telegramId) return { status: 'skipped', why: 'nobody_to_tell' }
    if (!recipient.telegramReachable) return { status: 'skipped', why: 'bot_not_started' }
    const words = wordsOf(localeOf(recipient.locale))
    const views: View[] = []
    for (const event of newsOf(events)) {
      const view = await viewOf(deps, event, telegramId, words)
      if (view) views.push(view)
    }
    if (views.length === 0) return { status: 'skipped', why: 'nothing_to_tell' }
    const keyboard = views.findLast((view) => view.keyboard !== undefined)?.keyboard
    try {
      await api.sendMessage(
        telegramId,
        views.map((view) => view.text).join('\n\n'),
        keyboard ? { reply_markup: keyboard } : {},
        signal as unknown as Parameters<Api['sendMessage']>[3],
      )
    } catch (error) {
      if (isForbidden(error)) await setReachable(deps.db, telegramId, false)
      return outcomeOf(error)
    }
    return { status: 'delivered' }
  }
}

/**
 * One question a message, so that its buttons cannot be taken for another's. A sign-in goes first, since it waits for
 * minutes only; link questions wait in `/checklink`.
 */
function newsOf(events: readonly DeliveredEvent[]): DeliveredEvent[] {
  const question =
    events.findLast((event) => event.type === 'sign_in_asked') ??
    events.findLast((event) => event.type === 'link_requested')
  const news = events.filter((event) => event.type !== 'link_requested' && event.type !== 'sign_in_asked')
  return question ? [...news, question] : news
}

async function viewOf(
  deps: TelegramDeps,
  event: DeliveredEvent,
  telegramId: string,
  words: ReturnType<typeof wordsOf>,
): Promise<View | null> {
  const { type, data } = event
  const { db, rules, now, settings } = deps
  const link = { words, timeZone: settings.timeZone }
  const platform = platformName(words, platformIn(data.platform))
  switch (type) {
    case 'sign_in_asked':
      return signInQuestionView(deps, event, telegramId, words)
    case 'account_restricted':
    case 'restriction_lifted':
      return { text: lines(...restrictionNews(type, data).map((phrase) => phraseText(link, phrase))) }
    case 'signed_in':
    case 'login_changed':
      return { text: signInNewsText(deps, event, words) }
    case 'deletion_asked':
    case 'deletion_ended':
      return deletionNotice(deps, event, telegramId, words)
    case 'link_requested': {
      const request = String(data.request)
      const who = { platform: 'telegram', id: telegramId } as const
      const read = await readLinkRequest(db.kysely, { request, who, now: now(), rules: rules() })
      // Answered or over while it waited: nothing to ask any more.
      return read.status === 'open' && read.role === read.turn ? questionView(link, request, read) : null
    }
    case 'link_refused': {
      const end = readEnd(data.end as Record<string, unknown>)
      const cancelled = end.status === 'cancelled'
      return {
        text: lines(
          data.role === 'owner' && words.html('linking:notice.typed_by_other', { platform }),
          cancelled ? words.html('linking:notice.other_cancelled') : endText(link, end),
          data.role === 'owner' && words.html('linking:notice.warn_if_shared'),
        ),
      }
    }
    case 'account_linked': {
      if (typeof data.merge === 'number') return mergedView(words, data)
      if (data.put_back === true) return { text: words.html('weblink:notice.put_back', { platform }) }
      const both = Array.isArray(data.platforms) ? data.platforms.map(platformIn) : []
      const other = both.find((one) => one !== 'telegram') ?? 'discord'
      const key = data.proven === true ? 'linking:notice.proven' : 'linking:notice.linked'
      return {
        text: lines(
          words.html(key, { platform: platformName(words, other) }),
          words.html('linking:notice.not_me'),
        ),
        keyboard: new InlineKeyboard().text(
          words.plain('linking:notice.not_me_button'),
          packPress({ act: 'unlink', step: 'choose' }),
        ),
      }
    }
    case 'account_unlinked':
      if (typeof data.merge === 'number') return undoneView(words, data)
      return unlinkedView(words, data)
    default:
      return null
  }
}

/** An unlinking; whoever did not do it can put it back. */
function unlinkedView(words: ReturnType<typeof wordsOf>, data: Record<string, unknown>): View {
  const name = (value: unknown) => platformName(words, platformIn(value))
  const mayPutBack = typeof data.unlink === 'string' && data.by !== 'telegram' && data.by !== 'system'
  return {
    text: lines(
      words.html('linking:notice.unlinked', { platform: name(data.platform) }),
      data.by === 'system'
        ? words.html('merging:notice.undone_by_operator')
        : words.html('linking:notice.unlinked_by', { platform: name(data.by) }),
      words.html(mayPutBack ? 'weblink:notice.put_back_hint' : 'linking:notice.unlinked_other'),
    ),
    ...(mayPutBack ? { keyboard: putBackButton(words, String(data.unlink)) } : {}),
  }
}

/** A merge is told with the way to take it back. */
function mergedView(words: ReturnType<typeof wordsOf>, data: Record<string, unknown>): View {
  const both = Array.isArray(data.platforms) ? data.platforms.map(platformIn) : []
  const other = both.find((one) => one !== 'telegram') ?? 'discord'
  return {
    text: lines(
      words.html('merging:notice.merged', {
        platform: platformName(words, other),
        xp: words.number(Number(data.xp)),
        coins: words.number(Number(data.coins)),
      }),
      words.html('merging:notice.not_me'),
    ),
    keyboard: new InlineKeyboard().text(
      words.plain('merging:notice.undo_button'),
      packPress({ act: 'undo', step: 'ask', merge: Number(data.merge) }),
    ),
  }
}

function undoneView(words: ReturnType<typeof wordsOf>, data: Record<string, unknown>): View {
  const numbers = { xp: words.number(Number(data.xp)), coins: words.number(Number(data.coins)) }
  return {
    text: lines(
      words.html('merging:notice.undone', numbers),
      data.by === 'system'
        ? words.html('merging:notice.undone_by_operator')
        : words.html('merging:notice.undone_by', { platform: platformName(words, platformIn(data.by)) }),
    ),
  }
}

function platformIn(value: unknown): PlatformName {
  return PLATFORMS.find((platform) => platform === value) ?? 'website'
}
