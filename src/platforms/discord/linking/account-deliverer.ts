import { Routes } from 'discord.js'
import type { DeliveredEvent, Deliverer } from '../../../core/deliveries/delivery.js'
import { type NewsAct, newsAct, newsPhrases } from '../../../core/linking/account-news.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import type { View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { deletionNotice } from '../deletion/keep.js'
import { nonceOf } from '../notices/nonce.js'
import { openDm, outcomeOf } from '../notices/notice-deliverer.js'
import { lines, localeOf, type Words, wordsOf } from '../render/words.js'
import type { BaseKit } from '../types.js'
import { button, phraseText, questionView, row } from './link-words.js'
import { putBackRow } from './put-back-buttons.js'

/**
 * Tells and asks a person by direct message what concerns the account itself: a link question on its last step, how a
 * link ended, an unlinking. Goes at once, whatever the hour and the choice of notices: who did not do it must hear of
 * it. Where the door is closed the question waits in `/checklink`.
 */
export function accountDeliverer(kit: BaseKit): Deliverer {
  return async (delivery, signal) => {
    const discordId = delivery.recipient?.discordId
    if (!delivery.recipient || !discordId) return { status: 'skipped', why: 'nobody_to_tell' }
    const words = wordsOf(localeOf(delivery.recipient.locale, null))
    const views: View[] = []
    for (const event of newsOf(delivery.events)) {
      const view = await viewOf(kit, event, discordId, words)
      if (view) views.push(view)
    }
    if (views.length === 0) return { status: 'skipped', why: 'nothing_to_tell' }
    const components = views.findLast((view) => view.components?.length)?.components ?? []
    try {
      const channelId = await openDm(kit, discordId, signal)
      await kit.rest.post(Routes.channelMessages(channelId), {
        body: {
          content: views.map((view) => view.content).join('\n\n'),
          components,
          nonce: nonceOf(delivery.events.at(-1)?.id ?? ''),
          enforce_nonce: true,
          allowed_mentions: { parse: [] },
        },
        signal,
      })
      return { status: 'delivered' }
    } catch (error) {
      return outcomeOf(error, delivery)
    }
  }
}

/** One question a message, so that its buttons cannot be taken for another's; the others wait in `/checklink`. */
function newsOf(events: readonly DeliveredEvent[]): DeliveredEvent[] {
  const question = events.findLast((event) => event.type === 'link_requested')
  const news = events.filter((event) => event.type !== 'link_requested')
  return question ? [...news, question] : news
}

async function viewOf(
  kit: BaseKit,
  event: DeliveredEvent,
  discordId: string,
  words: Words,
): Promise<View | null> {
  const { type, data } = event
  const { db, rules, now, settings } = kit
  const link = { words, timeZone: settings.timeZone }
  switch (type) {
    case 'link_requested': {
      const request = String(data.request)
      const who = { platform: 'discord', id: discordId } as const
      const read = await readLinkRequest(db.kysely, { request, who, now: now(), rules: rules() })
      // Answered or over while it waited: nothing to ask any more.
      if (read.status !== 'open' || read.role !== read.turn) return null
      return questionView(link, discordId, request, read)
    }
    case 'deletion_asked':
    case 'deletion_ended':
      return deletionNotice(kit, event, discordId, words)
    default: {
      const news = newsPhrases(event, { on: 'discord', siteUrl: settings.siteUrl() })
      if (news.length === 0) return null
      const act = newsAct(event, 'discord')
      return {
        content: lines(...news.map((phrase) => phraseText(link, phrase))),
        embeds: [],
        components: act ? [newsRow(words, discordId, act)] : [],
      }
    }
  }
}

/** What whoever did not do it may press at once. */
function newsRow(words: Words, discordId: string, act: NewsAct) {
  switch (act.act) {
    case 'unlink': {
      const id = writeCustomId('unlink', discordId, 'choose')
      return row(button(words.plain('linking:notice.not_me_button'), id))
    }
    case 'undo': {
      const id = writeCustomId('undo-merge', discordId, 'ask', act.merge)
      return row(button(words.plain('merging:notice.undo_button'), id))
    }
    case 'put_back':
      return putBackRow(words, discordId, act.unlink)
    default:
      return act satisfies never
  }
}
