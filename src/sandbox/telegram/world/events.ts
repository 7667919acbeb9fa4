import type { TgCallbackQuery, TgMessage } from '../types.js'

/** How the bot answered a pressed button: a toast, an alert, or nothing to see. */
export interface CallbackAnswer {
  text: string
  alert: boolean
  url: string | undefined
}

/** One request that the server received, with what became of it. */
export interface RequestRecord {
  method: string
  params: Record<string, unknown>
  /** HTTP status of the answer; 0 when the connection was broken on purpose. */
  status: number
  /** The answer's body, or undefined when none was sent. */
  answer: unknown
}

/** Everything that happens in the sandbox's Telegram. */
export type WorldEvent =
  | { kind: 'message'; chatId: number; message: TgMessage }
  | { kind: 'edited'; chatId: number; message: TgMessage }
  | { kind: 'deleted'; chatId: number; messageId: number }
  | { kind: 'action'; chatId: number; action: string }
  | { kind: 'pressed'; query: TgCallbackQuery }
  | { kind: 'answered'; query: TgCallbackQuery; answer: CallbackAnswer }
  | { kind: 'chats'; chatId: number }
  | { kind: 'commands' }
  | { kind: 'confirmed'; updateId: number }
  | { kind: 'request'; request: RequestRecord }
