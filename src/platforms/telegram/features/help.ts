import { PAGES } from '../callback-data.js'
import { pagesKeyboard } from '../keyboards.js'
import { lines, type Words } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'

/** What the bot can do, command by command. Needs no database. */
export function helpView(kit: Kit, words: Words): View {
  const most = Math.max(...kit.rules().messages.steps.map((step) => step.xp))
  return {
    text: lines(
      words.html('help.title'),
      '',
      ...PAGES.map((page) => words.html(`help.${page}`)),
      words.html('help.link'),
      kit.settings.signInKey !== undefined && words.html('auth:bot.help'),
      '',
      words.html('help.groups', { xp: most }),
    ),
    keyboard: pagesKeyboard(words, PAGES),
  }
}
