import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import type { TgBotCommand, TgMessage } from '../telegram/types.js'
import type { WorldChat } from '../telegram/world/world.js'

const MESSAGES_SHOWN = 200

interface ChatView {
  id: number
  type: string
  title: string
  members: number
  /** Whether this person can write here now. */
  member: boolean
  started: boolean
  blocked: boolean
  commands: TgBotCommand[]
  messages: TgMessage[]
}

export interface TelegramState {
  me: { id: number; name: string }
  bot: { id: number; name: string; username: string }
  chats: ChatView[]
}

/** Telegram as one invented person sees it: the chat with the bot first, then the groups. */
export function telegramState({ world, bot, control }: TelegramSandbox, personId: number): TelegramState {
  const user = world.user(personId)
  const own = world.chat(personId)
  const groups = [...world.chats.values()].filter(
    ({ type, migratedTo }) => (type === 'group' || type === 'supergroup') && migratedTo === undefined,
  )
  const view = (chat: WorldChat): ChatView => {
    const member = chat.type === 'private' || world.isMember(chat, personId)
    return {
      id: chat.id,
      type: chat.type,
      title: chat.type === 'private' ? bot.first_name : (chat.title ?? ''),
      members: [...chat.members.keys()].filter((id) => world.isMember(chat, id)).length,
      member,
      started: chat.dialog.started,
      blocked: chat.dialog.blocked,
      commands: control.commandsFor(chat.id, personId),
      messages: member ? [...chat.messages.values()].slice(-MESSAGES_SHOWN) : [],
    }
  }
  return {
    me: { id: personId, name: fullName(user) },
    bot: { id: bot.id, name: bot.first_name, username: bot.username ?? '' },
    chats: [own, ...groups].map(view),
  }
}

export function fullName({ first_name, last_name }: { first_name: string; last_name?: string }): string {
  return last_name ? `${first_name} ${last_name}` : first_name
}
