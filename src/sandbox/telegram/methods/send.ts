import type { Backend, Call, Method } from '../backend.js'
import { badRequest } from '../errors.js'
import { readCaption, readText } from '../text/content.js'
import { readReplyMarkup } from '../text/reply-markup.js'
import type { TgMessage } from '../types.js'
import type { Params } from '../wire/params.js'
import type { StoredPhoto } from '../world/files.js'
import { quoted } from '../world/sending.js'
import type { WorldChat } from '../world/world.js'
import { userLookup, writableChat } from './targets.js'

export const sendMessage: Method = (backend, { params }) => {
  const chat = writableChat(backend, params)
  const { text, entities } = readText(params, userLookup(backend))
  const preview = params.json('link_preview_options', 'link preview options')
  return postAsBot(backend, chat, params, {
    text,
    ...(entities.length > 0 && { entities }),
    ...(typeof preview === 'object' && preview !== null && { link_preview_options: { ...preview } }),
  })
}

export const sendPhoto: Method = (backend, { params }) => {
  const chat = writableChat(backend, params)
  const photo = readPhoto(backend, params, params.text('photo'), 'photo')
  return postAsBot(backend, chat, params, { photo: [photo.size], ...captionOf(backend, params) })
}

export const sendChatAction: Method = (backend, { params }: Call) => {
  const chat = writableChat(backend, params)
  const action = params.text('action')
  const known =
    /^(typing|upload_(photo|document|video|video_note|voice)|record_(video|video_note|voice)|choose_sticker|find_location)$/
  if (!known.test(action)) throw badRequest('wrong parameter action in request')
  backend.world.journal.append({ kind: 'action', chatId: chat.id, action })
  return true
}

/** The caption's fields of a message object; none when there is no caption. */
export function captionOf(backend: Backend, params: Params): Pick<TgMessage, 'caption' | 'caption_entities'> {
  const { text, entities } = readCaption(params, userLookup(backend))
  if (text === '') return {}
  return { caption: text, ...(entities.length > 0 && { caption_entities: entities }) }
}

/** Finds the picture that an argument means: an uploaded file, `attach://<part>`, or the id of a known one. */
export function readPhoto(backend: Backend, params: Params, value: string, part: string): StoredPhoto {
  const name = value.startsWith('attach://')
    ? value.slice('attach://'.length)
    : value === ''
      ? part
      : undefined
  if (name !== undefined) {
    const file = params.files.get(name)
    if (!file)
      throw badRequest(value === '' ? `there is no ${part} in the request` : 'attached file not found')
    return backend.files.addPhoto(file.bytes)
  }
  // The sandbox reaches no other host, so it cannot fetch a picture by its address.
  if (/^https?:\/\//i.test(value)) throw badRequest('failed to get HTTP URL content')
  const known = backend.files.byId(value)
  if (!known) throw badRequest('wrong remote file identifier specified: Wrong string length')
  return known
}

function postAsBot(
  backend: Backend,
  chat: WorldChat,
  params: Params,
  content: Omit<TgMessage, 'message_id' | 'date' | 'chat'>,
): TgMessage {
  if (params.integer('message_thread_id')) throw badRequest('message thread not found')
  const markup = readReplyMarkup(params, chat.type)
  const repliedTo = replyTarget(chat, params)
  backend.limits.take(chat)
  if (markup && 'own' in markup) {
    if ('remove_keyboard' in markup.own) delete chat.keyboard
    else chat.keyboard = markup.own
  }
  return backend.world.post(chat, {
    from: backend.world.bot,
    ...(repliedTo && { reply_to_message: repliedTo }),
    ...content,
    ...(markup && 'inline' in markup && { reply_markup: markup.inline }),
  })
}

function replyTarget(chat: WorldChat, params: Params): TgMessage | undefined {
  const parameters = params.json('reply_parameters', 'reply parameters') as
    | Record<string, unknown>
    | undefined
  const id = Number(parameters?.message_id ?? params.integer('reply_to_message_id') ?? 0)
  if (!id) return undefined
  const target = chat.messages.get(id)
  if (target) return quoted(target)
  const lenient =
    parameters?.allow_sending_without_reply === true || params.flag('allow_sending_without_reply')
  if (lenient) return undefined
  throw badRequest('message to be replied not found')
}
