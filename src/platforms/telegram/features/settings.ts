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
      words.html(settings.notices ? 'settings.notices_on' : 'settings.notices_off'),
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
  const change: Partial<AccountSettings> = { [press.name]: press.value }
  await changeSettings(kit.db, person.accountId, change)
  const settings = await readSettings(kit.db.kysely, person.accountId)
  const words = wordsOf(localeOf(settings.locale, ctx.from))
  await Promise.all([toast(ctx, words.plain('settings.saved')), show(ctx, settingsView({ words, settings }))])
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
    .add(set('notices', !settings.notices))
    .row()
    .add(set('private', !settings.private))
}
