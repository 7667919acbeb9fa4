import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import { type AccountSettings, changeSettings } from '../../../core/accounts/settings.js'
import { LOCALES } from '../../../i18n/translate.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines, localeOf, type Words, wordsOf } from '../render/words.js'
import { type ButtonKind, type Command, sorry, type View } from './command.js'
import { writeCustomId } from './custom-id.js'
import { slash } from './definitions.js'

const PLACES = ['guild', 'last', 'dm', 'none'] as const

export const settingsCommand: Command = {
  data: slash('settings', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    return show(person.words, person.settings, interaction.user.id)
  },
}

export const settingsButtons: ButtonKind = {
  kind: 'set',
  async press(kit, interaction, [field, value]) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const change = changeOf(person, field, value)
    if (change) await changeSettings(kit.db, person.accountId, change)
    const settings = { ...person.settings, ...change }
    return show(wordsOf(localeOf(settings.locale, interaction.locale)), settings, interaction.user.id)
  },
}

/** What a press asks for; null for anything that no button of ours asks. */
function changeOf(
  { settings }: Person,
  field: string | undefined,
  value: string | undefined,
): Partial<AccountSettings> | null {
  switch (field) {
    case 'locale': {
      const locale = LOCALES.find((one) => one === value)
      return locale ? { locale } : null
    }
    case 'notices':
      // Turned on here, they come here, whatever was chosen on the website.
      return value === 'on' ? { notices: true, notices_discord: true } : { notices: false }
    case 'pings':
      return { notice_pings: value === 'on' }
    case 'private':
      return { private: value === 'on' }
    case 'place': {
      const place = PLACES.find((one) => one === value)
      if (!place) return null
      return { notice_place: place === 'guild' ? null : place, notices: settings.notices || place !== 'none' }
    }
    default:
      return null
  }
}

function show(words: Words, settings: AccountSettings, userId: string): View {
  const state = (on: boolean) => words.plain(on ? 'settings.on' : 'settings.off')
  const place = settings.notice_place ?? 'guild'
  const notified = settings.notices && settings.notices_discord
  const button = (field: string, value: string, label: string, isChosen: boolean): APIButtonComponent => ({
    type: ComponentType.Button,
    style: isChosen ? ButtonStyle.Primary : ButtonStyle.Secondary,
    label,
    custom_id: writeCustomId('set', userId, field, value),
  })
  const toggle = (field: string, on: boolean) =>
    button(field, on ? 'off' : 'on', words.plain(`settings.toggle.${field}`, { state: state(on) }), on)
  const row = (components: APIButtonComponent[]): APIActionRowComponent<APIButtonComponent> => ({
    type: ComponentType.ActionRow,
    components,
  })
  return {
    content: '',
    embeds: [
      {
        color: 0x5865f2,
        title: words.plain('settings.title'),
        description: lines(
          words.say('settings.language', { value: words.plain(`settings.locale.${words.locale}`) }),
          words.say('settings.notices', { value: state(notified) }),
          words.say('settings.place', { value: words.plain(`settings.places.${place}`) }),
          words.say('settings.pings', { value: state(settings.notice_pings) }),
          words.say('settings.private', { value: state(settings.private) }),
        ),
      },
    ],
    components: [
      row(
        LOCALES.map((locale) =>
          button('locale', locale, words.plain(`settings.locale.${locale}`), locale === words.locale),
        ),
      ),
      row(PLACES.map((one) => button('place', one, words.plain(`settings.places.${one}`), one === place))),
      row([
        toggle('notices', notified),
        toggle('pings', settings.notice_pings),
        toggle('private', settings.private),
      ]),
    ],
  }
}
