import type { Generated } from 'kysely'
import type { MaybeTime, TimeDefault } from '../columns.js'

export type GuildRolesTable = { guild_id: string; tier: string; role_id: string }

export type RoleState = 'applied' | 'queued' | 'blocked'

export type RoleBlock = 'role_above_bot' | 'missing_permission' | 'role_deleted' | 'member_gone'

export type RoleStatesTable = {
  guild_id: string
  discord_id: string
  wanted_tier: string | null
  applied_tier: string | null
  state: Generated<RoleState>
  reason: RoleBlock | null
  asked: Generated<number>
  attempts: Generated<number>
  available_at: TimeDefault
  leased_until: MaybeTime
  lease_token: string | null
  checked_at: MaybeTime
  changed_at: MaybeTime
}
