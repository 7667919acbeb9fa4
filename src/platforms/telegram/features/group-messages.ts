import type { Bot } from 'grammy'
import { fingerprint } from '../../../core/messages/fingerprint.js'
import type { Award } from '../../../core/progression/award.js'
import { takeAward } from '../../../core/progression/award-writer.js'
import { isCommand, isOwnMessage, wordsIn, writtenAt } from '../human-message.js'
import { factsOf, identityOf } from '../person.js'
import type { BotContext, Kit } from '../types.js'

/**
 * What people write in groups. The rules decide what a message pays; of its words only the length and a keyed
 * fingerprint go further. Accounts come from groups that pay only.
 */
export function registerGroupMessages(bot: Bot<BotContext>, kit: Kit): void {
  bot
    .chatType(['group', 'supergroup'])
    .on('message')
    .use(async ({ message, chat, from }) => {
      const text = wordsIn(message)?.trim()
      if (!text || !isOwnMessage(message) || isCommand(message)) return
      const multiplier = await kit.places.multiplierOf(String(chat.id))
      const award: Award = {
        key: `telegram:message:${chat.id}:${message.message_id}`,
        who: identityOf(from),
        occurredAt: writtenAt(message),
        source: 'telegram',
        act: {
          type: 'message',
          length: [...text].length,
          fingerprint: fingerprint(text, kit.settings.fingerprintKey),
          multiplier,
          place: String(chat.id),
        },
      }
      await takeAward(kit.writer, multiplier === null ? award : { ...award, create: factsOf(from) })
    })
}
