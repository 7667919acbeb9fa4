const GRAPHEMES_MAX = 32
const CODE_POINTS_MAX = 128
const MARKS_PER_LETTER_MAX = 2

// Control and format characters (bidi overrides, zero width, tags; but the joiner inside an emoji stays), line and
// paragraph separators, lone surrogates, unassigned and private-use code points.
const FORBIDDEN = new RegExp(
  [
    '(?!\\u200d)[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Cn}]',
    // Fillers, selectors and marks that show nothing; U+FE0F stays, it makes a sign an emoji.
    '[\\u034f\\u115f\\u1160\\u2800\\u3164\\uffa0\\ufffc\\ufffd\\u17b4\\u17b5\\u180b-\\u180f\\ufe00-\\ufe0e]|[\\u{e0100}-\\u{e01ef}]',
  ].join('|'),
  'gu',
)
const LONE_JOINER =
  /(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu
const MARK = /\p{M}/u

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Cuts a name from outside to what may be stored and shown: NFC, 1 to 32 graphemes, at most 128 code points and
 * 2 marks a letter, nothing invisible, single spaces. Returns null when nothing is left. Source: safety.md, *Text*.
 */
export function cleanName(raw: string | null | undefined): string | null {
  if (!raw) return null
  // Only the beginning can survive, so a megabyte of name costs nothing.
  const head = raw
    .slice(0, 4 * CODE_POINTS_MAX)
    .replace(/[\t-\r\u2028\u2029]+/g, ' ')
    .replace(FORBIDDEN, '')
    .replace(LONE_JOINER, '')
  const visible = head.normalize('NFC').replace(/\s+/g, ' ').trim()
  let out = ''
  let points = 0
  let graphemes = 0
  for (const { segment } of segmenter.segment(visible)) {
    const letters = limitMarks(segment)
    points += letters.length
    graphemes += 1
    if (graphemes > GRAPHEMES_MAX || points > CODE_POINTS_MAX) break
    out += letters.join('')
  }
  const name = out.trim()
  return name === '' || !/[^\p{M}\s\u200d]/u.test(name) ? null : name
}

function limitMarks(grapheme: string): string[] {
  let marks = 0
  return [...grapheme].filter((point) => !MARK.test(point) || ++marks <= MARKS_PER_LETTER_MAX)
}
