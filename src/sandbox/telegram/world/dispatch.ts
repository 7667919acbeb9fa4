import type { TgCallbackQuery, TgChatMemberUpdated, TgMessage, TgUser } from '../types.js'
import type { UpdateQueue } from '../updates.js'
import { memberObject } from './members.js'
import type { World, WorldChat } from './world.js'

/** Whether the bot reads everything in groups, or only what is meant for it (Telegram's privacy mode). */
export interface PrivacySetting {
  privacyMode: boolean
}

/** Turns what happens in the world into updates, as far as the bot may see it. */
export class Dispatcher {
  constructor(
    private readonly world: World,
    private readonly updates: UpdateQueue,
    private readonly settings: PrivacySetting,
  ) {}

  /** Returns the update's number, or undefined when the bot does not get this message. */
  message(
    chat: WorldChat,
    message: TgMessage,
    kind: 'message' | 'edited_message' = 'message',
  ): number | undefined {
    if (!this.sees(chat, message)) return undefined
    return this.updates.push({ [kind]: message })
  }

  callback(query: TgCallbackQuery): number | undefined {
    return this.updates.push({ callback_query: query })
  }

  /** Tells the bot that somebody's membership changed: its own as `my_chat_member`. */
  member(change: {
    chat: WorldChat
    from: TgUser
    user: TgUser
    before: Parameters<typeof memberObject>[1]
    after: Parameters<typeof memberObject>[1]
  }): number | undefined {
    const { chat, from, user } = change
    const content: TgChatMemberUpdated = {
      chat: this.world.tgChat(chat),
      from,
      date: this.world.date(),
      old_chat_member: memberObject(user, change.before),
      new_chat_member: memberObject(user, change.after),
    }
    if (user.id === this.world.bot.id) return this.updates.push({ my_chat_member: content })
    // Others' changes are told to administrators only.
    return this.world.isAdmin(chat, this.world.bot.id)
      ? this.updates.push({ chat_member: content })
      : undefined
  }

  private sees(chat: WorldChat, message: TgMessage): boolean {
    const { bot } = this.world
    if (chat.type === 'private') return !chat.dialog.blocked
    if (!this.world.isMember(chat, bot.id)) return false
    // A bot never sees the messages of other bots; Telegram's own stand-ins are shown.
    if (message.from?.is_bot && !message.sender_chat) return false
    if (!this.settings.privacyMode || this.world.isAdmin(chat, bot.id)) return true
    if (message.text === undefined && message.caption === undefined && !message.photo && !message.sticker)
      return true
    if (message.via_bot?.id === bot.id || message.reply_to_message?.from?.id === bot.id) return true
    return this.isCommandForBot(message)
  }

  private isCommandForBot(message: TgMessage): boolean {
    const text = message.text ?? message.caption ?? ''
    const entities = message.entities ?? message.caption_entities ?? []
    const first = entities.find((entity) => entity.type === 'bot_command' && entity.offset === 0)
    if (!first) return false
    const addressed = text.slice(0, first.length).split('@')[1]
    return addressed === undefined || addressed.toLowerCase() === this.world.bot.username?.toLowerCase()
  }
}
