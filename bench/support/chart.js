// A bench's last figures as one SVG: ours beside the outside one, with a mark where the aim is. Drawn as text, without a
// browser; it brings its own background, so that it is readable on a page of either brightness.
// @ts-check
import { scaleLinear } from 'd3-scale'
import { isReached, readAim } from './aim.js'
import { amount } from './report.js'

const WIDTH = 820
const PAD = 20
const BARS_WIDTH = 520
const BAR = 13
const LINE = 18
const LETTERS_PER_LINE = 104
const ROW_GAP = 18
const HEAD = 66

/** Each pair reaches a contrast of 4.5 on its background. */
const STYLE = `
text{font:14px system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif;fill:#1f2328}
.paper{fill:#fff;stroke:#d1d9e0}.title{font-size:17px;font-weight:600}.quiet{fill:#59636e;font-size:12px}
.ours{fill:#0969da}.outside{fill:#8c959f}.aim{stroke:#bc4c00;stroke-width:2}.aim-word{fill:#bc4c00;font-size:12px}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.paper{fill:#0d1117;stroke:#3d444d}.quiet{fill:#9198a1}
.ours{fill:#4493f8}.outside{fill:#656c76}.aim{stroke:#f0883e}.aim-word{fill:#f0883e}}`

/**
 * @param {import('./last-results.js').Result} result
 * @returns {string} an SVG document
 */
export function chart({ title, machine, figures }) {
  /** @type {string[]} */
  const parts = []
  let y = HEAD
  for (const figure of figures) {
    const row = drawRow(figure, y)
    parts.push(row.svg)
    y += row.height + ROW_GAP
  }
  const height = y - ROW_GAP + PAD
  const facts = `${machine.date} · ${machine.cpu}, ${machine.cores} cores · Node ${machine.node} · ${machine.postgres}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title facts">
<title id="title">${escapeXml(describe(title, figures))}</title>
<desc id="facts">${escapeXml(facts)}</desc>
<style>${STYLE}</style>
<rect class="paper" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${PAD}" y="30">${escapeXml(title)}</text>
<text class="quiet" x="${PAD}" y="49">${escapeXml(facts)}</text>
${parts.join('\n')}
</svg>
`
}

/**
 * One figure in words, the chart's text for whoever does not see it.
 * @param {string} title @param {import('./last-results.js').Result['figures']} figures
 */
function describe(title, figures) {
  const rows = figures.map((figure) => {
    const aim = readAim(figure)
    const reached = isReached(figure) ? 'reached' : 'missed'
    const end = aim ? `, aim ${aim.words}, ${reached}` : ''
    return `${figure.name}: ${amount(figure.ours, figure.unit)} beside ${amount(figure.outside, figure.unit)}${end}`
  })
  return `${title}. ${rows.join('; ')}`
}

/** @param {import('./report.js').Figure} figure @param {number} top */
function drawRow(figure, top) {
  const aim = readAim(figure)
  const scale = scaleLinear()
    .domain([0, Math.max(figure.ours, figure.outside, aim?.ours ?? 0)])
    .range([0, BARS_WIDTH])
    .clamp(true)
  /** @type {string[]} */
  const svg = []
  let y = top
  for (const line of wrap(figure.name)) {
    svg.push(`<text x="${PAD}" y="${y + 13}">${escapeXml(line)}</text>`)
    y += LINE
  }
  const barsTop = y
  for (const side of /** @type {const} */ (['ours', 'outside'])) {
    // A bar that is almost nothing is still seen.
    const width = Math.max(1.5, scale(figure[side]))
    svg.push(
      `<rect class="${side}" x="${PAD}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
      `<text class="quiet" x="${(PAD + width + 6).toFixed(1)}" y="${y + 11}">${side} ${amount(figure[side], figure.unit)}</text>`,
    )
    y += BAR + 4
  }
  if (aim) {
    const x = (PAD + scale(aim.ours)).toFixed(1)
    const word = `aim ${aim.words}, ${isReached(figure) ? 'reached ✓' : 'missed ✗'}`
    svg.push(
      `<line class="aim" x1="${x}" x2="${x}" y1="${barsTop - 2}" y2="${y}"/>`,
      `<text class="aim-word" x="${WIDTH - PAD}" y="${barsTop + 11}" text-anchor="end">${escapeXml(word)}</text>`,
    )
  }
  return { svg: svg.join('\n'), height: y - top }
}

/** @param {string} text */
function wrap(text) {
  /** @type {string[]} */
  const lines = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < LETTERS_PER_LINE)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** @param {string} text */
function escapeXml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
