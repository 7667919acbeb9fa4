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
  return { ...DEFAULT_RULES, ...(stored?.value as Partial<Rules> | undefined), ...fixed, ranks }
}
