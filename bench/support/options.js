// What stands behind `npm run bench --`.
// @ts-check
import { parseArgs } from 'node:util'

/** Without these a commit is no promise: no figure is taken so. */
const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes']

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} names of all benches
 * @returns {{ json: boolean, quick: boolean, only: readonly string[], postgres: readonly string[] }}
 *   `postgres`: settings of the server, as `name=value`; throws with the words for whoever typed it wrong
 */
export function readOptions(args, names) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      only: { type: 'string' },
      postgres: { type: 'string', multiple: true },
    },
  })
  const only = values.only?.split(',').filter(Boolean) ?? names
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new Error(`no bench is called ${unknown.join(', ')}; there are ${names.join(', ')}`)
  const postgres = values.postgres ?? []
  for (const setting of postgres) {
    const [name = ''] = setting.split('=')
    if (!/^\w+=[\w.]+$/.test(setting))
      throw new Error(`no setting of PostgreSQL: ${setting}; write name=value`)
    if (DURABILITY.includes(name.toLowerCase()))
      throw new Error(`${name} stays as it is: figures hold for durable commits`)
  }
  return { json: values.json ?? false, quick: values.quick ?? false, only, postgres }
}
