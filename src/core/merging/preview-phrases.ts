import type { Phrase, PhraseValue } from '../linking/phrase.js'
import type { LinkPreview } from '../linking/read-link-request.js'
import { type PreviewLine, previewLines } from './preview-lines.js'

/**
 * Field by field what a merge makes of both sides, for the side that reads it: a heading, the fields (as `line`), and
 * what holds afterwards. `duration` says seconds in the reader's words.
 */
export function previewPhrases(
  shown: LinkPreview,
  duration: (seconds: number) => string,
): { phrase: Phrase; line: boolean }[] {
  const shownAs = (name: PreviewLine['name'], value: number): PhraseValue => {
    if (name === 'voice') return { text: duration(value) }
    const rank = name === 'rank' ? shown.ranks[value] : undefined
    return rank ? { rank: { tier: rank.tier, star: rank.star } } : { number: value }
  }
  const own = shown.preview.restriction[shown.mine]
  const said = (key: string) => ({ phrase: { key }, line: false })
  return [
    said('merging:preview.title'),
    ...previewLines(shown).map(({ name, mine, theirs, result }) => ({
      phrase: {
        key: `merging:line.${name}`,
        values: { mine: shownAs(name, mine), theirs: shownAs(name, theirs), result: shownAs(name, result) },
      },
      line: true,
    })),
    ...(shown.preview.private.result ? [said('merging:preview.private')] : []),
    ...(own ? [said(`restrictions:preview.mine_${own}`)] : []),
    said('merging:preview.frozen'),
    said('merging:preview.undo'),
  ]
}
