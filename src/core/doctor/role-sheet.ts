import type { Reader } from '../../db/connect.js'
import type { RoleBlock } from '../../db/tables/roles.js'
import { readGuildRoles, type TIERS } from '../roles/guild-roles.js'
import { summarizeRoles } from '../roles/role-states.js'

export type Tier = (typeof TIERS)[number]

/** What an operator may need to know about the rank roles of one guild. */
export type RoleSheet = {
  guildId: string
  /** Role id of each tier, from the lowest; null: the tier has no role here. */
  roles: Record<Tier, string | null>
  members: RoleCounts
}

/** Members of a guild by the state of their rank role. */
type RoleCounts = {
  applied: number
  queued: number
  blocked: Partial<Record<RoleBlock, number>>
}

/** Sheets of all guilds that have rank roles, by guild id. */
export async function readRoleSheets(reader: Reader): Promise<RoleSheet[]> {
  const guilds = await reader
    .selectFrom('ttfd.guild_roles')
    .select('guild_id')
    .distinct()
    .orderBy('guild_id')
    .execute()
  const summary = await summarizeRoles(reader)
  const sheets: RoleSheet[] = []
  for (const { guild_id: guildId } of guilds) {
    const members: RoleCounts = { applied: 0, queued: 0, blocked: {} }
    for (const row of summary) {
      if (row.guildId !== guildId) continue
      if (row.state !== 'blocked') members[row.state] = row.members
      else if (row.reason !== null) members.blocked[row.reason] = row.members
    }
    sheets.push({ guildId, roles: rolesByTier(await readGuildRoles(reader, guildId)), members })
  }
  return sheets
}

/** A guild's roles with every tier named, from the lowest. */
export function rolesByTier(roles: ReadonlyMap<string, string>): RoleSheet['roles'] {
  const of = (tier: Tier) => roles.get(tier) ?? null
  return { F: of('F'), E: of('E'), D: of('D'), C: of('C'), B: of('B'), A: of('A'), S: of('S') }
}
