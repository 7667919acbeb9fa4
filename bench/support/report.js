// @ts-check
import { cpus, totalmem } from 'node:os'

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} ours
 * @property {number} outside
 * @property {string} unit
 * @property {number} ratio ours ÷ outside
 * @property {string} aim of the ratio (`>= 8`), or of our own figure when it names the unit (`p99 <= 20 ms`)
 */

/** @param {string} postgres */
export function machineFacts(postgres) {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? '?',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres,
  }
}

/**
 * A figure with its unit, as short as it may be without lying: `13,505 /s`, `0.79 ms`.
 * @param {number} value @param {string} unit
 */
export function amount(value, unit) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${text} ${unit === '1/s' ? '/s' : unit}`
}

/** @param {readonly Figure[]} figures */
export function table(figures) {
  return figures
    .map(({ name, ours, outside, unit, ratio, aim }) => {
      return `${name}\n    ours ${amount(ours, unit)}, outside ${amount(outside, unit)}: ${ratio.toFixed(2)} (aim ${aim})`
    })
    .join('\n')
}

/**
 * Refuses figures that nothing stands beside: a bench without its competitor must not look like one.
 * @param {readonly Figure[]} figures
 */
export function checkFigures(figures) {
  if (figures.length === 0) throw new Error('it measured nothing')
  for (const { name, ours, outside, ratio } of figures) {
    if (![ours, outside, ratio].every(Number.isFinite) || outside === 0)
      throw new Error(`"${name}" has no figure to stand beside: ours ${ours}, outside ${outside}`)
  }
}
