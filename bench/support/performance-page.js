// Writes the last figures into docs/performance.md, between `<!-- bench NAME -->` and `<!-- /bench -->`; what people wrote
// around them stays as it is.
// @ts-check
import { isReached, readAim } from './aim.js'
import { amount } from './report.js'

const END = '<!-- /bench -->'

/**
 * @param {string} page the page as it is
 * @param {readonly import('./last-results.js').Result[]} results
 * @returns {string} the page with these results; a bench without a place of its own gets one at the end
 */
export function writeTables(page, results) {
  return results.reduce((text, result) => {
    const start = `<!-- bench ${result.name} -->`
    const at = text.indexOf(start)
    const block = `${start}\n${tableOf(result)}\n${END}`
    if (at < 0) return `${text.trimEnd()}\n\n## ${result.title}\n\n${block}\n`
    const end = text.indexOf(END, at)
    if (end < 0) throw new Error(`${start} has no ${END}`)
    return text.slice(0, at) + block + text.slice(end + END.length)
  }, page)
}

/** @param {import('./last-results.js').Result} result */
function tableOf({ name, title, machine, figures }) {
  const rows = figures.map((figure) => {
    const reached = isReached(figure)
    const cells = [
      figure.name,
      amount(figure.ours, figure.unit),
      amount(figure.outside, figure.unit),
      `**${precise(figure.ratio)}**`,
      readAim(figure)?.words ?? figure.aim,
      reached === undefined ? '' : reached ? 'reached' : 'missed',
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return [
    `![${title}: our figures beside the outside ones and the aims](images/bench-${name}.svg)`,
    '',
    `${machine.date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB, Node ${machine.node}, ${machine.postgres}.`,
    '',
    '| figure | ours | outside | ratio | aim | |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** @param {number} ratio */
function precise(ratio) {
  return ratio >= 10 ? ratio.toFixed(0) : ratio >= 0.1 ? ratio.toFixed(2) : ratio.toFixed(3)
}
