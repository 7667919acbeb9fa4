import { InlineKeyboard } from 'grammy'
import { type BoardEntry, placeOf, readBoard } from '../../../core/boards/board.js'
import { readProfile } from '../../../core/profiles/read-profile.js'
import { packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines, rankName, type Words } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'

const PAGE_SIZE = 10
/** The board keeps a thousand leaders at hand. */
const PAGES_MAX = 100
const MEDALS = ['🥇', '🥈', '🥉']

/** A page of the leaderboard with one's own place: for the private chat. `page` counts from 0. */
export async function topView(kit: Kit, person: Person, page: number): Promise<View> {
  const { words } = person
  const at = Math.min(page, PAGES_MAX - 1)
  const { entries, hasNext } = await readPage(kit, at)
  const profile = await readProfile(kit.db.kysely, person.accountId, kit.rules())
  const keyboard = new InlineKeyboard()
  if (at > 0) keyboard.text(words.plain('top.previous'), packPress({ act: 'top', page: at - 1 }))
  if (hasNext) keyboard.text(words.plain('top.next'), packPress({ act: 'top', page: at + 1 }))
  return {
    text: lines(
      words.html('top.title'),
      '',
      ...boardLines(kit, words, entries),
      ...(profile && profile.xp > 0
        ? [
            '',
            words.html('top.own', {
              place: words.number(await placeOf(kit.db.kysely, profile.xp)),
              n: words.number(profile.xp),
            }),
          ]
        : []),
    ),
    keyboard: at > 0 || hasNext ? keyboard : undefined,
  }
}

/** The first places, short: for groups. */
export async function groupTopView(kit: Kit, words: Words): Promise<View> {
  const { entries } = await readPage(kit, 0)
  const url = `${kit.settings.siteUrl()}/leaderboard`
  return {
    text: lines(
      words.html('top.title'),
      '',
      ...boardLines(kit, words, entries),
      '',
      words.html('top.more', { url }),
    ),
  }
}

async function readPage(kit: Kit, page: number): Promise<{ entries: BoardEntry[]; hasNext: boolean }> {
  const { entries, next } = await readBoard(kit.db.kysely, { limit: (page + 1) * PAGE_SIZE })
  return { entries: entries.slice(page * PAGE_SIZE), hasNext: next !== null && page < PAGES_MAX - 1 }
}

function boardLines(kit: Kit, words: Words, entries: readonly BoardEntry[]): string[] {
  if (entries.length === 0) return [words.html('top.empty')]
  return entries.map(({ place, named, displayName, accountId, rankId, xp }) =>
    words.html('top.line', {
      place: MEDALS[place - 1] ?? `${words.number(place)}.`,
      // Who never acted himself is listed, but under no name.
      name: named ? displayName : words.plain('top.unnamed', { id: accountId }),
      rank: rankName(words, kit.rules(), rankId),
      n: words.number(xp),
    }),
  )
}
