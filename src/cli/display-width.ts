const segmenter = new Intl.Segmenter('ru', { granularity: 'grapheme' })

// East Asian wide and full-width letters (UAX 11) and emoji take two columns of a terminal.
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])|\ufe0f/u
const BARE_MARK = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** How many columns a text takes on a terminal: Cyrillic 1 each, marks 0, emoji and ideographs 2. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(text)) {
    if (BARE_MARK.test(segment)) continue
    width += WIDE.test(segment) ? 2 : 1
  }
  return width
}

/** Fills a text with blanks up to a width in columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'right' ? text + blanks : blanks + text
}
