import { InlineKeyboard } from 'grammy'
import { previewUndo, undoMerge } from '../../../core/merging/undo-merge.js'
import { undoEndPhrase, undoQuestionPhrases } from '../../../core/merging/undo-phrases.js'
import { type Press, packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines } from '../render.js'
import { show, showMade, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { phraseText } from './link-words.js'

/** Presses of the question whether a merge is undone. Whose it is, and what comes back, is read anew each time. */
export async function undoPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  press: Extract<Press, { act: 'undo' }>,
): Promise<void> {
  const { words } = person
  const link = { words, timeZone: kit.settings.timeZone }
  switch (press.step) {
    case 'no':
      await Promise.all([toast(ctx), show(ctx, { text: words.html('merging:undo.kept') })])
      return
    case 'ask':
      await Promise.all([toast(ctx), showMade(ctx, questionOrReason(kit, person, press.merge))])
      return
    case 'yes': {
      const by = { identity: person.identity }
      const result = await undoMerge(kit.db, { merge: press.merge, by }, linkContext(kit))
      const text = phraseText(link, undoEndPhrase(result, person.identity.platform))
      // A second press leaves the first one's result in place.
      if (result.status !== 'undone') return toast(ctx, text, true)
      await Promise.all([toast(ctx), show(ctx, { text })])
      return
    }
    default:
      return press satisfies never
  }
}

async function questionOrReason(kit: Kit, person: Person, merge: number): Promise<View> {
  const { identity, words } = person
  const asked = await previewUndo(kit.db.kysely, { merge, by: { identity } }, linkContext(kit))
  const link = { words, timeZone: kit.settings.timeZone }
  const { platform } = identity
  if (asked.status !== 'allowed') return { text: phraseText(link, undoEndPhrase(asked, platform)) }
  return {
    text: lines(
      `<b>${words.html('merging:undo.title')}</b>`,
      '',
      ...undoQuestionPhrases(asked, platform).map((phrase) => phraseText(link, phrase)),
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('merging:undo.no'), packPress({ act: 'undo', step: 'no' }))
      .row()
      .text(words.plain('merging:undo.yes'), packPress({ act: 'undo', step: 'yes', merge })),
  }
}
