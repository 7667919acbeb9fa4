import { ButtonStyle } from 'discord.js'
import { previewUndo, type UndoShare, type UndoShares, undoMerge } from '../../../core/merging/undo-merge.js'
import { type ButtonKind, sorry, text, type View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines, type Words } from '../render/words.js'
import type { Kit } from '../types.js'
import { button, linkContext, platformList, row } from './link-words.js'

/** Presses of the question whether a merge is undone. Whose it is, and what comes back, is read anew each time. */
export const undoButtons: ButtonKind = {
  kind: 'undo-merge',
  async press(kit, interaction, [step, named]) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { identity, words } = person
    const merge = /^\d{1,15}$/.test(named ?? '') ? Number(named) : 0
    if (step === 'ask') return questionOrReason(kit, person, merge)
    if (step !== 'yes') return text(words.say('merging:undo.kept'))
    const result = await undoMerge(kit.db, { merge, by: { identity } }, linkContext(kit))
    if (result.status !== 'undone') return text(words.say(`merging:undo.${result.status}`))
    return text(words.say('merging:undo.done', valuesOf(words, sidesOf(result, person).mine)))
  },
}

async function questionOrReason(kit: Kit, person: Person, merge: number): Promise<View> {
  const { identity, words } = person
  const asked = await previewUndo(kit.db.kysely, { merge, by: { identity } }, linkContext(kit))
  if (asked.status !== 'allowed') return text(words.say(`merging:undo.${asked.status}`))
  const { mine, theirs } = sidesOf(asked, person)
  const answer = (step: 'yes' | 'no') => writeCustomId('undo-merge', identity.id, step, merge)
  return {
    content: lines(
      `**${words.say('merging:undo.title')}**`,
      '',
      words.say('merging:undo.mine', valuesOf(words, mine)),
      words.say('merging:undo.theirs', valuesOf(words, theirs)),
      asked.exact && words.say('merging:undo.exact'),
      asked.missingCoins > 0 &&
        words.say('merging:undo.missing', { coins: words.number(asked.missingCoins) }),
      words.say('merging:undo.blocked'),
    ),
    embeds: [],
    components: [
      row(
        button(words.plain('merging:undo.no'), answer('no'), ButtonStyle.Primary),
        button(words.plain('merging:undo.yes'), answer('yes')),
      ),
    ],
  }
}

function sidesOf(
  { survivor, loser }: UndoShares,
  { identity }: Person,
): { mine: UndoShare; theirs: UndoShare } {
  return loser.platforms.includes(identity.platform)
    ? { mine: loser, theirs: survivor }
    : { mine: survivor, theirs: loser }
}

function valuesOf(words: Words, { platforms, xp, coins }: UndoShare) {
  return { platforms: platformList(words, platforms), xp: words.number(xp), coins: words.number(coins) }
}
