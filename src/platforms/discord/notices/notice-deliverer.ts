import { type APIChannel, type APIMessage, DiscordAPIError, HTTPError, Routes } from 'discord.js'
import type { Deliverer, Delivery, DeliveryOutcome } from '../../../core/deliveries/delivery.js'
import { countDiscordNotice, placeNotice, readNoticeFacts } from '../../../core/deliveries/discord-notice.js'
import { SILENT } from '../client.js'
import { CODE, describeError, hasCode, retryAfter } from '../errors.js'
import { localeOf } from '../render/words.js'
import type { BaseKit } from '../types.js'
import { nonceOf } from './nonce.js'
import { rankUpText } from './rank-up-text.js'

/** Discord knows a nonce again for some minutes; so long a lost answer may be followed by the same message. */
const NONCE_SECONDS = 150

/**
 * Tells of rank-ups where the person or the guild wants it: one message for all that is due, without a ping unless he
 * wants one. Needs REST only, so any process may do it.
 */
export function noticeDeliverer(kit: BaseKit): Deliverer {
  return async (delivery, signal) => {
    const { recipient } = delivery
    const discordId = recipient?.discordId
    const rankUps = delivery.events.filter((event) => event.type === 'rank_up')
    if (!recipient || !discordId || rankUps.length === 0) return { status: 'skipped', why: 'nobody_to_tell' }
    const { db, settings, rules, now } = kit
    const facts = await readNoticeFacts(db.kysely, recipient.accountId, discordId, settings.timeZone)
    const guild = facts.lastGuild === null ? null : await kit.places.choices(facts.lastGuild)
    const place = placeNotice(recipient, facts, guild, now(), settings.timeZone)
    if (place.to === 'nobody') return { status: 'skipped', why: place.why }
    if (place.to === 'later') return { status: 'later', seconds: place.seconds, why: 'quiet_hours' }
    try {
      const channelId = place.to === 'dm' ? await openDm(kit, discordId, signal) : place.channelId
      const locale = localeOf(recipient.locale, null)
      await send(kit, channelId, delivery, {
        content: rankUpText(locale, rules(), place.to === 'dm' ? null : discordId, rankUps),
        pingFor: facts.pings && place.to === 'channel' ? discordId : null,
        isQuiet: place.to === 'channel' && !facts.pings,
        signal,
      })
      await countDiscordNotice(db, discordId, settings.timeZone)
      return { status: 'delivered' }
    } catch (error) {
      return outcomeOf(error, delivery)
    }
  }
}

/** The private chat with a person. */
export async function openDm(
  { rest }: Pick<BaseKit, 'rest'>,
  discordId: string,
  signal: AbortSignal,
): Promise<string> {
  const body = { recipient_id: discordId }
  const channel = (await rest.post(Routes.userChannels(), { body, signal })) as APIChannel
  return channel.id
}

type Notice = { content: string; pingFor: string | null; isQuiet: boolean; signal: AbortSignal }

async function send({ rest }: Pick<BaseKit, 'rest'>, channelId: string, delivery: Delivery, notice: Notice) {
  const post = async (eventId: string) =>
    (await rest.post(Routes.channelMessages(channelId), {
      body: {
        content: notice.content,
        nonce: nonceOf(eventId),
        enforce_nonce: true,
        allowed_mentions: { parse: [], users: notice.pingFor === null ? [] : [notice.pingFor] },
        ...(notice.isQuiet ? { flags: SILENT } : {}),
      },
      signal: notice.signal,
    })) as APIMessage
  const first = delivery.events[0]?.id ?? ''
  const last = delivery.events.at(-1)?.id ?? ''
  const sent = await post(first)
  // An earlier attempt arrived after all, and more has come since: that is told too.
  if (first !== last && sent.content !== notice.content) await post(last)
}

/** What a failed call means for its delivery. */
export function outcomeOf(error: unknown, delivery: Delivery): DeliveryOutcome {
  const wait = retryAfter(error)
  if (wait !== null) return { status: 'later', seconds: wait, why: 'rate limited' }
  if (hasCode(error, CODE.cannotMessage)) return { status: 'skipped', why: 'dm_closed' }
  if (hasCode(error, CODE.missingAccess, CODE.missingPermissions, CODE.unknownChannel)) {
    return { status: 'skipped', why: 'channel_closed' }
  }
  if (error instanceof DiscordAPIError && error.status < 500) {
    return { status: 'failed', error: describeError(error) }
  }
  const isAnswer = error instanceof HTTPError || error instanceof DiscordAPIError
  const isSafe = isAnswer || delivery.ageSeconds < NONCE_SECONDS
  return { status: isSafe ? 'retry' : 'unknown', error: describeError(error) }
}
