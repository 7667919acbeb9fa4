import { compareRoles } from '../model/permissions.js'
import type { Guild, Role, User } from '../model/types.js'
import type { World } from '../model/world.js'

const HUES = 7

/** A stable colour number for a face. */
export function hueOf(id: string): number {
  return Number((BigInt(id) >> 12n) % BigInt(HUES))
}

/** The name under which someone is shown in a guild. */
export function shownName(world: World, guild: Guild | undefined, userId: string): string {
  const user = world.users.get(userId)
  return guild?.members.get(userId)?.nick ?? user?.globalName ?? user?.username ?? '?'
}

/** A member's roles from the highest down. */
export function rolesOf(guild: Guild | undefined, userId: string): Role[] {
  const member = guild?.members.get(userId)
  if (!guild || !member) return []
  return [...member.roles]
    .map((id) => guild.roles.get(id))
    .filter((one) => one !== undefined)
    .sort((a, b) => compareRoles(b, a))
}

/** The colour of a name: that of the highest role that has one; 0 for none. */
function nameColor(guild: Guild | undefined, userId: string): number {
  return rolesOf(guild, userId).find((one) => one.color !== 0)?.color ?? 0
}

export interface Face {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly hue: number
  readonly bot: boolean
  readonly color: number
}

export function faceOf(world: World, guild: Guild | undefined, user: User): Face {
  return {
    id: user.id,
    key: user.key,
    name: shownName(world, guild, user.id),
    hue: hueOf(user.id),
    bot: user.bot,
    color: nameColor(guild, user.id),
  }
}
