import type { Reader } from '../../db/connect.js'
import type { RoleBlock } from '../../db/tables/roles.js'
import { EXAMPLES_MAX, type Finding, ok, warn } from './finding.js'
import { type RoleSheet, readRoleSheets } from './role-sheet.js'

/**
 * Members whose rank role cannot be given, by what stands in the way. Who left the guild is nothing to mend, and
 * guilds without rank roles are left out.
 */
export async function checkRoles(reader: Reader): Promise<Finding[]> {
  const sheets = await readRoleSheets(reader)
  if (sheets.length === 0) return []
  const above = blockedBy('role_above_bot', sheets)
  const forbidden = blockedBy('missing_permission', sheets)
  const deleted = blockedBy('role_deleted', sheets)
  const findings: Finding[] = []
  if (above) findings.push(warn('roles_above_bot', above))
  if (forbidden) findings.push(warn('roles_not_permitted', forbidden))
  if (deleted) findings.push(warn('roles_deleted', deleted))
  return findings.length > 0 ? findings : [ok('roles_ok', { count: sheets.length })]
}

/** How many members a reason blocks, and where; null: nobody. */
function blockedBy(reason: RoleBlock, sheets: readonly RoleSheet[]): Finding['values'] | null {
  const hit = sheets.filter((sheet) => (sheet.members.blocked[reason] ?? 0) > 0)
  const first = hit[0]
  if (!first) return null
  const count = hit.reduce((sum, sheet) => sum + (sheet.members.blocked[reason] ?? 0), 0)
  const guilds = hit.slice(0, EXAMPLES_MAX).map((sheet) => sheet.guildId)
  return { count, guilds: guilds.join(', '), first: first.guildId }
}
