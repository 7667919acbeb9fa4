import type { Bot } from 'grammy'
import { isOwnMessage } from '../human-message.js'
import { guessWords } from '../person.js'
import { lines } from '../render.js'
import { sayBack } from '../speak.js'
import type { BotContext, Kit } from '../types.js'

/**
 * `/here` and `/here off`: whether this group pays. Only for somebody who is both an operator (ADMIN_ACCOUNTS) and an
 * administrator of the group: owners of other groups may add the bot, but not open the community's purse.
 */
export function registerHere(bot: Bot<BotContext>, kit: Kit): void {
  bot
    .chatType(['group', 'supergroup'])
    .on('message')
    .command('here', async (ctx) => {
      const words = guessWords(ctx.from)
      const answer = (key: string, values = {}) => sayBack(ctx, { text: words.html(key, values) })
      const { chat, from, message } = ctx
      if (message.sender_chat) return answer('here.anonymous')
      if (!isOwnMessage(message)) return
      const id = String(chat.id)
      if (!kit.settings.admins.includes(String(from.id)) || !(await isAdministrator(ctx, from.id))) {
        return answer('here.refused', { id })
      }
      const wish = ctx.match.trim().toLowerCase()
      if (wish !== '' && wish !== 'off') return answer('here.usage')
      await kit.places.set(id, chat.title, wish !== 'off', `telegram:${from.id}`)
      if (wish === 'off') return answer('here.off')
      const blind = kit.privacyModeOn() && !(await isAdministrator(ctx, ctx.me.id))
      await sayBack(ctx, { text: lines(words.html('here.on'), blind && words.html('here.privacy')) })
    })
}

async function isAdministrator(ctx: BotContext, userId: number): Promise<boolean> {
  const { status } = await ctx.getChatMember(userId)
  return status === 'creator' || status === 'administrator'
}
