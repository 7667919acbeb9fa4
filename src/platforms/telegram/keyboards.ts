import { InlineKeyboard } from 'grammy'
import { type Page, packPress } from './callback-data.js'
import { privateChatUrl } from './links.js'
import type { Words } from './render.js'
import type { Kit } from './types.js'

/** Buttons that open the bot's pages, two in a row. */
export function pagesKeyboard(words: Words, pages: readonly Page[]): InlineKeyboard {
  const keyboard = new InlineKeyboard()
  pages.forEach((page, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row()
    keyboard.text(words.plain(`button.${page}`), packPress({ act: 'open', page }))
  })
  return keyboard
}

/** In groups: the way to what is personal. */
export function privateChatKeyboard(kit: Kit, words: Words, page: Page): InlineKeyboard {
  return new InlineKeyboard().url(words.plain('button.private_chat'), privateChatUrl(kit, page))
}
