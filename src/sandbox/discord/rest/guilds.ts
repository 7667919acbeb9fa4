import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import type { Route, RouteCall } from '../http/router.js'
import { channelPayload, guildPayload, memberPayload, rolePayload, userPayload } from '../model/payloads.js'
import { may } from '../model/permissions.js'
import { compareIds } from '../model/snowflake.js'
import type { Guild } from '../model/types.js'
import { limitFrom } from './paging.js'

/** Reading a guild: itself, its roles, channels, members and audit log. */
export function guildRoutes(core: Core): Route[] {
  const { world } = core
  const guildOf = (call: RouteCall): Guild => world.guildOfBot(call.params.guild ?? '')
  return [
    {
      method: 'GET',
      template: '/guilds/:guild',
      door: 'bot',
      handle: (call) => {
        const guild = guildOf(call)
        const counts =
          call.query.get('with_counts') === 'true' ? { approximate_member_count: guild.members.size } : {}
        return { status: 200, body: { ...guildPayload(guild), ...counts } }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/roles',
      door: 'bot',
      handle: (call) => ({ status: 200, body: [...guildOf(call).roles.values()].map(rolePayload) }),
    },
    {
      method: 'GET',
      template: '/guilds/:guild/roles/:role',
      door: 'bot',
      handle: (call) => {
        const role = guildOf(call).roles.get(call.params.role ?? '')
        if (!role) throw refusal('unknownRole')
        return { status: 200, body: rolePayload(role) }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/channels',
      door: 'bot',
      handle: (call) => {
        const channels = [...guildOf(call).channels.values()].filter((one) => !one.thread)
        return { status: 200, body: channels.map((one) => channelPayload(world, one)) }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/threads/active',
      door: 'bot',
      handle: (call) => {
        const threads = [...guildOf(call).channels.values()].filter(
          (one) => one.thread && !one.thread.archived && world.permissions(world.botId, one) !== 0n,
        )
        return {
          status: 200,
          body: { threads: threads.map((one) => channelPayload(world, one)), members: [] },
        }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members',
      door: 'bot',
      handle: (call) => {
        const guild = guildOf(call)
        // Listing needs the privileged intent, as in Discord.
        if (!core.settings.privilegedIntents.members) throw refusal('missingAccess')
        const after = call.query.get('after') ?? '0'
        const later = [...guild.members.values()]
          .filter((one) => compareIds(one.userId, /^\d+$/.test(after) ? after : '0') > 0)
          .sort((a, b) => compareIds(a.userId, b.userId))
        const page = later.slice(0, limitFrom(call.query, 1_000, 1))
        return { status: 200, body: page.map((one) => memberPayload(world, one)) }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members/search',
      door: 'bot',
      handle: (call) => {
        const guild = guildOf(call)
        const query = (call.query.get('query') ?? '').toLowerCase()
        const found = [...guild.members.values()].filter((one) => {
          const user = world.user(one.userId)
          return [user.username, user.globalName, one.nick].some((name) =>
            name?.toLowerCase().startsWith(query),
          )
        })
        return {
          status: 200,
          body: found.slice(0, limitFrom(call.query, 1_000, 1)).map((one) => memberPayload(world, one)),
        }
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members/:user',
      door: 'bot',
      handle: (call) => ({
        status: 200,
        body: memberPayload(world, world.member(guildOf(call), call.params.user ?? '')),
      }),
    },
    {
      method: 'GET',
      template: '/guilds/:guild/audit-logs',
      door: 'bot',
      handle: (call) => {
        const guild = guildOf(call)
        if (!may(world.guildPermissions(world.botId, guild), 'VIEW_AUDIT_LOG'))
          throw refusal('missingPermissions')
        const newest = [...guild.audit].reverse().slice(0, limitFrom(call.query, 100, 50))
        const entries = newest.map((one) => ({
          id: one.id,
          action_type: one.action,
          user_id: one.byUserId,
          target_id: one.targetId,
          changes: one.changes,
          ...(one.reason === null ? {} : { reason: one.reason }),
        }))
        const involved = new Set(newest.flatMap((one) => [one.byUserId, one.targetId]))
        const users = [...involved].map((id) => world.users.get(id)).filter((one) => one !== undefined)
        const body = {
          audit_log_entries: entries,
          users: users.map(userPayload),
          webhooks: [],
          integrations: [],
          threads: [],
          application_commands: [],
          auto_moderation_rules: [],
          guild_scheduled_events: [],
        }
        return { status: 200, body }
      },
    },
  ]
}
