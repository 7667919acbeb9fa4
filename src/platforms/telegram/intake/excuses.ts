import type { Api } from 'grammy'
import type { Update } from 'grammy/types'
import { isPressOver } from '../errors.js'
import { guessWords } from '../person.js'

/** Says that nothing can be done now. Throws when the words could not be sent. */
export function refuse(api: Api, update: Update): Promise<void> {
  return excuse(api, update, 'fallback.unavailable')
}

/** Says sorry for something that went wrong on our side. */
export function apologise(api: Api, update: Update): Promise<void> {
  return excuse(api, update, 'fallback.sorry')
}

/** Asks for patience. */
export function slowDown(api: Api, update: Update): Promise<void> {
  return excuse(api, update, 'fallback.too_fast')
}

async function excuse(api: Api, { message, callback_query }: Update, key: string): Promise<void> {
  const words = guessWords(callback_query?.from ?? message?.from)
  if (callback_query) {
    try {
      await api.answerCallbackQuery(callback_query.id, { text: words.plain(key), show_alert: true })
    } catch (error) {
      if (!isPressOver(error)) throw error
    }
  } else if (message) {
    await api.sendMessage(message.chat.id, words.html(key))
  }
}
