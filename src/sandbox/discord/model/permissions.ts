import { compareIds } from './snowflake.js'
import type { Channel, Guild, Member, Role } from './types.js'

/** Permission bits by Discord's names; only those that the sandbox enforces or gives. */
const PERMISSION = {
  KICK_MEMBERS: 1n << 1n,
  BAN_MEMBERS: 1n << 2n,
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_AUDIT_LOG: 1n << 7n,
  STREAM: 1n << 9n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  CONNECT: 1n << 20n,
  SPEAK: 1n << 21n,
  MUTE_MEMBERS: 1n << 22n,
  DEAFEN_MEMBERS: 1n << 23n,
  MOVE_MEMBERS: 1n << 24n,
  CHANGE_NICKNAME: 1n << 26n,
  MANAGE_NICKNAMES: 1n << 27n,
  MANAGE_ROLES: 1n << 28n,
  MANAGE_WEBHOOKS: 1n << 29n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  MODERATE_MEMBERS: 1n << 40n,
} as const

export type PermissionName = keyof typeof PERMISSION

const ALL_PERMISSIONS = (1n << 53n) - 1n

/** Adds up permission bits by name. */
export function permissionBits(...names: PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | PERMISSION[name], 0n)
}

/** What a member may do in the guild at large. The owner and administrators may do everything. */
export function guildPermissions(guild: Guild, member: Member): bigint {
  if (guild.ownerId === member.userId) return ALL_PERMISSIONS
  let bits = guild.roles.get(guild.id)?.permissions ?? 0n
  for (const id of member.roles) bits |= guild.roles.get(id)?.permissions ?? 0n
  return bits & PERMISSION.ADMINISTRATOR ? ALL_PERMISSIONS : bits
}

/** What a member may do in one channel, overwrites applied in Discord's order. Threads ask their parent. */
export function channelPermissions(guild: Guild, member: Member, channel: Channel): bigint {
  const base = guildPermissions(guild, member)
  if (base === ALL_PERMISSIONS) return base
  const source = channel.thread ? (guild.channels.get(channel.parentId ?? '') ?? channel) : channel
  const everyone = source.overwrites.find((one) => one.id === guild.id)
  let bits = everyone ? (base & ~everyone.deny) | everyone.allow : base
  let deny = 0n
  let allow = 0n
  for (const one of source.overwrites) {
    if (one.type === 0 && one.id !== guild.id && member.roles.has(one.id)) {
      deny |= one.deny
      allow |= one.allow
    }
  }
  bits = (bits & ~deny) | allow
  const own = source.overwrites.find((one) => one.type === 1 && one.id === member.userId)
  if (own) bits = (bits & ~own.deny) | own.allow
  return bits & PERMISSION.VIEW_CHANNEL ? bits : 0n
}

/** True when `bits` holds every named permission. */
export function may(bits: bigint, ...names: PermissionName[]): boolean {
  const wanted = permissionBits(...names)
  return (bits & wanted) === wanted
}

/** Order of roles: higher position first counts more; among equals the older role stands higher. */
export function compareRoles(a: Role, b: Role): number {
  return a.position === b.position ? compareIds(b.id, a.id) : a.position - b.position
}

/** True when the member stands above the role. The owner stands above all. */
export function outranks(guild: Guild, member: Member, role: Role): boolean {
  if (guild.ownerId === member.userId) return true
  const own = [...member.roles].map((id) => guild.roles.get(id)).filter((one) => one !== undefined)
  return own.some((one) => compareRoles(one, role) > 0)
}

/** True when the first member stands above the second: needed to rename, mute or kick. */
export function outranksMember(guild: Guild, first: Member, second: Member): boolean {
  if (guild.ownerId === second.userId) return first.userId === second.userId
  if (guild.ownerId === first.userId) return true
  return [...second.roles]
    .map((id) => guild.roles.get(id))
    .every((role) => role === undefined || outranks(guild, first, role))
}
