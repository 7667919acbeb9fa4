import type { User } from 'grammy/types'
import { ensureAccount } from '../../core/accounts/ensure-account.js'
import type { Identity, PersonFacts } from '../../core/accounts/identity.js'
import { type AccountSettings, readSettings } from '../../core/accounts/settings.js'
import { LOCALES, type Locale, localeFrom } from '../../i18n/translate.js'
import { type Words, wordsOf } from './render.js'
import type { Kit } from './types.js'

/** Somebody who acts himself: a command or a press, proven by Telegram. */
export type Person = {
  identity: Identity
  accountId: number
  /** Null for a stranger's first act elsewhere; here always known. */
  settings: AccountSettings
  words: Words
}

export function identityOf(user: User): Identity {
  return { platform: 'telegram', id: String(user.id) }
}

/** What Telegram says of a person; names are claims and are cut in core. */
export function factsOf(user: User): PersonFacts {
  return {
    username: user.username ?? null,
    displayName: [user.first_name, user.last_name].filter(Boolean).join(' '),
    locale: localeFrom(user.language_code),
  }
}

/** The words for somebody whose choice of language is not known. */
export function guessWords(user: User | undefined): Words {
  return wordsOf(localeFrom(user?.language_code))
}

/**
 * The account of a person who acts himself, made if there is none: named from now on. In the private chat he can
 * also be written to. Throws when the database is away.
 */
export async function personOf(kit: Kit, user: User, { inPrivate }: { inPrivate: boolean }): Promise<Person> {
  const identity = identityOf(user)
  const facts = { ...factsOf(user), claimed: true, ...(inPrivate ? { reachable: true } : {}) }
  const { accountId } = await ensureAccount(kit.db, identity, facts, {
    now: kit.now(),
    newId: kit.newId,
    timeZone: kit.settings.timeZone,
  })
  const settings = await readSettings(kit.db.kysely, accountId)
  return { identity, accountId, settings, words: wordsOf(localeOf(settings.locale, user)) }
}

/** A stored choice counts; without one the language of the person's Telegram. */
export function localeOf(stored: string | null, user?: User): Locale {
  return LOCALES.find((locale) => locale === stored) ?? localeFrom(user?.language_code)
}
