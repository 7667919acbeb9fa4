import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyObject } from '../http/body.js'
import type { Route, RouteCall } from '../http/router.js'
import { AUDIT, writeAudit } from '../model/members.js'
import { deleteMessage, messagePayload } from '../model/message-payload.js'
import { createMessage, editMessage } from '../model/messages.js'
import { channelPayload } from '../model/payloads.js'
import { may, type PermissionName } from '../model/permissions.js'
import { CHANNEL_TYPE, type Channel, MESSAGE_FLAG, type Message } from '../model/types.js'
import { readMessageBody, refuseEmpty } from '../validate/message.js'
import { messagePage } from './message-page.js'

const NONCE_MEMORY_MS = 5 * 60_000
const TEXTLESS: readonly number[] = [CHANNEL_TYPE.category, CHANNEL_TYPE.forum]

/** The channel as the bot meets it: 50001 where it may not look. */
function visibleChannel(core: Core, id: string): Channel {
  const channel = core.world.channel(id)
  if (!may(core.world.permissions(core.world.botId, channel), 'VIEW_CHANNEL')) throw refusal('missingAccess')
  return channel
}

/** Channels and their messages. */
export function channelRoutes(core: Core): Route[] {
  const { world } = core
  const withContent = (): boolean => core.settings.privilegedIntents.messageContent
  const recentNonces = new Map<string, { readonly message: Message; readonly at: number }>()

  const need = (channel: Channel, ...names: PermissionName[]): void => {
    if (!may(world.permissions(world.botId, channel), ...names)) throw refusal('missingPermissions')
  }
  const channelOf = (call: RouteCall): Channel => visibleChannel(core, call.params.channel ?? '')
  const messageOf = (channel: Channel, call: RouteCall): Message => {
    const message = world.messages.get(channel.id)?.get(call.params.message ?? '')
    if (!message || message.ephemeralFor) throw refusal('unknownMessage')
    return message
  }
  const refuseSending = (channel: Channel): void => {
    if (TEXTLESS.includes(channel.type)) throw refusal('nonTextChannel')
    if (channel.type === CHANNEL_TYPE.dm && channel.recipients.some((id) => world.closedDms.has(id)))
      throw refusal('cannotDm')
    need(channel, channel.thread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES')
    if (channel.thread?.locked) throw refusal('threadArchived')
  }

  const post = (call: RouteCall) => {
    const channel = channelOf(call)
    refuseSending(channel)
    const parts = readMessageBody(world, bodyObject(call.body), call.body.files)
    refuseEmpty(parts)
    if (parts.embeds?.length) need(channel, 'EMBED_LINKS')
    if (parts.attachments?.length) need(channel, 'ATTACH_FILES')
    const known =
      parts.enforceNonce && parts.nonce !== undefined
        ? recentNonces.get(`${channel.id}:${parts.nonce}`)
        : undefined
    if (known && world.now() - known.at < NONCE_MEMORY_MS) {
      return { status: 200, body: messagePayload(world, known.message, true) }
    }
    if (parts.replyTo !== undefined && !world.messagesOf(channel.id).has(parts.replyTo))
      throw refusal('unknownMessage')
    const reference = parts.replyTo
      ? {
          type: 0,
          message_id: parts.replyTo,
          channel_id: channel.id,
          ...(channel.guildId ? { guild_id: channel.guildId } : {}),
        }
      : null
    const message = createMessage(world, channel, {
      authorId: world.botId,
      content: parts.content ?? '',
      embeds: parts.embeds ?? [],
      components: parts.components ?? [],
      attachments: parts.attachments ?? [],
      flags: parts.flags ?? 0,
      nonce: parts.nonce ?? null,
      type: reference ? 19 : 0,
      reference,
      ...(parts.allowedMentions ? { allowedMentions: parts.allowedMentions } : {}),
    })
    for (const [old, { at }] of recentNonces)
      if (world.now() - at >= NONCE_MEMORY_MS) recentNonces.delete(old)
    if (parts.nonce !== undefined)
      recentNonces.set(`${channel.id}:${parts.nonce}`, { message, at: world.now() })
    return { status: 200, body: messagePayload(world, message, true) }
  }

  const patch = (call: RouteCall) => {
    const channel = channelOf(call)
    const message = messageOf(channel, call)
    if (message.authorId !== world.botId) throw refusal('foreignMessage')
    const parts = readMessageBody(world, bodyObject(call.body), call.body.files, {
      kept: message.attachments,
    })
    refuseEmpty({
      content: parts.content ?? message.content,
      embeds: parts.embeds ?? message.embeds,
      attachments: parts.attachments ?? message.attachments,
      components: parts.components ?? message.components,
    })
    editMessage(world, message, {
      ...(parts.content === undefined ? {} : { content: parts.content }),
      ...(parts.embeds ? { embeds: parts.embeds } : {}),
      ...(parts.components ? { components: parts.components } : {}),
      ...(parts.attachments ? { attachments: parts.attachments } : {}),
      ...(parts.allowedMentions ? { allowedMentions: parts.allowedMentions } : {}),
    })
    return { status: 200, body: messagePayload(world, message, true) }
  }

  const remove = (call: RouteCall) => {
    const channel = channelOf(call)
    const message = messageOf(channel, call)
    if (message.authorId !== world.botId) {
      need(channel, 'MANAGE_MESSAGES')
      const guild = world.guilds.get(channel.guildId ?? '')
      const entry = {
        action: AUDIT.messageDelete,
        byUserId: world.botId,
        targetId: message.authorId,
        reason: call.reason,
      }
      if (guild) writeAudit(world, guild, entry)
    }
    deleteMessage(world, message)
    return { status: 204 }
  }

  const crosspost = (call: RouteCall) => {
    const channel = channelOf(call)
    const message = messageOf(channel, call)
    if (channel.type !== CHANNEL_TYPE.announcement) throw refusal('wrongChannelType')
    need(channel, message.authorId === world.botId ? 'SEND_MESSAGES' : 'MANAGE_MESSAGES')
    if (message.flags & MESSAGE_FLAG.crossposted) throw refusal('alreadyCrossposted')
    editMessage(world, message, { flags: message.flags | MESSAGE_FLAG.crossposted, silent: true })
    return { status: 200, body: messagePayload(world, message, withContent()) }
  }

  const list = '/channels/:channel/messages'
  const single = `${list}/:message`
  return [
    {
      method: 'GET',
      template: '/channels/:channel',
      door: 'bot',
      handle: (call) => ({ status: 200, body: channelPayload(world, channelOf(call)) }),
    },
    {
      method: 'GET',
      template: list,
      door: 'bot',
      handle: (call) => {
        const channel = channelOf(call)
        if (TEXTLESS.includes(channel.type)) throw refusal('nonTextChannel')
        const page = messagePage(world, channel, call.query)
        return { status: 200, body: page.map((one) => messagePayload(world, one, withContent())) }
      },
    },
    {
      method: 'GET',
      template: single,
      door: 'bot',
      handle: (call) => {
        const channel = channelOf(call)
        need(channel, 'READ_MESSAGE_HISTORY')
        return { status: 200, body: messagePayload(world, messageOf(channel, call), withContent()) }
      },
    },
    { method: 'POST', template: list, door: 'bot', handle: post },
    { method: 'PATCH', template: single, door: 'bot', handle: patch },
    { method: 'DELETE', template: single, door: 'bot', handle: remove },
    { method: 'POST', template: `${single}/crosspost`, door: 'bot', handle: crosspost },
    {
      method: 'POST',
      template: '/channels/:channel/typing',
      door: 'bot',
      handle: (call) => {
        refuseSending(channelOf(call))
        return { status: 204 }
      },
    },
  ]
}
