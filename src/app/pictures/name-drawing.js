// Draws a member's name as a piece of SVG that fits its place, with whatever fonts can draw it.
// @ts-check

import { Resvg } from '@resvg/resvg-js'
import satori from 'satori'
import { graphemesOf, runsOf, systemText } from './name-runs.js'

/**
 * @typedef {{ text: string, fallback: string, x: number, y: number, width: number, size: number, sizeMin: number }} NamePlace
 *   `y`: the baseline. `fallback`: what stands there when nothing of the name can be drawn. Sizes in pixels.
 * @typedef {import('satori').Font[]} Fonts
 * @typedef {import('./name-runs.js').Run} Run
 * @typedef {{ svg: string, width: number, system: boolean }} Piece drawn at EM pixels from x = 0 on a baseline at y = 0
 */

const EM = 100
/** Satori puts a line of Inter's 1.21 em height onto this baseline. */
const BASELINE = 96
const GAP = { letter: 4, space: 27 }
const CUTS_MAX = 4

/**
 * @param {NamePlace} place
 * @param {Fonts} fonts
 * @param {(point: number) => boolean} has
 * @returns {Promise<Piece>} `svg` stands where it belongs; `system`: drawing it needs the machine's fonts
 */
export async function drawName(place, fonts, has) {
  const runs = runsOf(place.text, has)
  const isFallback = runs.length === 0
  const whole = isFallback ? runsOf(place.fallback, has) : runs
  let piece = await drawRuns(whole, fonts)
  const widest = (place.width * EM) / place.sizeMin
  let text = textOf(whole)
  for (let cut = 0; cut < CUTS_MAX && piece.width > widest; cut += 1) {
    const letters = graphemesOf(text)
    text = letters
      .slice(0, Math.max(1, Math.floor((letters.length * widest) / piece.width) - 1))
      .join('')
      .trimEnd()
    piece = await drawRuns(runsOf(`${text}…`, has), fonts)
  }
  const scale = Math.min(place.size, (place.width * EM) / Math.max(piece.width, 1)) / EM
  const { x, y } = place
  const svg = `<g transform="translate(${x} ${y}) scale(${scale.toFixed(4)})">${piece.svg}</g>`
  return { svg, width: piece.width * scale, system: piece.system }
}

/** @param {Run[]} runs */
function textOf(runs) {
  return runs.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join('')
}

/**
 * @param {Run[]} runs
 * @param {Fonts} fonts
 * @returns {Promise<Piece>}
 */
async function drawRuns(runs, fonts) {
  let svg = ''
  let width = 0
  let system = false
  for (const [index, run] of runs.entries()) {
    const piece = run.font === 'own' ? await drawOwn(run.text, fonts) : drawSystem(run.text)
    if (index > 0) width += run.spaced ? GAP.space : GAP.letter
    svg += `<g transform="translate(${width} 0)">${piece.svg}</g>`
    width += piece.width
    system ||= run.font === 'system'
  }
  return { svg, width, system }
}

/**
 * @param {string} text
 * @param {Fonts} fonts
 */
async function drawOwn(text, fonts) {
  const style = { fontFamily: 'Inter', fontWeight: 800, fontSize: EM, letterSpacing: -2, color: '#fff' }
  const line = {
    type: 'div',
    props: { style: { display: 'flex', whiteSpace: 'pre', ...style }, children: text },
  }
  const drawn = await satori(/** @type {any} */ (line), { width: 80 * EM, height: 2 * EM, fonts })
  // Its masks are not used, and their names would be there twice.
  return settled(inside(drawn).replace(/<mask.*?<\/mask>/g, ''), BASELINE, false)
}

/** @param {string} text */
function drawSystem(text) {
  return settled(systemText(text, { x: 0, y: 0, size: EM }), 0, true)
}

/**
 * Moves a drawing so that its ink begins at x = 0 on the baseline y = 0, and measures it.
 * @param {string} svg
 * @param {number} baseline
 * @param {boolean} loadSystemFonts
 */
function settled(svg, baseline, loadSystemFonts) {
  // Only what lies inside of the view counts.
  const room = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-2 * EM} ${-2 * EM} ${84 * EM} ${5 * EM}">${svg}</svg>`
  const box = new Resvg(room, { font: { loadSystemFonts } }).innerBBox()
  const [left, width] = [box?.x ?? 0, box?.width ?? 0]
  return { svg: `<g transform="translate(${-left} ${-baseline})">${svg}</g>`, width }
}

/**
 * The content of an SVG document.
 * @param {string} svg
 */
export function inside(svg) {
  return svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
}
