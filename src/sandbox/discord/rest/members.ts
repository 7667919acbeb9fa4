import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyObject } from '../http/body.js'
import type { Reply, Route, RouteCall } from '../http/router.js'
import {
  AUDIT,
  dispatchMember,
  setMemberRoles,
  setServerVoice,
  setVoice,
  writeAudit,
} from '../model/members.js'
import { memberPayload } from '../model/payloads.js'
import { may, outranks, outranksMember, type PermissionName } from '../model/permissions.js'
import type { Guild, Json, Member, Role } from '../model/types.js'
import { Form } from '../validate/form.js'

interface Target {
  readonly guild: Guild
  readonly member: Member
  readonly bot: Member
}

/** Changing members: nickname, roles, voice. The bot's permissions and its place among the roles decide. */
export function memberRoutes(core: Core): Route[] {
  const { world } = core

  const targetOf = (call: RouteCall): Target => {
    const guild = world.guildOfBot(call.params.guild ?? '')
    return {
      guild,
      member: world.member(guild, call.params.user ?? ''),
      bot: world.member(guild, world.botId),
    }
  }

  const need = (target: Target, permission: PermissionName): void => {
    if (!may(world.guildPermissions(world.botId, target.guild), permission))
      throw refusal('missingPermissions')
  }

  /** Gives or takes single roles after checking each against the bot's rank. */
  const changeRoles = (target: Target, wanted: ReadonlySet<string>, reason: string | null): void => {
    const { guild, member, bot } = target
    need(target, 'MANAGE_ROLES')
    const touched = [...new Set([...wanted, ...member.roles])].filter(
      (id) => wanted.has(id) !== member.roles.has(id),
    )
    const roles = touched.map((id) => {
      const role = guild.roles.get(id)
      if (!role) throw refusal('unknownRole')
      return role
    })
    for (const role of roles) refuseUngovernable(guild, bot, role)
    if (!setMemberRoles(world, guild, member, wanted)) return
    const changes: Json[] = roles.map((role) => ({
      key: wanted.has(role.id) ? '$add' : '$remove',
      new_value: [{ id: role.id, name: role.name }],
    }))
    writeAudit(world, guild, {
      action: AUDIT.memberRoles,
      byUserId: world.botId,
      targetId: member.userId,
      reason,
      changes,
    })
  }

  const patch = (call: RouteCall): Reply => {
    const target = targetOf(call)
    const { guild, member, bot } = target
    const body = bodyObject(call.body)
    const form = new Form()
    const nick = form.text(body, 'nick', [], { max: 32 })
    const mute = form.flag(body, 'mute', [])
    const deaf = form.flag(body, 'deaf', [])
    if (body.roles !== undefined && body.roles !== null && !Array.isArray(body.roles)) {
      form.fail(['roles'], 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')
    }
    form.check()
    const roles = Array.isArray(body.roles) ? new Set(body.roles.map(String)) : null
    if (roles?.has(guild.id)) throw refusal('invalidRole')
    if ('nick' in body) {
      need(target, member === bot ? 'CHANGE_NICKNAME' : 'MANAGE_NICKNAMES')
      if (member !== bot && !outranksMember(guild, bot, member)) throw refusal('missingPermissions')
    }
    refuseVoice(target, body, mute, deaf)
    if (roles) changeRoles(target, roles, call.reason)
    if ('nick' in body && (nick || null) !== member.nick) {
      member.nick = nick || null
      dispatchMember(world, guild, member)
    }
    setServerVoice(world, guild, member, {
      ...(mute === undefined ? {} : { mute }),
      ...(deaf === undefined ? {} : { deaf }),
    })
    if ('channel_id' in body)
      setVoice(world, guild, member.userId, {
        channelId: body.channel_id === null ? null : String(body.channel_id),
      })
    return { status: 200, body: memberPayload(world, member) }
  }

  const refuseVoice = (
    target: Target,
    body: Json,
    mute: boolean | undefined,
    deaf: boolean | undefined,
  ): void => {
    const connected = target.guild.voice.has(target.member.userId)
    if (mute !== undefined) need(target, 'MUTE_MEMBERS')
    if (deaf !== undefined) need(target, 'DEAFEN_MEMBERS')
    if ('channel_id' in body) need(target, 'MOVE_MEMBERS')
    const touchesVoice = mute !== undefined || deaf !== undefined || 'channel_id' in body
    if (touchesVoice && !connected) throw refusal('notInVoice')
    if (typeof body.channel_id === 'string' && !target.guild.channels.has(body.channel_id))
      throw refusal('unknownChannel')
  }

  const single = (call: RouteCall, give: boolean): Reply => {
    const target = targetOf(call)
    const id = call.params.role ?? ''
    const role = target.guild.roles.get(id)
    if (!role) throw refusal('unknownRole')
    need(target, 'MANAGE_ROLES')
    // Also a change that changes nothing is refused for a role out of reach.
    refuseUngovernable(target.guild, target.bot, role)
    const wanted = new Set(target.member.roles)
    if (give) wanted.add(id)
    else wanted.delete(id)
    changeRoles(target, wanted, call.reason)
    return { status: 204 }
  }

  const roleTemplate = '/guilds/:guild/members/:user/roles/:role'
  return [
    { method: 'PATCH', template: '/guilds/:guild/members/:user', door: 'bot', handle: patch },
    { method: 'PUT', template: roleTemplate, door: 'bot', handle: (call) => single(call, true) },
    { method: 'DELETE', template: roleTemplate, door: 'bot', handle: (call) => single(call, false) },
  ]
}

/** A role that is managed, is @everyone, or stands at or above the bot's highest is out of the bot's reach: 50013. */
function refuseUngovernable(guild: Guild, bot: Member, role: Role): void {
  if (role.id === guild.id) throw refusal('invalidRole')
  if (role.managed || !outranks(guild, bot, role)) throw refusal('missingPermissions')
}
