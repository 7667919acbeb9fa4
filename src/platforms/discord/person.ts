import type { User } from 'discord.js'
import { ensureAccount } from '../../core/accounts/ensure-account.js'
import { findAccountId } from '../../core/accounts/find-account.js'
import type { Identity, PersonFacts } from '../../core/accounts/identity.js'
import { type AccountSettings, readSettings } from '../../core/accounts/settings.js'
import { localeOf, type Words, wordsOf } from './render/words.js'
import type { Kit } from './types.js'

/** Somebody who acts himself: a command or a press, proven by Discord. */
export type Person = {
  identity: Identity
  accountId: number
  settings: AccountSettings
  words: Words
}

/** The parts of an interaction that say who acts and where. */
export type Acting = {
  user: User
  member: unknown
  guildId: string | null
  locale: string
}

export function identityOf(userId: string): Identity {
  return { platform: 'discord', id: userId }
}

/** What Discord says of a person; names are claims and are cut in core. */
function factsOf({ user, member, locale }: Acting): PersonFacts {
  const nick = (member as { displayName?: string; nick?: string | null } | null) ?? {}
  return {
    username: user.username,
    displayName: nick.displayName ?? nick.nick ?? user.displayName,
    locale: localeOf(null, locale),
    claimed: true,
  }
}

/** The words for somebody whose stored language is not known. */
export function guessWords({ locale }: Pick<Acting, 'locale'>): Words {
  return wordsOf(localeOf(null, locale))
}

/**
 * The account of a person who acts himself. It is made if there is none, but not in a guild that does not pay; null
 * there. Throws when the database is away.
 */
export async function personOf(kit: Kit, acting: Acting): Promise<Person | null> {
  const identity = identityOf(acting.user.id)
  const { db, now, newId, settings, places } = kit
  const isForeign = acting.guildId !== null && (await places.guild(acting.guildId)) === null
  if (isForeign) {
    const accountId = await findAccountId(db.kysely, identity)
    return accountId === null ? null : read(kit, identity, accountId, acting)
  }
  const { accountId, created } = await ensureAccount(db, identity, factsOf(acting), {
    now: now(),
    newId,
    timeZone: settings.timeZone,
  })
  if (created && acting.guildId !== null) kit.lookAtRoles(acting.guildId, acting.user.id)
  return read(kit, identity, accountId, acting)
}

async function read(kit: Kit, identity: Identity, accountId: number, acting: Acting): Promise<Person> {
  const settings = await readSettings(kit.db.kysely, accountId)
  return { identity, accountId, settings, words: wordsOf(localeOf(settings.locale, acting.locale)) }
}
