import type { Backend, Method } from '../backend.js'
import { badRequest } from '../errors.js'
import type { TgBotCommand } from '../types.js'
import type { Params } from '../wire/params.js'
import type { WorldChat } from '../world/world.js'

const COMMANDS_MAX = 100
const SIMPLE_SCOPES = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']

export const setMyCommands: Method = (backend, { params }) => {
  const commands = readCommands(params)
  const key = keyOf(params)
  if (commands.length > 0) backend.settings.commands.set(key, commands)
  else backend.settings.commands.delete(key)
  backend.world.journal.append({ kind: 'commands' })
  return true
}

export const getMyCommands: Method = (backend, { params }) =>
  backend.settings.commands.get(keyOf(params)) ?? []

export const deleteMyCommands: Method = (backend, { params }) => {
  backend.settings.commands.delete(keyOf(params))
  backend.world.journal.append({ kind: 'commands' })
  return true
}

/** The menu that a person sees in a chat: the narrowest scope wins, and in it the person's language. */
export function commandsFor(backend: Backend, chat: WorldChat, userId: number): TgBotCommand[] {
  const { world, settings } = backend
  const language = world.user(userId).language_code ?? ''
  const admin = world.isAdmin(chat, userId)
  const scopes =
    chat.type === 'private'
      ? [`chat:${chat.id}`, 'all_private_chats', 'default']
      : [
          `chat_member:${chat.id}:${userId}`,
          ...(admin ? [`chat_administrators:${chat.id}`] : []),
          `chat:${chat.id}`,
          ...(admin ? ['all_chat_administrators'] : []),
          'all_group_chats',
          'default',
        ]
  for (const scope of scopes) {
    const found = settings.commands.get(`${scope}|${language}`) ?? settings.commands.get(`${scope}|`)
    if (found) return found
  }
  return []
}

function readCommands(params: Params): TgBotCommand[] {
  const value = params.json('commands', 'commands')
  if (!Array.isArray(value)) throw badRequest("can't parse commands: expected an Array of BotCommand")
  if (value.length > COMMANDS_MAX) throw badRequest('BOT_COMMANDS_TOO_MUCH')
  return value.map((item: { command?: unknown; description?: unknown } | null) => {
    const command = String(item?.command ?? '').replace(/^\//, '')
    const description = String(item?.description ?? '')
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
    if (description.trim() === '' || description.length > 256)
      throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
    return { command, description }
  })
}

function keyOf(params: Params): string {
  const language = params.text('language_code')
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified')
  return `${scopeOf(params)}|${language}`
}

function scopeOf(params: Params): string {
  const value = params.json('scope', 'bot command scope') as Record<string, unknown> | undefined
  const type = String(value?.type ?? 'default')
  if (SIMPLE_SCOPES.includes(type)) return type
  if (type === 'chat' || type === 'chat_administrators') return `${type}:${value?.chat_id}`
  if (type === 'chat_member') return `${type}:${value?.chat_id}:${value?.user_id}`
  throw badRequest("can't parse BotCommandScope: unsupported type specified")
}
