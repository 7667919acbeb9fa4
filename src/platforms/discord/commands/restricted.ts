import { readRestrictionOf } from '../../../core/restrictions/read-restriction.js'
import { restrictionPhrases } from '../../../core/restrictions/restriction-phrases.js'
import { phraseText } from '../linking/link-words.js'
import { guessWords, identityOf } from '../person.js'
import { lines } from '../render/words.js'
import type { Kit } from '../types.js'
import { text, type View } from './command.js'

/** Linking stays open to a banned member: the website, where he may export and delete, asks for it. */
const OPEN = new Set(['link', 'getcode', 'checklink', 'unlink', 'undo-merge'])
/** Longer than this nobody waits for the look; the answer has 3 seconds in all. */
const LOOK_MS = 800

/**
 * The only answer that a banned member gets, for his eyes alone; null for everybody else. When the database is slow or
 * away the command itself answers: the one door judges every act again.
 */
export async function bannedView(
  kit: Kit,
  { user, locale }: { user: { id: string }; locale: string },
  name: string,
): Promise<View | null> {
  if (OPEN.has(name)) return null
  const look = readRestrictionOf(kit.db.kysely, identityOf(user.id), kit.now()).catch(() => null)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LOOK_MS)
  })
  const restriction = await Promise.race([look, late]).finally(() => clearTimeout(timer))
  if (restriction?.kind !== 'banned') return null
  const words = guessWords({ locale })
  const link = { words, timeZone: kit.settings.timeZone }
  const url = words.raw(`<${kit.settings.siteUrl()}/settings/data>`)
  return text(
    lines(
      ...restrictionPhrases(restriction).map((phrase) => phraseText(link, phrase)),
      '',
      words.say('restrictions:notice.data', { url }),
    ),
  )
}
