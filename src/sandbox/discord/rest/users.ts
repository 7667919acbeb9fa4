import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyObject } from '../http/body.js'
import type { Route } from '../http/router.js'
import { channelPayload, userPayload } from '../model/payloads.js'
import { compareIds } from '../model/snowflake.js'
import { Form } from '../validate/form.js'
import { limitFrom } from './paging.js'

/** The bot's own user, other users, direct messages, and the gateway's address. */
export function userRoutes(
  core: Core,
  bearerUser: (token: string) => { readonly id: string; readonly payload: object },
): Route[] {
  const { world, settings } = core
  return [
    {
      method: 'GET',
      template: '/gateway',
      door: 'open',
      handle: () => ({ status: 200, body: { url: core.gatewayInfo().url } }),
    },
    {
      method: 'GET',
      template: '/gateway/bot',
      door: 'bot',
      handle: () => {
        const { url, identifiesLeft } = core.gatewayInfo()
        const limit = {
          total: 1_000,
          remaining: identifiesLeft,
          reset_after: 86_400_000,
          max_concurrency: settings.maxConcurrency,
        }
        return { status: 200, body: { url, shards: settings.shards, session_start_limit: limit } }
      },
    },
    {
      method: 'GET',
      template: '/users/@me',
      door: 'bot-or-bearer',
      handle: (call) => {
        if (call.bearer) return { status: 200, body: bearerUser(call.bearer).payload }
        return {
          status: 200,
          body: { ...userPayload(world.bot()), verified: true, mfa_enabled: true, email: null },
        }
      },
    },
    {
      method: 'GET',
      template: '/users/@me/guilds',
      door: 'bot',
      handle: (call) => {
        const after = call.query.get('after') ?? '0'
        const mine = [...world.guilds.values()].filter((one) => one.members.has(world.botId))
        const later = mine
          .filter((one) => compareIds(one.id, after) > 0)
          .sort((a, b) => compareIds(a.id, b.id))
        const body = later.slice(0, limitFrom(call.query, 200, 200)).map((one) => ({
          id: one.id,
          name: one.name,
          icon: null,
          banner: null,
          owner: one.ownerId === world.botId,
          permissions: world.guildPermissions(world.botId, one).toString(),
          features: [],
        }))
        return { status: 200, body }
      },
    },
    {
      method: 'POST',
      template: '/users/@me/channels',
      door: 'bot',
      handle: (call) => {
        const form = new Form()
        const id = form.text(bodyObject(call.body), 'recipient_id', [], { required: true, min: 1 })
        form.check()
        const user = world.user(id ?? '')
        if (user.id === world.botId) throw refusal('cannotDm')
        return { status: 200, body: channelPayload(world, world.dmChannel(world.botId, user.id)) }
      },
    },
    {
      method: 'GET',
      template: '/users/:user',
      door: 'bot',
      handle: (call) => ({ status: 200, body: userPayload(world.user(call.params.user ?? '')) }),
    },
    ...['/applications/@me', '/oauth2/applications/@me'].map(
      (template): Route => ({
        method: 'GET',
        template,
        door: 'bot',
        handle: () => ({ status: 200, body: applicationPayload(core) }),
      }),
    ),
  ]
}

function applicationPayload(core: Core): object {
  const { members, presences, messageContent } = core.settings.privilegedIntents
  // The "limited" flags of small applications: which privileged intents are switched on.
  const flags = (presences ? 1 << 13 : 0) | (members ? 1 << 15 : 0) | (messageContent ? 1 << 19 : 0)
  return {
    id: core.settings.clientId,
    name: 'TTFD',
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    team: null,
    owner: null,
    flags,
    bot: userPayload(core.world.bot()),
    redirect_uris: core.settings.redirectUris ?? [],
    approximate_guild_count: core.world.guilds.size,
  }
}
