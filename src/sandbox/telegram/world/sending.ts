import { typedText } from '../text/content.js'
import type { TgForwardOrigin, TgInlineButton, TgMessage, TgUser } from '../types.js'
import type { FileStore } from './files.js'
import type { WorldChat } from './world.js'

/** What a person sends. Where: `chat` (an id), else the private chat with the bot. */
export interface Sending {
  text?: string
  photo?: Uint8Array
  caption?: string
  /** Sends a sticker that shows this emoji. */
  sticker?: string
  chat?: number
  /** Answers this message of the same chat. */
  replyTo?: number
  /** Marks the message as forwarded from somewhere else. */
  forwardOrigin?: TgForwardOrigin
  /** Sent through an inline bot. */
  viaBot?: TgUser
  /** Telegram's time of the message, in seconds; now when absent. */
  date?: number
}

/** Which button: its whole text, its callback data, or its place counted from 0. */
export type ButtonChoice = string | { data: string } | { row: number; column: number }

/** The fields of a message object that come of what a person sends into a chat. */
export function messageFields(sending: Sending, chat: WorldChat, files: FileStore): Partial<TgMessage> {
  const { text, photo, caption, sticker, replyTo, forwardOrigin, viaBot, date } = sending
  const repliedTo = replyTo === undefined ? undefined : chat.messages.get(replyTo)
  return {
    ...(text !== undefined && textFields(text)),
    ...(photo && { photo: [files.addPhoto(photo).size] }),
    ...(caption && captionFields(caption)),
    ...(sticker && { sticker: stickerOf(sticker) }),
    ...(repliedTo && { reply_to_message: quoted(repliedTo) }),
    ...(forwardOrigin && { forward_origin: forwardOrigin }),
    ...(viaBot && { via_bot: viaBot }),
    ...(date !== undefined && { date }),
  }
}

/** A quoted message does not quote on. */
export function quoted(message: TgMessage): TgMessage {
  const { reply_to_message: _, ...rest } = message
  return rest
}

/** The fields of a typed text: what Telegram finds in it, and no markup. Throws on an empty one. */
export function textFields(typed: string): Pick<TgMessage, 'text' | 'entities'> {
  const { text, entities } = typedText(typed)
  if (text === '') throw new Error('Telegram sends no empty messages')
  return { text, ...(entities.length > 0 && { entities }) }
}

function captionFields(typed: string): Pick<TgMessage, 'caption' | 'caption_entities'> {
  const { text, entities } = typedText(typed)
  return { caption: text, ...(entities.length > 0 && { caption_entities: entities }) }
}

/** The button that a choice means, if it is there. */
export function findButton(rows: TgInlineButton[][], choice: ButtonChoice): TgInlineButton | undefined {
  if (typeof choice === 'string') return rows.flat().find(({ text }) => text === choice)
  if ('data' in choice) return rows.flat().find(({ callback_data }) => callback_data === choice.data)
  return rows[choice.row]?.[choice.column]
}

/** Where a forwarded message says it comes from. */
export function originOf(message: TgMessage): TgForwardOrigin {
  const { date, from, sender_chat: chat } = message
  if (chat) return { type: 'channel', date, chat, message_id: message.message_id }
  if (from) return { type: 'user', date, sender_user: from }
  return { type: 'hidden_user', date, sender_user_name: 'Deleted Account' }
}

function stickerOf(emoji: string): NonNullable<TgMessage['sticker']> {
  const code = Buffer.from(emoji).toString('base64url')
  return {
    file_id: `CAACAgI-${code}`,
    file_unique_id: `AgAD-${code}`,
    type: 'regular',
    width: 512,
    height: 512,
    is_animated: false,
    is_video: false,
    emoji,
    set_name: 'sandbox',
  }
}
