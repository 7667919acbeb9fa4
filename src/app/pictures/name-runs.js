// What of a name can be drawn, and with which fonts: our own where they have the letters, else the machine's.
// @ts-check

import { Resvg } from '@resvg/resvg-js'

/** @typedef {{ text: string, font: 'own' | 'system', spaced: boolean }} Run */

// A name is cut before it is stored; whatever comes here all the same is cut again, before any work.
const GRAPHEMES_MAX = 32
const POINTS_MAX = 128
const RIGHT_TO_LEFT = /[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}]/u
/** What shows nothing, and what asks for emoji as pictures, which resvg cannot draw from fonts. Persian needs U+200C. */
const UNSEEN = /(?!\u200c)[\p{Cc}\p{Cf}\p{Variation_Selector}]/gu
const CELL = 48
const SYSTEM_FAMILY = "'Noto Sans', 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"
/** A code point that is no character, so that every font answers with its sign for what it lacks. */
const NOTHING = '\u{10fffd}'

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Splits a name into runs that can be drawn; letters that no font here has are left out. Empty when nothing is left.
 * @param {string} name
 * @param {(point: number) => boolean} has whether our own fonts have a code point
 * @returns {Run[]}
 */
export function runsOf(name, has) {
  const letters = graphemesOf(name).map((grapheme) => asOwn(grapheme, has))
  const foreign = letters.filter(({ own }) => !own).flatMap(({ text }) => [...text])
  const drawable = foreign.length === 0 ? new Set() : drawableBySystem([...new Set(foreign)])
  const kept = letters.filter(({ own, text }) => own || [...text].every((point) => drawable.has(point)))
  if (!kept.some(({ text }) => /[^\s\p{M}\p{Cf}]/u.test(text))) return []
  const whole = kept.map(({ text }) => text).join('')
  // Text that runs from right to left is ordered and joined by the machine's fonts, all of it together.
  if (RIGHT_TO_LEFT.test(whole)) return [{ text: whole.trim(), font: 'system', spaced: false }]
  /** @type {Run[]} */
  const runs = []
  let spaced = false
  for (const { own, text } of kept) {
    const last = runs.at(-1)
    const font = own ? 'own' : 'system'
    if (/^\s+$/.test(text)) spaced = true
    else if (last?.font === font) last.text += (spaced ? ' ' : '') + text
    else runs.push({ text, font, spaced })
    if (!/^\s+$/.test(text)) spaced = false
  }
  return runs
}

/**
 * @param {string} name
 * @returns {string[]}
 */
export function graphemesOf(name) {
  /** @type {string[]} */
  const graphemes = []
  let points = 0
  const head = name
    .slice(0, 2 * POINTS_MAX)
    .toWellFormed()
    .replaceAll('\ufffd', '')
  for (const { segment } of segmenter.segment(head)) {
    points += [...segment].length
    if (graphemes.length === GRAPHEMES_MAX || points > POINTS_MAX) break
    graphemes.push(segment)
  }
  return graphemes
}

/**
 * A letter as our own fonts have it: as it is, or its plain form (fancy mathematical and full-width letters).
 * @param {string} grapheme
 * @param {(point: number) => boolean} has
 * @returns {{ text: string, own: boolean }}
 */
function asOwn(grapheme, has) {
  const text = grapheme.replace(UNSEEN, '')
  const isOwn = (/** @type {string} */ form) =>
    form !== '' && [...form].every((point) => /\s/.test(point) || has(point.codePointAt(0) ?? 0))
  for (const form of [text, text.normalize('NFC'), text.normalize('NFKC')])
    if (isOwn(form)) return { text: form, own: true }
  // A letter under more marks than the font has is better without them than not at all.
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '')
  if (text !== bare && isOwn(bare)) return { text: bare, own: true }
  return { text, own: text === '' }
}

/**
 * Which characters the machine's fonts can draw, found by drawing them: one that shows nothing, or the sign for a
 * missing letter, cannot.
 * @param {string[]} points
 * @returns {Set<string>}
 */
function drawableBySystem(points) {
  const cells = [NOTHING, ...points]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL * cells.length}" height="${CELL}">${cells
    .map((point, index) => systemText(point, { x: index * CELL + CELL / 4, y: CELL * 0.7, size: CELL / 2 }))
    .join('')}</svg>`
  const image = new Resvg(svg, { font: { loadSystemFonts: true } }).render()
  const { pixels, width } = image
  const pictures = cells.map((_, index) => alphaOf(pixels, width, index * CELL))
  return new Set(points.filter((_, index) => ![undefined, pictures[0]].includes(pictures[index + 1])))
}

/**
 * The opacity of one cell's pixels as text; undefined when all are clear.
 * @param {Buffer} pixels
 * @param {number} width
 * @param {number} left
 */
function alphaOf(pixels, width, left) {
  let text = ''
  let isClear = true
  for (let y = 0; y < CELL; y += 1) {
    for (let x = 0; x < CELL; x += 1) {
      const alpha = pixels[(y * width + left + x) * 4 + 3] ?? 0
      if (alpha > 0) isClear = false
      text += String.fromCharCode(alpha)
    }
  }
  return isClear ? undefined : text
}

/**
 * Text that resvg draws with the machine's fonts.
 * @param {string} text
 * @param {{ x: number, y: number, size: number }} at `y`: the baseline
 */
export function systemText(text, { x, y, size }) {
  // A mark of its direction keeps the ellipsis at the end of the words.
  const mark = RIGHT_TO_LEFT.test(text) ? '\u200f' : ''
  return `<text x="${x}" y="${y}" font-family="${SYSTEM_FAMILY}" font-weight="700" font-size="${size}" fill="#fff">${escapeXml(text)}${mark}</text>`
}

/** @param {string} text */
function escapeXml(text) {
  // What XML cannot carry at all would make the whole picture unreadable.
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
