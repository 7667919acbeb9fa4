import { INTENT } from './intents.js'
import { createMessage } from './messages.js'
import { memberPayload, rolePayload, userPayload, voiceStatePayload } from './payloads.js'
import { may } from './permissions.js'
import type { AuditEntry, Guild, Json, Member, Role, VoiceState } from './types.js'
import type { World } from './world.js'

/** Tells of a changed member; without the GuildMembers intent a bot hears only of itself. */
export function dispatchMember(world: World, guild: Guild, member: Member): void {
  const data = { guild_id: guild.id, ...memberPayload(world, member) }
  const own = member.userId === world.botId
  world.dispatch({
    t: 'GUILD_MEMBER_UPDATE',
    guildId: guild.id,
    intents: own ? 0 : INTENT.GUILD_MEMBERS,
    data: () => data,
  })
}

/** Sets a member's roles. Nothing is told when nothing changed. */
export function setMemberRoles(
  world: World,
  guild: Guild,
  member: Member,
  roles: ReadonlySet<string>,
): boolean {
  const same = roles.size === member.roles.size && [...roles].every((id) => member.roles.has(id))
  if (same) return false
  member.roles = new Set(roles)
  dispatchMember(world, guild, member)
  return true
}

/** Brings a person into a guild, with the greeting in its system channel as Discord writes it. */
export function addMember(world: World, guild: Guild, userId: string): Member {
  const member: Member = {
    userId,
    nick: null,
    roles: new Set(),
    joinedAt: world.now(),
    mute: false,
    deaf: false,
    timeoutUntil: null,
  }
  guild.members.set(userId, member)
  const data = { guild_id: guild.id, ...memberPayload(world, member) }
  world.dispatch({
    t: 'GUILD_MEMBER_ADD',
    guildId: guild.id,
    intents: INTENT.GUILD_MEMBERS,
    data: () => data,
  })
  const system = guild.channels.get(guild.systemChannelId ?? '')
  if (system) createMessage(world, system, { authorId: userId, type: 7 })
  return member
}

/** Takes a person out of a guild: out of voice, out of all roles. */
export function removeMember(world: World, guild: Guild, userId: string): void {
  setVoice(world, guild, userId, { channelId: null })
  guild.members.delete(userId)
  const data = { guild_id: guild.id, user: userPayload(world.user(userId)) }
  world.dispatch({
    t: 'GUILD_MEMBER_REMOVE',
    guildId: guild.id,
    intents: INTENT.GUILD_MEMBERS,
    data: () => data,
  })
}

/** Joins, moves, leaves or mutes in voice and tells of it. */
export function setVoice(
  world: World,
  guild: Guild,
  userId: string,
  change: { channelId?: string | null; selfMute?: boolean; selfDeaf?: boolean },
): void {
  const before = guild.voice.get(userId)
  if (!before && (change.channelId === undefined || change.channelId === null)) return
  const state: VoiceState = before ?? {
    guildId: guild.id,
    userId,
    channelId: null,
    sessionId: world.ids.next().slice(-16).padStart(32, 'c'),
    selfMute: false,
    selfDeaf: false,
  }
  if (change.channelId !== undefined) state.channelId = change.channelId
  if (change.selfMute !== undefined) state.selfMute = change.selfMute
  if (change.selfDeaf !== undefined) state.selfDeaf = change.selfDeaf
  if (state.channelId === null) guild.voice.delete(userId)
  else guild.voice.set(userId, state)
  dispatchVoice(world, guild, state)
}

/** Tells how a person stands in voice now. */
function dispatchVoice(world: World, guild: Guild, state: VoiceState): void {
  const data = voiceStatePayload(world, guild, state)
  world.dispatch({
    t: 'VOICE_STATE_UPDATE',
    guildId: guild.id,
    intents: INTENT.GUILD_VOICE_STATES,
    data: () => data,
  })
}

/** Mutes or deafens a member for the whole guild. */
export function setServerVoice(
  world: World,
  guild: Guild,
  member: Member,
  change: { mute?: boolean; deaf?: boolean },
): void {
  const { mute = member.mute, deaf = member.deaf } = change
  if (mute === member.mute && deaf === member.deaf) return
  member.mute = mute
  member.deaf = deaf
  dispatchMember(world, guild, member)
  const state = guild.voice.get(member.userId)
  if (state) dispatchVoice(world, guild, state)
}

export function dispatchRole(
  world: World,
  guild: Guild,
  role: Role,
  t: 'GUILD_ROLE_CREATE' | 'GUILD_ROLE_UPDATE',
): void {
  const data = { guild_id: guild.id, role: rolePayload(role) }
  world.dispatch({ t, guildId: guild.id, intents: INTENT.GUILDS, data: () => data })
}

/** Makes a role at the bottom, as Discord does. */
export function createRole(world: World, guild: Guild, input: Partial<Omit<Role, 'id'>>): Role {
  const id = world.ids.next()
  const role: Role = {
    id,
    key: input.key ?? id,
    name: input.name ?? 'new role',
    color: input.color ?? 0,
    hoist: input.hoist ?? false,
    position: input.position ?? 1,
    permissions: input.permissions ?? 0n,
    mentionable: input.mentionable ?? false,
    managed: false,
    botId: null,
  }
  guild.roles.set(id, role)
  dispatchRole(world, guild, role, 'GUILD_ROLE_CREATE')
  return role
}

/** Deletes a role; its members lose it silently, as Discord sends no member updates for that. */
export function deleteRole(world: World, guild: Guild, role: Role): void {
  guild.roles.delete(role.id)
  for (const member of guild.members.values()) member.roles.delete(role.id)
  const data = { guild_id: guild.id, role_id: role.id }
  world.dispatch({ t: 'GUILD_ROLE_DELETE', guildId: guild.id, intents: INTENT.GUILDS, data: () => data })
}

/** Audit log actions that the sandbox writes. */
export const AUDIT = {
  kick: 20,
  memberUpdate: 24,
  memberRoles: 25,
  roleCreate: 30,
  roleUpdate: 31,
  roleDelete: 32,
  messageDelete: 72,
} as const

/** Keeps who did what and why. */
export function writeAudit(
  world: World,
  guild: Guild,
  entry: {
    action: number
    byUserId: string
    targetId: string
    reason: string | null
    changes?: readonly Json[]
  },
): AuditEntry {
  const written: AuditEntry = { id: world.ids.next(), changes: [], ...entry }
  guild.audit.push(written)
  const data = {
    guild_id: guild.id,
    id: written.id,
    action_type: written.action,
    user_id: written.byUserId,
    target_id: written.targetId,
    changes: written.changes,
    ...(written.reason === null ? {} : { reason: written.reason }),
  }
  world.dispatch({
    t: 'GUILD_AUDIT_LOG_ENTRY_CREATE',
    guildId: guild.id,
    intents: INTENT.GUILD_MODERATION,
    data: () => (may(world.guildPermissions(world.botId, guild), 'VIEW_AUDIT_LOG') ? data : null),
  })
  return written
}
