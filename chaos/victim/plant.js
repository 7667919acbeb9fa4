// Changes the program's code while it is loaded; see changes.js.
// @ts-check
import { applyChanges, HURRY, MUTATIONS } from './changes.js'

/** @type {import('./changes.js').Change[]} */
let changes = HURRY

/** @param {{ mutation: string | null }} data */
export function initialize({ mutation }) {
  const planted = mutation === null ? undefined : MUTATIONS[mutation]
  if (mutation !== null && !planted) throw new Error(`no such mutation: ${mutation}`)
  changes = planted ? [planted, ...HURRY] : HURRY
}

/**
 * @param {string} url @param {object} context
 * @param {(url: string, context: object) => Promise<{ format: string, source?: string | Buffer }>} next
 */
export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (!url.includes('/dist/') || url.includes('/node_modules/') || loaded.source === undefined) return loaded
  return { ...loaded, source: applyChanges(url, String(loaded.source), changes) }
}
