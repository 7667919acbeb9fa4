import type { TgUser } from '../types.js'

/** An invented person before it enters a world. */
export interface PersonSpec {
  id: number
  firstName: string
  lastName?: string
  username?: string
  languageCode?: string
  /** Two colours (0xRRGGBB) of the profile picture; none when absent. */
  picture?: readonly [number, number]
}

/**
 * The people of every sandbox. Their ids never change, so that a program's database still knows them after a
 * restart. They are chosen to be awkward: no user name, emoji, and a name made of markup and direction marks.
 */
export const CAST = {
  anya: {
    id: 501_000_101,
    firstName: 'Аня',
    lastName: 'Соколова',
    username: 'anya_sokol',
    languageCode: 'ru',
    picture: [0xff9a6b, 0xe8467c],
  },
  boris: { id: 501_000_202, firstName: 'Борис', languageCode: 'ru' },
  mia: {
    id: 501_000_303,
    firstName: 'Mia 🦊',
    lastName: 'Reed',
    username: 'mia_fox',
    languageCode: 'en',
    picture: [0x5ec8f2, 0x4763e4],
  },
  zed: {
    id: 6_501_000_404,
    firstName: '<b>Zed</b> & *_[x](y)',
    lastName: '\u202Egnp.exe',
    username: 'zed_markup',
    languageCode: 'en',
  },
  olga: {
    id: 501_000_505,
    firstName: 'Ольга',
    lastName: 'Ким',
    username: 'olga_kim',
    languageCode: 'ru',
    picture: [0x7bd88f, 0x1f9d78],
  },
} as const satisfies Record<string, PersonSpec>

export type CastName = keyof typeof CAST

/** Accounts of Telegram itself that stand in `from` where no person wrote. */
export const TELEGRAM_ACCOUNTS = {
  anonymousAdmin: {
    id: 1_087_968_824,
    is_bot: true,
    first_name: 'Group',
    username: 'GroupAnonymousBot',
  },
  channelBot: { id: 136_817_688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' },
  telegram: { id: 777_000, is_bot: false, first_name: 'Telegram' },
} as const satisfies Record<string, TgUser>

export function userOf(spec: PersonSpec): TgUser {
  return {
    id: spec.id,
    is_bot: false,
    first_name: spec.firstName,
    ...(spec.lastName && { last_name: spec.lastName }),
    ...(spec.username && { username: spec.username }),
    ...(spec.languageCode && { language_code: spec.languageCode }),
  }
}
