import { isBanned, readRestriction } from '../../../core/restrictions/read-restriction.js'
import { restrictionPhrases } from '../../../core/restrictions/restriction-phrases.js'
import type { Person } from '../person.js'
import { lines } from '../render.js'
import { say, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { phraseText } from './link-words.js'

/** What a restricted member is told: what holds, why and until when; null for everybody else. */
export async function restrictionText(kit: Kit, { accountId, words }: Person): Promise<string | null> {
  const restriction = await readRestriction(kit.db.kysely, accountId, kit.now())
  if (!restriction) return null
  const link = { words, timeZone: kit.settings.timeZone }
  return lines(...restrictionPhrases(restriction).map((phrase) => phraseText(link, phrase)))
}

/** The only page that a banned member gets; null for everybody else. Linking and signing in stay open to him. */
export async function bannedView(kit: Kit, person: Person): Promise<View | null> {
  if (!(await isBanned(kit.db.kysely, person.accountId, kit.now()))) return null
  const text = await restrictionText(kit, person)
  const url = `${kit.settings.siteUrl()}/settings/data`
  return text === null
    ? null
    : { text: lines(text, '', person.words.html('restrictions:notice.data', { url })) }
}

/** Answers a banned member's press; false for everybody else, whose press goes on. */
export async function turnedAway(kit: Kit, ctx: BotContext, person: Person): Promise<boolean> {
  const view = await bannedView(kit, person)
  if (!view) return false
  await Promise.all([toast(ctx), say(ctx, view)])
  return true
}
