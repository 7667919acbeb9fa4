// What an aim asks of a figure.
// @ts-check

/**
 * @typedef {object} Aim
 * @property {'<=' | '>='} direction
 * @property {number} ours the value of our own figure at which the aim is just met
 * @property {string} words as people read it: `≥ 8 ×`, `p99 ≤ 20 ms`
 */

/**
 * Reads an aim: of the ratio when it names no unit, else of our own figure.
 * @param {import('./report.js').Figure} figure
 * @returns {Aim | undefined} undefined when the figure is told without an aim
 */
export function readAim({ aim, outside, unit }) {
  const found = /(<=|>=|<|>)\s*([\d.]+)\s*(\S+)?/.exec(aim.replaceAll(',', ''))
  if (!found?.[1] || !found[2]) return undefined
  const direction = found[1].startsWith('<') ? '<=' : '>='
  const value = Number(found[2])
  const ofRatio = found[3] === undefined
  if (!ofRatio && found[3] !== unit) throw new Error(`the aim "${aim}" is not in ${unit}`)
  const words = aim.replaceAll('<=', '≤').replaceAll('>=', '≥')
  return { direction, ours: ofRatio ? value * outside : value, words: ofRatio ? `${words} ×` : words }
}

/** @param {import('./report.js').Figure} figure @returns {boolean | undefined} undefined: there is no aim */
export function isReached(figure) {
  const aim = readAim(figure)
  if (!aim) return undefined
  return aim.direction === '<=' ? figure.ours <= aim.ours : figure.ours >= aim.ours
}
