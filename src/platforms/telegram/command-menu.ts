import type { Api } from 'grammy'
import type { BotCommand } from 'grammy/types'
import { wordsOf } from './render.js'

const COMMANDS = {
  all_private_chats: ['games', 'daily', 'profile', 'top', 'link', 'site', 'settings', 'help'],
  all_group_chats: ['top', 'profile', 'daily'],
} as const

/** English is what everybody sees whose language has no menu of its own. */
const LANGUAGES = [
  { code: undefined, locale: 'en' },
  { code: 'ru', locale: 'ru' },
] as const

/** Puts the command menus in place, for each language and kind of chat; what is right already is left. */
export async function updateCommandMenus(api: Api): Promise<void> {
  for (const type of ['all_private_chats', 'all_group_chats'] as const) {
    for (const { code, locale } of LANGUAGES) {
      const words = wordsOf(locale)
      const wanted = COMMANDS[type].map((command) => ({
        command,
        description: words.plain(command === 'site' ? 'auth:bot.menu' : `menu.${command}`),
      }))
      const where = { scope: { type }, ...(code ? { language_code: code } : {}) }
      if (!isSame(await api.getMyCommands(where), wanted)) await api.setMyCommands(wanted, where)
    }
  }
}

function isSame(present: readonly BotCommand[], wanted: readonly BotCommand[]): boolean {
  return (
    present.length === wanted.length &&
    wanted.every(
      ({ command, description }, index) =>
        present[index]?.command === command && present[index]?.description === description,
    )
  )
}
