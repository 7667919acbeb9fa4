import { InlineKeyboard } from 'grammy'
import { type BoardRow, type NumberedPage, readBoardPage } from '../../../core/boards/board-page.js'
import { type BoardChoice, readStandings } from '../../../core/boards/standings.js'
import { periodStart, TOP_BOARDS, type TopBoard } from '../../../core/boards/tops.js'
import { packPress, SHOWN_PERIODS, type TopPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { durationText, lines, rankName, type Words } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'

const PAGE_SIZE = 10
/** The boards keep a thousand leaders at hand. */
const PAGES_MAX = 100
const MEDALS = ['🥇', '🥈', '🥉']

/** A page of a leaderboard with one's own place, and the way to the others: for the private chat. Pages count from 0. */
export async function topView(kit: Kit, person: Person, asked: Omit<TopPress, 'act'>): Promise<View> {
  const { words } = person
  const press: TopPress = { act: 'top', ...asked, page: Math.min(asked.page, PAGES_MAX - 1) }
  const choice = choiceOf(kit, press)
  const page = await readBoardPage(kit.db.kysely, choice, { page: press.page, size: PAGE_SIZE })
  return {
    text: lines(
      titleOf(words, press),
      '',
      ...boardLines(kit, words, press.board, page.rows),
      ...(await ownLines(kit, person, choice)),
    ),
    keyboard: keyboardOf(words, press, page),
  }
}

/** The first places by XP, short: for groups. */
export async function groupTopView(kit: Kit, words: Words): Promise<View> {
  const choice: BoardChoice = { board: 'xp', period: 'all', from: null }
  const { rows } = await readBoardPage(kit.db.kysely, choice, { page: 0, size: PAGE_SIZE })
  const url = `${kit.settings.siteUrl()}/leaderboard`
  return {
    text: lines(
      words.html('top.title'),
      '',
      ...boardLines(kit, words, 'xp', rows),
      '',
      words.html('top.more', { url }),
    ),
  }
}

function choiceOf(kit: Kit, { board, period }: TopPress): BoardChoice {
  return { board, period, from: periodStart(period, kit.now(), kit.settings.timeZone) }
}

function titleOf(words: Words, { board, period }: TopPress): string {
  if (board === 'xp' && period === 'all') return words.html('top.title')
  return words.html('top.title_of', {
    board: words.plain(`web:board.metric.${board}`),
    period: words.plain(`web:board.period.${period}`),
  })
}

/** The boards, the periods, and the pages of what is shown; what is shown is marked. */
function keyboardOf(words: Words, press: TopPress, { hasNext }: NumberedPage): InlineKeyboard {
  const keyboard = new InlineKeyboard()
  const choose = (label: string, isShown: boolean, to: Partial<TopPress>) =>
    keyboard.text(isShown ? `• ${label}` : label, packPress({ ...press, page: 0, ...to }))
  TOP_BOARDS.forEach((board, index) => {
    choose(words.plain(`top.board.${board}`), board === press.board, { board })
    if (index === 2) keyboard.row()
  })
  keyboard.row()
  for (const period of SHOWN_PERIODS) {
    choose(words.plain(`web:board.period.${period}`), period === press.period, { period })
  }
  keyboard.row()
  if (press.page > 0) choose(words.plain('top.previous'), false, { page: press.page - 1 })
  if (hasNext && press.page < PAGES_MAX - 1) choose(words.plain('top.next'), false, { page: press.page + 1 })
  return keyboard
}

async function ownLines(kit: Kit, { accountId, words }: Person, choice: BoardChoice): Promise<string[]> {
  const [own] = await readStandings(kit.db.kysely, choice, [accountId])
  if (!own || own.value <= 0) return []
  if (!own.listed) return ['', words.html('top.hidden')]
  if (own.place === null) return []
  const value = valueText(words, choice.board, own.value)
  return ['', words.html('top.own', { place: words.number(own.place), value })]
}

function boardLines(kit: Kit, words: Words, board: TopBoard, rows: readonly BoardRow[]): string[] {
  if (rows.length === 0) return [words.html('top.empty')]
  return rows.map(({ place, named, displayName, accountId, rankId, value }) =>
    words.html('top.line', {
      place: MEDALS[place - 1] ?? `${words.number(place)}.`,
      // Who never acted himself is listed, but under no name.
      name: named ? displayName : words.plain('top.unnamed', { id: accountId }),
      rank: rankName(words, kit.rules(), rankId),
      value: valueText(words, board, value),
    }),
  )
}

function valueText(words: Words, board: TopBoard, value: number): string {
  return board === 'voice' ? durationText(words, value) : words.count(`common:${board}`, value)
}
