// @ts-check
import { cpus, totalmem } from 'node:os'

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} ours
 * @property {number} outside
 * @property {string} unit
 * @property {number} ratio ours ÷ outside
 * @property {string} aim
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

/** @param {readonly Figure[]} figures */
export function table(figures) {
  const number = (/** @type {number} */ value) => value.toFixed(value < 100 ? 2 : 0)
  return figures
    .map(({ name, ours, outside, unit, ratio, aim }) => {
      return `${name}\n    ours ${number(ours)} ${unit}, outside ${number(outside)} ${unit}: ${ratio.toFixed(2)} (aim ${aim})`
    })
    .join('\n')
}
