import type { Backend } from '../backend.js'
import { badRequest, forbidden } from '../errors.js'
import type { UserLookup } from '../text/content.js'
import type { TgMessage } from '../types.js'
import type { Params } from '../wire/params.js'
import type { WorldChat } from '../world/world.js'

/** Finds people that a text may mention by id. */
export function userLookup({ world }: Backend): UserLookup {
  return (id) => world.users.get(id)
}

/** The chat that `chat_id` names and the bot knows. Throws 400 `chat not found`, or the new id of a migrated group. */
export function knownChat(backend: Backend, params: Params): WorldChat {
  const { world } = backend
  const wanted = params.text('chat_id').trim()
  if (wanted === '') throw badRequest('chat_id is empty')
  const chat = wanted.startsWith('@')
    ? [...world.chats.values()].find(
        ({ type, username }) =>
          type !== 'private' && username?.toLowerCase() === wanted.slice(1).toLowerCase(),
      )
    : world.chats.get(/^-?\d{1,16}$/.test(wanted) ? Number(wanted) : Number.NaN)
  if (!chat || !isKnown(backend, chat)) throw badRequest('chat not found')
  if (chat.migratedTo !== undefined) {
    throw badRequest('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: chat.migratedTo })
  }
  return chat
}

/** A chat that the bot may write to. Throws 403 in Telegram's words when it may not. */
export function writableChat(backend: Backend, params: Params): WorldChat {
  const chat = knownChat(backend, params)
  if (chat.type === 'private') {
    if (chat.dialog.blocked) throw forbidden('bot was blocked by the user')
    if (!chat.dialog.started) throw forbidden("bot can't initiate conversation with a user")
    return chat
  }
  requireMembership(backend, chat)
  return chat
}

/** Throws 403 unless the bot is in this group. */
export function requireMembership({ world }: Backend, chat: WorldChat): void {
  if (chat.type === 'private') return
  const kind = chat.type === 'group' ? 'group chat' : `${chat.type} chat`
  const status = world.statusOf(chat, world.bot.id)
  if (status === 'kicked') throw forbidden(`bot was kicked from the ${kind}`)
  if (status === 'left') throw forbidden(`bot is not a member of the ${kind}`)
}

/** One's own message that an edit names. Throws Telegram's 400s. */
export function ownMessage(backend: Backend, chat: WorldChat, params: Params): TgMessage {
  const message = chat.messages.get(params.integer('message_id') ?? 0)
  if (!message) throw badRequest('message to edit not found')
  if (message.from?.id !== backend.world.bot.id) throw badRequest("message can't be edited")
  return message
}

/** A bot knows the people who wrote to it and those with whom it shares a group. */
function isKnown({ world }: Backend, chat: WorldChat): boolean {
  if (chat.type !== 'private') return chat.members.has(world.bot.id)
  if (chat.dialog.started || chat.dialog.blocked) return true
  return [...world.chats.values()].some(({ members }) => members.has(chat.id) && members.has(world.bot.id))
}
