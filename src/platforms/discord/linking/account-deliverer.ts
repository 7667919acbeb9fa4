import { Routes } from 'discord.js'
import { PLATFORMS } from '../../../core/accounts/identity.js'
import type { DeliveredEvent, Deliverer } from '../../../core/deliveries/delivery.js'
import { readEnd } from '../../../core/linking/link-request.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { restrictionNews } from '../../../core/restrictions/restriction-phrases.js'
import type { PlatformName } from '../../../db/schema.js'
import { text, type View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { deletionNotice } from '../deletion/keep.js'
import { nonceOf } from '../notices/nonce.js'
import { openDm, outcomeOf } from '../notices/notice-deliverer.js'
import { signInNews } from '../notices/sign-in-news.js'
import { lines, localeOf, type Words, wordsOf } from '../render/words.js'
import type { BaseKit } from '../types.js'
import { button, endText, phraseText, platformName, questionView, row } from './link-words.js'
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
  const platform = platformName(words, platformIn(data.platform))
  switch (type) {
    case 'link_requested': {
      const request = String(data.request)
      const who = { platform: 'discord', id: discordId } as const
      const read = await readLinkRequest(db.kysely, { request, who, now: now(), rules: rules() })
      // Answered or over while it waited: nothing to ask any more.
      if (read.status !== 'open' || read.role !== read.turn) return null
      return questionView(link, discordId, request, read)
    }
    case 'link_refused': {
      const end = readEnd(data.end as Record<string, unknown>)
      return text(
        lines(
          data.role === 'owner' && words.say('linking:notice.typed_by_other', { platform }),
          end.status === 'cancelled' ? words.say('linking:notice.other_cancelled') : endText(link, end),
          data.role === 'owner' && words.say('linking:notice.warn_if_shared'),
        ),
      )
    }
    case 'account_linked': {
      if (typeof data.merge === 'number') return mergedView(words, discordId, data)
      if (data.put_back === true) return text(words.say('weblink:notice.put_back', { platform }))
      const both = Array.isArray(data.platforms) ? data.platforms.map(platformIn) : []
      const other = both.find((one) => one !== 'discord') ?? 'telegram'
      const key = data.proven === true ? 'linking:notice.proven' : 'linking:notice.linked'
      return {
        content: lines(
          words.say(key, { platform: platformName(words, other) }),
          words.say('linking:notice.not_me'),
        ),
        components: [
          row(
            button(words.plain('linking:notice.not_me_button'), writeCustomId('unlink', discordId, 'choose')),
          ),
        ],
      }
    }
    case 'account_unlinked':
      if (typeof data.merge === 'number') return undoneView(words, data)
      return unlinkedView(words, discordId, data)
    case 'deletion_asked':
    case 'deletion_ended':
      return deletionNotice(kit, event, discordId, words)
    case 'account_restricted':
    case 'restriction_lifted':
      return text(lines(...restrictionNews(type, data).map((phrase) => phraseText(link, phrase))))
    case 'signed_in':
    case 'login_changed':
      return text(signInNews(words, event, settings.siteUrl()))
    default:
      return null
  }
}

/** An unlinking; whoever did not do it can put it back. */
function unlinkedView(words: Words, discordId: string, data: Record<string, unknown>): View {
  const name = (value: unknown) => platformName(words, platformIn(value))
  const mayPutBack = typeof data.unlink === 'string' && data.by !== 'discord' && data.by !== 'system'
  return {
    content: lines(
      words.say('linking:notice.unlinked', { platform: name(data.platform) }),
      data.by === 'system'
        ? words.say('merging:notice.undone_by_operator')
        : words.say('linking:notice.unlinked_by', { platform: name(data.by) }),
      words.say(mayPutBack ? 'weblink:notice.put_back_hint' : 'linking:notice.unlinked_other'),
    ),
    embeds: [],
    components: mayPutBack ? [putBackRow(words, discordId, String(data.unlink))] : [],
  }
}

/** A merge is told with the way to take it back. */
function mergedView(words: Words, discordId: string, data: Record<string, unknown>): View {
  const both = Array.isArray(data.platforms) ? data.platforms.map(platformIn) : []
  const other = both.find((one) => one !== 'discord') ?? 'telegram'
  return {
    content: lines(
      words.say('merging:notice.merged', {
        platform: platformName(words, other),
        xp: words.number(Number(data.xp)),
        coins: words.number(Number(data.coins)),
      }),
      words.say('merging:notice.not_me'),
    ),
    components: [
      row(
        button(
          words.plain('merging:notice.undo_button'),
          writeCustomId('undo-merge', discordId, 'ask', Number(data.merge)),
        ),
      ),
    ],
  }
}

function undoneView(words: Words, data: Record<string, unknown>): View {
  const numbers = { xp: words.number(Number(data.xp)), coins: words.number(Number(data.coins)) }
  return text(
    lines(
      words.say('merging:notice.undone', numbers),
      data.by === 'system'
        ? words.say('merging:notice.undone_by_operator')
        : words.say('merging:notice.undone_by', { platform: platformName(words, platformIn(data.by)) }),
    ),
  )
}

function platformIn(value: unknown): PlatformName {
  return PLATFORMS.find((platform) => platform === value) ?? 'website'
}
