import { type Api, InlineKeyboard } from 'grammy'
import { setReachable } from '../../core/accounts/settings.js'
import type { DeliveredEvent, Deliverer } from '../../core/deliveries/delivery.js'
import { type NewsAct, newsAct, newsPhrases } from '../../core/linking/account-news.js'
import { readLinkRequest } from '../../core/linking/read-link-request.js'
import { packPress } from './callback-data.js'
import { outcomeOf } from './deliverer.js'
import { isForbidden } from './errors.js'
import { deletionNotice } from './features/keep.js'
import { phraseText, questionView } from './features/link-words.js'
import { putBackButton } from './features/put-back.js'
import { signInQuestionView } from './features/site.js'
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
  switch (type) {
    case 'sign_in_asked':
      return signInQuestionView(deps, event, telegramId, words)
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
    default: {
      const news = newsPhrases(event, { on: 'telegram', siteUrl: settings.siteUrl() })
      if (news.length === 0) return null
      const text = lines(...news.map((phrase) => phraseText(link, phrase)))
      const act = newsAct(event, 'telegram')
      return act ? { text, keyboard: newsKeyboard(words, act) } : { text }
    }
  }
}

/** What whoever did not do it may press at once. */
function newsKeyboard(words: ReturnType<typeof wordsOf>, act: NewsAct): InlineKeyboard {
  const keyboard = new InlineKeyboard()
  switch (act.act) {
    case 'unlink':
      return keyboard.text(
        words.plain('linking:notice.not_me_button'),
        packPress({ act: 'unlink', step: 'choose' }),
      )
    case 'undo':
      return keyboard.text(
        words.plain('merging:notice.undo_button'),
        packPress({ act: 'undo', step: 'ask', merge: act.merge }),
      )
    case 'put_back':
      return putBackButton(words, act.unlink)
    default:
      return act satisfies never
  }
}
