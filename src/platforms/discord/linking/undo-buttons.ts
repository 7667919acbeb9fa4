import { ButtonStyle } from 'discord.js'
import { previewUndo, undoMerge } from '../../../core/merging/undo-merge.js'
import { undoEndPhrase, undoQuestionPhrases } from '../../../core/merging/undo-phrases.js'
import { type ButtonKind, sorry, text, type View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines } from '../render/words.js'
import type { Kit } from '../types.js'
import { button, linkContext, phraseText, row } from './link-words.js'

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
    const link = { words, timeZone: kit.settings.timeZone }
    return text(phraseText(link, undoEndPhrase(result, identity.platform)))
  },
}

async function questionOrReason(kit: Kit, person: Person, merge: number): Promise<View> {
  const { identity, words } = person
  const asked = await previewUndo(kit.db.kysely, { merge, by: { identity } }, linkContext(kit))
  const link = { words, timeZone: kit.settings.timeZone }
  const { platform } = identity
  if (asked.status !== 'allowed') return text(phraseText(link, undoEndPhrase(asked, platform)))
  const answer = (step: 'yes' | 'no') => writeCustomId('undo-merge', identity.id, step, merge)
  return {
    content: lines(
      `**${words.say('merging:undo.title')}**`,
      '',
      ...undoQuestionPhrases(asked, platform).map((phrase) => phraseText(link, phrase)),
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
