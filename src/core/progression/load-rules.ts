import type { Reader } from '../../db/connect.js'
import { DEFAULT_RULES, type Rules } from './rules.js'

/**
 * Reads the rules that hold now: the ladder of ranks and what the operator changed, over the defaults.
 * `pay` and `timeZone` come from the environment (PAY, COMMUNITY_TIME_ZONE).
 */
export async function loadRules(reader: Reader, fixed: Pick<Rules, 'pay' | 'timeZone'>): Promise<Rules> {
  const ranks = await reader.selectFrom('ttfd.ranks').selectAll().orderBy('xp_needed').execute()
  const stored = await reader
    .selectFrom('ttfd.settings')
    .select('value')
    .where('key', '=', 'rules')
    .executeTakeFirst()
  const changed = over(DEFAULT_RULES, stored?.value) as Omit<Rules, 'ranks' | 'timeZone'>
  return { ...changed, ...fixed, ranks }
}

/** What was stored over the defaults, figure by figure: what was stored before a figure was thought of lacks it. */
function over(defaults: unknown, stored: unknown): unknown {
  if (stored === undefined) return defaults
  if (!isGroup(defaults) || !isGroup(stored)) return stored
  const names = new Set([...Object.keys(defaults), ...Object.keys(stored)])
  return Object.fromEntries([...names].map((name) => [name, over(defaults[name], stored[name])]))
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
