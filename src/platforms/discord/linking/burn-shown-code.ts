import { type Message, Routes } from 'discord.js'
import { isOutage } from '../../../core/availability/is-outage.js'
import { burnLinkCode } from '../../../core/linking/burn-link-code.js'
import { findCodes } from '../../../core/linking/link-code.js'
import { describeError } from '../errors.js'
import { localeOf, wordsOf } from '../render/words.js'
import type { Kit } from '../types.js'

/** A link code that somebody wrote where others read it is worth nothing from then on, and he is told. */
export async function burnShownCode(kit: Kit, message: Message<true>): Promise<void> {
  const codes = findCodes(message.content)
  if (codes.length === 0) return
  try {
    const burnt = await burnLinkCode(kit.db, codes, { now: kit.now(), key: kit.settings.linking.key })
    if (burnt.status === 'no_code') return
    const words = wordsOf(localeOf(null, message.guild.preferredLocale))
    await kit.rest.post(Routes.channelMessages(message.channelId), {
      body: {
        content: words.say('linking:typed.burnt'),
        message_reference: { message_id: message.id, fail_if_not_exists: false },
        allowed_mentions: { parse: [] },
      },
    })
  } catch (error) {
    if (!isOutage(error)) kit.log.warn({ error: describeError(error) }, 'a shown code could not be answered')
  }
}
