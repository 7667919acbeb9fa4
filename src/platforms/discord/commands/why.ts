import { ButtonStyle, ComponentType } from 'discord.js'
import { z } from 'zod'
import { readStatement } from '../../../core/statement/read-statement.js'
import type { StatementLine } from '../../../core/statement/statement-line.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines, rankName, relativeTime, type Words } from '../render/words.js'
import type { Kit } from '../types.js'
import { type ButtonKind, type Command, sorry, type View } from './command.js'
import { writeCustomId } from './custom-id.js'
import { slash } from './definitions.js'

const PAGE = 10
const seqShape = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)

/** The caller's last acts and why they paid what they paid, straight from the ledger. For his eyes alone. */
export const whyCommand: Command = {
  data: slash('why', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    return page(kit, person, interaction.user.id, undefined)
  },
}

export const whyButtons: ButtonKind = {
  kind: 'why',
  async press(kit, interaction, [seq]) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const before = seqShape.safeParse(seq)
    return page(kit, person, interaction.user.id, before.success ? before.data : undefined)
  },
}

async function page(kit: Kit, person: Person, userId: string, before: number | undefined): Promise<View> {
  const { words, accountId } = person
  const { lines: acts, nextSeq } = await readStatement(kit.db.kysely, accountId, {
    limit: PAGE,
    before,
  })
  return {
    content: '',
    embeds: [
      {
        color: 0x5865f2,
        title: words.plain('why.title'),
        description:
          acts.length > 0 ? acts.map((act) => lineOf(kit, words, act)).join('\n') : words.plain('why.empty'),
        footer: { text: words.plain('why.footer') },
      },
    ],
    components:
      nextSeq === null
        ? []
        : [
            {
              type: ComponentType.ActionRow,
              components: [
                {
                  type: ComponentType.Button,
                  style: ButtonStyle.Secondary,
                  label: words.plain('why.older'),
                  custom_id: writeCustomId('why', userId, nextSeq),
                },
              ],
            },
          ],
  }
}

function lineOf(kit: Kit, words: Words, act: StatementLine): string {
  const signed = (amount: number) => (amount > 0 ? `+${words.number(amount)}` : words.number(amount))
  const paid = lines(
    act.xp !== 0 && `${signed(act.xp)} XP`,
    act.coins !== 0 && `${signed(act.coins)} 🪙`,
  ).replace('\n', ', ')
  const reason = act.reason === null ? '' : ` · ${words.say(`why.reason.${act.reason}`)}`
  return `${relativeTime(act.at).text} ${what(kit, words, act)}: **${paid || words.plain('why.nothing')}**${reason}`
}

function what(kit: Kit, words: Words, act: StatementLine): string {
  if (act.summed !== null) return words.count('why.act.summed', act.summed)
  if (act.job !== null) return words.say('why.act.work')
  if (act.type === 'rank_up' && act.rank !== null) {
    return words.say('why.act.rank_up', { rank: rankName(words, kit.rules(), act.rank) })
  }
  if (act.type === 'message_sent') {
    return act.length === null ? words.say('why.act.message') : words.count('why.act.message_of', act.length)
  }
  const known = [
    'voice_time',
    'daily_claimed',
    'game_played',
    'account_created',
    'account_linked',
    'imported',
  ]
  return words.say(`why.act.${known.includes(act.type) ? act.type : 'other'}`)
}
