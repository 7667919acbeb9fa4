import { ButtonStyle, ComponentType } from 'discord.js'
import { z } from 'zod'
import { readBoardPage } from '../../../core/boards/board-page.js'
import {
  periodStart,
  TOP_BOARDS,
  TOP_PERIODS,
  type TopBoard,
  type TopPeriod,
} from '../../../core/boards/tops.js'
import { guessWords, personOf } from '../person.js'
import { durationText, rankName, type Words } from '../render/words.js'
import type { Kit } from '../types.js'
import type { ButtonKind, Command, View } from './command.js'
import { writeCustomId } from './custom-id.js'
import { choiceOption, slash } from './definitions.js'
import { nameInList } from './profile.js'

const PAGE = 10
const PAGES_MAX = 10

const boardShape = z.enum(TOP_BOARDS).catch('xp')
const periodShape = z.enum(TOP_PERIODS).catch('all')
const pageShape = z.coerce
  .number()
  .int()
  .min(0)
  .max(PAGES_MAX - 1)

export const topCommand: Command = {
  data: slash('top', 'anywhere', {
    options: [
      choiceOption('board', 'top.board', TOP_BOARDS),
      choiceOption('period', 'top.period', TOP_PERIODS),
    ],
  }),
  ephemeral: false,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    const words = person?.words ?? guessWords(interaction)
    const option = (name: string) =>
      interaction.isChatInputCommand() ? interaction.options.getString(name) : null
    const board = boardShape.parse(option('board'))
    const period = periodShape.parse(option('period'))
    return page(kit, words, interaction.user.id, board, period, 0)
  },
}

export const topButtons: ButtonKind = {
  kind: 'top',
  async press(kit, interaction, [board, period, page_]) {
    const person = await personOf(kit, interaction)
    const words = person?.words ?? guessWords(interaction)
    const parsed = pageShape.safeParse(page_)
    const wanted = parsed.success ? parsed.data : 0
    return page(kit, words, interaction.user.id, boardShape.parse(board), periodShape.parse(period), wanted)
  },
}

async function page(
  kit: Kit,
  words: Words,
  userId: string,
  board: TopBoard,
  period: TopPeriod,
  at: number,
): Promise<View> {
  const from = periodStart(period, kit.now(), kit.settings.timeZone)
  const { rows, total } = await readBoardPage(
    kit.db.kysely,
    { board, period, from },
    { page: at, size: PAGE },
  )
  const title = words.plain('top.title', {
    board: words.plain(`command.top.board.choice.${board}`),
    period: words.plain(`command.top.period.choice.${period}`),
  })
  const list = rows.map(
    (row) =>
      `**${row.place}.** ${nameInList(words, row)} · ${rankName(words, kit.rules(), row.rankId)} · ${value(words, board, row.value)}`,
  )
  const pages = Math.min(PAGES_MAX, Math.max(1, Math.ceil(total / PAGE)))
  const button = (label: string, target: number) => ({
    type: ComponentType.Button as const,
    style: ButtonStyle.Secondary as const,
    label: words.plain(`top.${label}`),
    custom_id: writeCustomId('top', userId, board, period, Math.min(Math.max(target, 0), pages - 1), label),
    disabled: target < 0 || target >= pages,
  })
  return {
    content: '',
    embeds: [
      {
        color: 0x5865f2,
        title,
        description: list.length > 0 ? list.join('\n') : words.plain('top.empty'),
        footer: { text: words.plain('top.page', { page: Math.min(at, pages - 1) + 1, pages }) },
      },
    ],
    components:
      pages > 1
        ? [{ type: ComponentType.ActionRow, components: [button('back', at - 1), button('next', at + 1)] }]
        : [],
  }
}

function value(words: Words, board: TopBoard, amount: number): string {
  return board === 'voice' ? durationText(words, amount) : words.count(`common:${board}`, amount)
}
