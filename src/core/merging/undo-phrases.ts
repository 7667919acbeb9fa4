import type { PlatformName } from '../../db/schema.js'
import type { Phrase } from '../linking/phrase.js'
import type { UndoMerge, UndoShare, UndoShares } from './undo-merge.js'

/** Which of the two shares is whose, for somebody who is on this platform. */
function undoSides(
  { survivor, loser }: UndoShares,
  platform: PlatformName,
): { mine: UndoShare; theirs: UndoShare } {
  return loser.platforms.includes(platform)
    ? { mine: loser, theirs: survivor }
    : { mine: survivor, theirs: loser }
}

/** What an undo would give to either side, a line each, as somebody on this platform reads it. */
export function undoQuestionPhrases(shares: UndoShares, platform: PlatformName): Phrase[] {
  const { mine, theirs } = undoSides(shares, platform)
  const { exact, missingCoins } = shares
  return [
    { key: 'merging:undo.mine', values: valuesOf(mine) },
    { key: 'merging:undo.theirs', values: valuesOf(theirs) },
    ...(exact ? [{ key: 'merging:undo.exact' }] : []),
    ...(missingCoins > 0
      ? [{ key: 'merging:undo.missing', values: { coins: { number: missingCoins } } }]
      : []),
    { key: 'merging:undo.blocked' },
  ]
}

/** How an undo ended, for somebody on this platform. */
export function undoEndPhrase(end: UndoMerge, platform: PlatformName): Phrase {
  return end.status === 'undone'
    ? { key: 'merging:undo.done', values: valuesOf(undoSides(end, platform).mine) }
    : { key: `merging:undo.${end.status}` }
}

function valuesOf({ platforms, xp, coins }: UndoShare) {
  return { platforms: { platforms }, xp: { number: xp }, coins: { number: coins } }
}
