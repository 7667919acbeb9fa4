import type { Backend, Method } from '../backend.js'
import { badRequest } from '../errors.js'
import { countCharacters } from '../text/formatted.js'

export const getMe: Method = ({ world, settings }) => ({
  ...world.bot,
  can_join_groups: true,
  can_read_all_group_messages: !settings.privacyMode,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
})

/** Makes the pair `setMy…` / `getMy…` for one of the bot's texts. */
function textPair(field: string, charactersMax: number): { set: Method; get: Method } {
  const key = (language: string) => {
    if (!/^([a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified')
    return `${field}|${language}`
  }
  return {
    set: ({ settings }, { params }) => {
      const text = params.text(field)
      if (countCharacters(text) > charactersMax) throw badRequest(`BOT_${field.toUpperCase()}_TOO_LONG`)
      settings.texts.set(key(params.text('language_code')), text)
      return true
    },
    get: (backend, { params }) => ({
      [field]:
        textOf(backend, key(params.text('language_code')), key('')) ||
        (field === 'name' ? backend.world.bot.first_name : ''),
    }),
  }
}

function textOf({ settings }: Backend, wanted: string, fallback: string): string {
  return settings.texts.get(wanted) || settings.texts.get(fallback) || ''
}

export const botName = textPair('name', 64)
export const botDescription = textPair('description', 512)
export const botShortDescription = textPair('short_description', 120)
