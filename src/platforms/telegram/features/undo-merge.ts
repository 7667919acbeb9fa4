import { InlineKeyboard } from 'grammy'
import {
  previewUndo,
  type UndoMerge,
  type UndoShare,
  type UndoShares,
  undoMerge,
} from '../../../core/merging/undo-merge.js'
import { type Press, packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { lines, type Words } from '../render.js'
import { show, toast, type View } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { linkContext } from './link-context.js'
import { platformList } from './link-words.js'

/** Presses of the question whether a merge is undone. Whose it is, and what comes back, is read anew each time. */
export async function undoPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  press: Extract<Press, { act: 'undo' }>,
): Promise<void> {
  const { words } = person
  switch (press.step) {
    case 'no':
      await Promise.all([toast(ctx), show(ctx, { text: words.html('merging:undo.kept') })])
      return
    case 'ask':
      await Promise.all([toast(ctx), show(ctx, await questionOrReason(kit, person, press.merge))])
      return
    case 'yes': {
      const by = { identity: person.identity }
      const result = await undoMerge(kit.db, { merge: press.merge, by }, linkContext(kit))
      if (result.status !== 'undone') return toast(ctx, reasonText(words, result), true)
      const text = words.html('merging:undo.done', valuesOf(words, sidesOf(result, person).mine))
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
  if (asked.status !== 'allowed') return { text: reasonText(words, asked) }
  const { mine, theirs } = sidesOf(asked, person)
  return {
    text: lines(
      `<b>${words.html('merging:undo.title')}</b>`,
      '',
      words.html('merging:undo.mine', valuesOf(words, mine)),
      words.html('merging:undo.theirs', valuesOf(words, theirs)),
      asked.exact && words.html('merging:undo.exact'),
      asked.missingCoins > 0 &&
        words.html('merging:undo.missing', { coins: words.number(asked.missingCoins) }),
      words.html('merging:undo.blocked'),
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('merging:undo.no'), packPress({ act: 'undo', step: 'no' }))
      .row()
      .text(words.plain('merging:undo.yes'), packPress({ act: 'undo', step: 'yes', merge })),
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

function reasonText(words: Words, { status }: Exclude<UndoMerge, { status: 'undone' }>): string {
  return words.html(`merging:undo.${status}`)
}
