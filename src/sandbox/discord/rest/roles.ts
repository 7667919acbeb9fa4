import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyList, bodyObject } from '../http/body.js'
import type { Route, RouteCall } from '../http/router.js'
import { AUDIT, createRole, deleteRole, dispatchRole, writeAudit } from '../model/members.js'
import { rolePayload } from '../model/payloads.js'
import { may, outranks } from '../model/permissions.js'
import type { Guild, Json, Role } from '../model/types.js'
import { Form, isObject } from '../validate/form.js'

const ROLES_MAX = 250

interface RoleBody {
  name?: string
  color?: number
  hoist?: boolean
  mentionable?: boolean
  permissions?: bigint
}

function readRole(body: Json): RoleBody {
  const form = new Form()
  const name = form.text(body, 'name', [], { max: 100 })
  const colors = isObject(body.colors) ? body.colors : {}
  const color =
    form.whole(body, 'color', [], 0, 0xff_ff_ff) ??
    form.whole(colors, 'primary_color', ['colors'], 0, 0xff_ff_ff)
  const hoist = form.flag(body, 'hoist', [])
  const mentionable = form.flag(body, 'mentionable', [])
  const bits = form.text(body, 'permissions', [])
  if (bits !== undefined && !/^\d+$/.test(bits)) {
    form.fail(['permissions'], 'NUMBER_TYPE_COERCE', `Value "${bits}" is not int.`)
  }
  form.check()
  return {
    ...(name === undefined ? {} : { name: name === '' ? 'new role' : name }),
    ...(color === undefined ? {} : { color }),
    ...(hoist === undefined ? {} : { hoist }),
    ...(mentionable === undefined ? {} : { mentionable }),
    ...(bits === undefined ? {} : { permissions: BigInt(bits) }),
  }
}

/** Making, changing, moving and deleting roles. */
export function roleRoutes(core: Core): Route[] {
  const { world } = core

  const manageable = (call: RouteCall): Guild => {
    const guild = world.guildOfBot(call.params.guild ?? '')
    if (!may(world.guildPermissions(world.botId, guild), 'MANAGE_ROLES')) throw refusal('missingPermissions')
    return guild
  }
  const refuseForeignRights = (guild: Guild, permissions: bigint | undefined): void => {
    const own = world.guildPermissions(world.botId, guild)
    if (permissions !== undefined && (permissions & ~own) !== 0n) throw refusal('missingPermissions')
  }
  const reachable = (guild: Guild, id: string): Role => {
    const role = guild.roles.get(id)
    if (!role) throw refusal('unknownRole')
    if (!outranks(guild, world.member(guild, world.botId), role)) throw refusal('missingPermissions')
    return role
  }
  const audit = (call: RouteCall, guild: Guild, action: number, targetId: string): void => {
    writeAudit(world, guild, { action, byUserId: world.botId, targetId, reason: call.reason })
  }

  return [
    {
      method: 'POST',
      template: '/guilds/:guild/roles',
      door: 'bot',
      handle: (call) => {
        const guild = manageable(call)
        const body = readRole(bodyObject(call.body))
        refuseForeignRights(guild, body.permissions)
        if (guild.roles.size >= ROLES_MAX) throw refusal('maxRoles')
        const everyone = guild.roles.get(guild.id)?.permissions ?? 0n
        const role = createRole(world, guild, { permissions: everyone, ...body })
        audit(call, guild, AUDIT.roleCreate, role.id)
        return { status: 200, body: rolePayload(role) }
      },
    },
    {
      method: 'PATCH',
      template: '/guilds/:guild/roles',
      door: 'bot',
      handle: (call) => {
        const guild = manageable(call)
        const moves = bodyList(call.body).map((move) => {
          const role = reachable(guild, String(move.id))
          const position = Number(move.position ?? role.position)
          const aim: Role = { ...role, position }
          if (role.id === guild.id || !Number.isInteger(position) || position < 1)
            throw refusal('invalidRole')
          if (!outranks(guild, world.member(guild, world.botId), aim)) throw refusal('missingPermissions')
          return { role, position }
        })
        for (const { role, position } of moves) {
          if (role.position === position) continue
          role.position = position
          dispatchRole(world, guild, role, 'GUILD_ROLE_UPDATE')
        }
        return { status: 200, body: [...guild.roles.values()].map(rolePayload) }
      },
    },
    {
      method: 'PATCH',
      template: '/guilds/:guild/roles/:role',
      door: 'bot',
      handle: (call) => {
        const guild = manageable(call)
        const role = reachable(guild, call.params.role ?? '')
        const body = readRole(bodyObject(call.body))
        refuseForeignRights(guild, body.permissions)
        Object.assign(role, body)
        dispatchRole(world, guild, role, 'GUILD_ROLE_UPDATE')
        audit(call, guild, AUDIT.roleUpdate, role.id)
        return { status: 200, body: rolePayload(role) }
      },
    },
    {
      method: 'DELETE',
      template: '/guilds/:guild/roles/:role',
      door: 'bot',
      handle: (call) => {
        const guild = manageable(call)
        const role = reachable(guild, call.params.role ?? '')
        if (role.id === guild.id || role.managed) throw refusal('invalidRole')
        deleteRole(world, guild, role)
        audit(call, guild, AUDIT.roleDelete, role.id)
        return { status: 204 }
      },
    },
  ]
}
