// What stands behind `npm run bench --`.
// @ts-check
import { parseArgs } from 'node:util'

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} names of all benches
 * @returns {{ json: boolean, quick: boolean, only: readonly string[] }} throws with the words for whoever typed it wrong
 */
export function readOptions(args, names) {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } },
  })
  const only = values.only?.split(',').filter(Boolean) ?? names
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new Error(`no bench is called ${unknown.join(', ')}; there are ${names.join(', ')}`)
  return { json: values.json ?? false, quick: values.quick ?? false, only }
}
