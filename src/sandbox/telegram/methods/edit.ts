import { isDeepStrictEqual } from 'node:util'
import type { Backend, Method } from '../backend.js'
import { badRequest } from '../errors.js'
import { readText } from '../text/content.js'
import { readInlineMarkup } from '../text/reply-markup.js'
import type { TgMessage } from '../types.js'
import { Params } from '../wire/params.js'
import type { WorldChat } from '../world/world.js'
import { captionOf, readPhoto } from './send.js'
import { knownChat, ownMessage, requireMembership, userLookup, writableChat } from './targets.js'

const DELETABLE_SECONDS = 48 * 3600

export const editMessageText: Method = (backend, { params }) =>
  edit(backend, params, (message, chat) => {
    if (message.text === undefined) throw badRequest('there is no text in the message to edit')
    const { text, entities } = readText(params, userLookup(backend))
    return { ...bare(message), text, ...(entities.length > 0 && { entities }), ...markupOf(params, chat) }
  })

export const editMessageCaption: Method = (backend, { params }) =>
  edit(backend, params, (message, chat) => {
    if (!message.photo) throw badRequest('there is no caption in the message to edit')
    return {
      ...bare(message),
      photo: message.photo,
      ...captionOf(backend, params),
      ...markupOf(params, chat),
    }
  })

export const editMessageReplyMarkup: Method = (backend, { params }) =>
  edit(backend, params, (message, chat) => {
    const { reply_markup: _, ...rest } = message
    return { ...rest, ...markupOf(params, chat) }
  })

export const editMessageMedia: Method = (backend, { params }) =>
  edit(backend, params, (message, chat) => {
    const media = params.json('media', 'input media')
    if (typeof media !== 'object' || media === null)
      throw badRequest("can't parse InputMedia: expected an Object")
    const fields = new Map<string, string>()
    for (const [name, value] of Object.entries(media)) {
      fields.set(name, typeof value === 'string' ? value : JSON.stringify(value))
    }
    if (fields.get('type') !== 'photo') throw badRequest('the sandbox knows photos as media only')
    const photo = readPhoto(backend, params, fields.get('media') ?? '', 'media')
    const caption = captionOf(backend, new Params(fields))
    return { ...bare(message), photo: [photo.size], ...caption, ...markupOf(params, chat) }
  })

export const deleteMessage: Method = (backend, { params }) => {
  const chat = knownChat(backend, params)
  requireMembership(backend, chat)
  remove(backend, chat, params.integer('message_id') ?? 0)
  return true
}

export const deleteMessages: Method = (backend, { params }) => {
  const chat = knownChat(backend, params)
  requireMembership(backend, chat)
  const ids = params.json('message_ids', 'message identifiers')
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > 100)
    throw badRequest('message identifiers are not specified')
  for (const id of ids) if (chat.messages.has(Number(id))) remove(backend, chat, Number(id))
  return true
}

function edit(
  backend: Backend,
  params: Params,
  change: (message: TgMessage, chat: WorldChat) => TgMessage,
): TgMessage {
  if (params.has('inline_message_id')) throw badRequest('MESSAGE_ID_INVALID')
  const chat = writableChat(backend, params)
  const message = ownMessage(backend, chat, params)
  const changed = change(message, chat)
  if (isDeepStrictEqual(contentOf(message), contentOf(changed))) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  backend.limits.take(chat)
  return backend.world.replace(chat, { ...changed, edit_date: backend.world.date() })
}

function remove(backend: Backend, chat: WorldChat, messageId: number): void {
  const { world } = backend
  const message = chat.messages.get(messageId)
  if (!message) throw badRequest('message to delete not found')
  const own = message.from?.id === world.bot.id
  const allowed = own || chat.type === 'private' || world.isAdmin(chat, world.bot.id)
  const young = message.date + DELETABLE_SECONDS > world.date()
  if (!allowed || !young) throw badRequest("message can't be deleted for everyone")
  world.remove(chat, messageId)
}

/** The message without what an edit replaces. */
function bare(message: TgMessage): TgMessage {
  const {
    text: _text,
    entities: _entities,
    caption: _caption,
    caption_entities: _captionEntities,
    photo: _photo,
    reply_markup: _markup,
    ...rest
  } = message
  return rest
}

function contentOf(message: TgMessage) {
  const { text, entities, caption, caption_entities, photo, reply_markup } = message
  return { text, entities, caption, caption_entities, photo, reply_markup }
}

function markupOf(params: Params, chat: WorldChat): Pick<TgMessage, 'reply_markup'> {
  const markup = readInlineMarkup(params, chat.type)
  return markup ? { reply_markup: markup } : {}
}
