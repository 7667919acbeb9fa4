import { InlineKeyboard } from 'grammy'
import { type AccountSettings, changeSettings, readSettings } from '../../../core/accounts/settings.js'
import { type Press, packPress } from '../callback-data.js'
import { localeOf, type Person } from '../person.js'
import { lines, type Words, wordsOf } from '../render.js'
import { show, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'

export function settingsView({ words, settings }: Pick<Person, 'words' | 'settings'>): View {
  return {
    text: lines(
      words.html('settings.title'),
      '',
      words.html('settings.language', { value: words.plain('settings.language_name') }),
      words.html(notified(settings) ? 'settings.notices_on' : 'settings.notices_off'),
      words.html(settings.private ? 'settings.private_on' : 'settings.private_off'),
    ),
    keyboard: settingsKeyboard(words, settings),
  }
}

/** Changes one setting and shows them all anew. A button says what shall be, so pressing it twice is harmless. */
export async function changeSetting(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  press: Extract<Press, { act: 'set' }>,
): Promise<void> {
  // Turned on here, they come here, whatever was chosen on the website.
  const here = press.name === 'notices' && press.value ? { notices_telegram: true } : {}
  const change = { [press.name]: press.value, ...here }
  await changeSettings(kit.db, person.accountId, change)
  const settings = await readSettings(kit.db.kysely, person.accountId)
  const words = wordsOf(localeOf(settings.locale, ctx.from))
  await Promise.all([toast(ctx, words.plain('settings.saved')), show(ctx, settingsView({ words, settings }))])
}

/** Whether notices come to Telegram. */
function notified({ notices, notices_telegram }: AccountSettings): boolean {
  return notices && notices_telegram
}

function settingsKeyboard(words: Words, settings: AccountSettings): InlineKeyboard {
  const other = words.locale === 'ru' ? 'en' : 'ru'
  const set = (name: 'notices' | 'private', value: boolean) => ({
    text: words.plain(`settings.button_${name}_${value ? 'on' : 'off'}`),
    callback_data: packPress({ act: 'set', name, value }),
  })
  return new InlineKeyboard()
    .text(
      wordsOf(other).plain('settings.button_language'),
      packPress({ act: 'set', name: 'locale', value: other }),
    )
    .row()
    .add(set('notices', !notified(settings)))
    .row()
    .add(set('private', !settings.private))
}
