import { badRequest } from '../errors.js'
import type { ChatType, TgInlineButton, TgInlineKeyboard } from '../types.js'
import type { Params } from '../wire/params.js'
import { checkedLink } from './links.js'

/** A keyboard that replaces the person's own; kept beside the chat, never part of a message object. */
export type OwnKeyboard =
  | { keyboard: { text: string }[][] }
  | { remove_keyboard: true }
  | { force_reply: true }

export type ReplyMarkup = { inline: TgInlineKeyboard } | { own: OwnKeyboard }

const BUTTONS_MAX = 100
const DATA_BYTES_MAX = 64
/** The ways a button can act. Exactly one of them must be there. */
const ACTIONS = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
  'disabled',
] as const

/** Reads `reply_markup` of a message to a chat of the given type. Undefined when there is none. */
export function readReplyMarkup(params: Params, chat: ChatType): ReplyMarkup | undefined {
  const value = params.json('reply_markup', 'reply keyboard markup')
  if (value === undefined) return undefined
  if (!isObject(value)) throw badRequest('object expected as reply markup')
  if ('inline_keyboard' in value) {
    const inline = readInline(value.inline_keyboard, chat)
    return inline ? { inline } : undefined
  }
  if ('keyboard' in value) return { own: { keyboard: readKeyboard(value.keyboard) } }
  if (value.remove_keyboard === true) return { own: { remove_keyboard: true } }
  if (value.force_reply === true) return { own: { force_reply: true } }
  return undefined
}

/** Edits take inline keyboards only. */
export function readInlineMarkup(params: Params, chat: ChatType): TgInlineKeyboard | undefined {
  const markup = readReplyMarkup(params, chat)
  if (markup && !('inline' in markup)) throw badRequest('inline keyboard expected')
  return markup?.inline
}

function readInline(value: unknown, chat: ChatType): TgInlineKeyboard | undefined {
  if (!Array.isArray(value)) throw keyboardError('field "inline_keyboard" must be of type Array')
  const rows: TgInlineButton[][] = []
  for (const row of value) {
    if (!Array.isArray(row)) throw keyboardError('field "inline_keyboard" must be an Array of Arrays')
    const buttons = row.map((button) => readInlineButton(button, chat))
    if (buttons.length > 0) rows.push(buttons)
  }
  if (rows.flat().length > BUTTONS_MAX) throw badRequest('reply markup is too long')
  return rows.length > 0 ? { inline_keyboard: rows } : undefined
}

function readInlineButton(value: unknown, chat: ChatType): TgInlineButton {
  if (!isObject(value)) throw buttonError('expected an Object')
  if (typeof value.text !== 'string') throw buttonError('Can\'t find field "text"')
  const text = value.text.trim()
  if (text === '') throw badRequest('inline keyboard button text must be non-empty')
  const actions = ACTIONS.filter((name) => value[name] !== undefined)
  const action = actions[0]
  if (!action) throw buttonError('Text buttons are unallowed in the inline keyboard')
  if (actions.length > 1) throw buttonError('inline keyboard button must have exactly one action')
  const style = buttonStyle(value.style)
  return { text, ...(style && { style }), [action]: readAction(action, value[action], chat) }
}

function readAction(action: (typeof ACTIONS)[number], value: unknown, chat: ChatType): unknown {
  switch (action) {
    case 'callback_data': {
      const bytes = typeof value === 'string' ? Buffer.byteLength(value) : 0
      if (bytes < 1 || bytes > DATA_BYTES_MAX) throw badRequest('BUTTON_DATA_INVALID')
      return value
    }
    case 'url': {
      const link = typeof value === 'string' ? checkedLink(value) : undefined
      if (!link) throw badRequest(`inline keyboard button URL '${value}' is invalid: Wrong HTTP URL`)
      return link
    }
    case 'web_app':
    case 'login_url': {
      const url = isObject(value) && typeof value.url === 'string' ? value.url : ''
      if (!checkedLink(url) || !url.startsWith('https://')) {
        throw badRequest(
          `inline keyboard button ${action === 'web_app' ? 'Web App' : 'login'} URL '${url}' is invalid: Only HTTPS links are allowed`,
        )
      }
      if (action === 'web_app' && chat !== 'private') throw badRequest('BUTTON_TYPE_INVALID')
      return value
    }
    case 'copy_text': {
      const text = isObject(value) && typeof value.text === 'string' ? value.text : ''
      if (text.length < 1 || text.length > 256) throw badRequest('BUTTON_COPY_TEXT_INVALID')
      return { text }
    }
    case 'callback_game':
    case 'pay':
      // Only games and invoices may carry them, and the sandbox sells nothing.
      throw badRequest('BUTTON_TYPE_INVALID')
    default:
      return value
  }
}

function buttonStyle(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined
  if (value === 'danger' || value === 'success' || value === 'primary') return value
  throw buttonError('invalid button style specified')
}

function readKeyboard(value: unknown): { text: string }[][] {
  if (!Array.isArray(value)) throw keyboardError('field "keyboard" must be of type Array')
  return value.map((row) => {
    if (!Array.isArray(row)) throw keyboardError('field "keyboard" must be an Array of Arrays')
    return row.map((button) => {
      const text = typeof button === 'string' ? button : isObject(button) ? button.text : undefined
      if (typeof text !== 'string' || text.trim() === '')
        throw badRequest('keyboard button text must be non-empty')
      return { text }
    })
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keyboardError(reason: string) {
  return badRequest(`can't parse reply keyboard markup: ${reason}`)
}

function buttonError(reason: string) {
  return badRequest(`can't parse inline keyboard button: ${reason}`)
}
