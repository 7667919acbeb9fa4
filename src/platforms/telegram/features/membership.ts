import type { Bot } from 'grammy'
import { setReachable } from '../../../core/accounts/settings.js'
import { isForbidden } from '../errors.js'
import { isHuman } from '../human-message.js'
import { guessWords } from '../person.js'
import { lines } from '../render.js'
import { say } from '../speak.js'
import type { BotContext, Kit } from '../types.js'

const PRESENT = new Set(['member', 'administrator', 'creator', 'restricted'])

/** The bot's own membership: blocked and unblocked by people, added to groups; and groups that change their id. */
export function registerMembership(bot: Bot<BotContext>, kit: Kit): void {
  const changes = bot.on('my_chat_member')
  changes.chatType('private').use(async (ctx) => {
    const { new_chat_member } = ctx.myChatMember
    await setReachable(kit.db, String(ctx.chat.id), PRESENT.has(new_chat_member.status))
  })
  changes.chatType(['group', 'supergroup']).use(async (ctx) => {
    const { old_chat_member, new_chat_member } = ctx.myChatMember
    if (PRESENT.has(old_chat_member.status) || !PRESENT.has(new_chat_member.status)) return
    const pays = (await kit.places.multiplierOf(String(ctx.chat.id))) !== null
    const words = guessWords(isHuman(ctx.from) ? ctx.from : undefined)
    try {
      await say(ctx, {
        text: lines(
          words.html(pays ? 'group.added_pays' : 'group.added_pays_nothing'),
          pays && kit.privacyModeOn() && new_chat_member.status === 'member' && words.html('here.privacy'),
        ),
      })
    } catch (error) {
      // Added without the right to write, or thrown out again meanwhile.
      if (!isForbidden(error)) throw error
    }
  })
  bot.on('message:migrate_to_chat_id', (ctx) =>
    kit.places.move(String(ctx.chat.id), String(ctx.message.migrate_to_chat_id), titleOf(ctx)),
  )
  bot.on('message:migrate_from_chat_id', (ctx) =>
    kit.places.move(String(ctx.message.migrate_from_chat_id), String(ctx.chat.id), titleOf(ctx)),
  )
}

function titleOf(ctx: BotContext): string {
  return ctx.chat?.title ?? ''
}
