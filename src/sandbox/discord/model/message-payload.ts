import { imageFacts } from '../../images.js'
import { INTENT } from './intents.js'
import { isoTime, memberPayload, userPayload } from './payloads.js'
import type { Attachment, Json, Message } from './types.js'
import type { World } from './world.js'

function attachmentPayload(world: World, message: Message, attachment: Attachment): Json {
  const name = encodeURIComponent(attachment.filename)
  const facts = imageFacts(attachment.bytes)
  const url = `${world.url}/attachments/${message.channelId}/${attachment.id}/${name}`
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.bytes.length,
    url,
    proxy_url: url,
    content_type: attachment.contentType,
    ...(facts ? { width: facts.width, height: facts.height } : {}),
    ...(attachment.description === null ? {} : { description: attachment.description }),
    ...(message.ephemeralFor ? { ephemeral: true } : {}),
  }
}

/** True when the bot sees a message's words without the MessageContent intent: its own, direct, or mentioning it. */
function alwaysReadable(world: World, message: Message): boolean {
  return (
    message.authorId === world.botId ||
    message.guildId === null ||
    message.mentions.includes(world.botId) ||
    message.applicationId === world.botId
  )
}

/**
 * A message in Discord's form. Without the right to content its words, embeds, files and components are empty,
 * as Discord leaves them.
 */
export function messagePayload(world: World, message: Message, withContent: boolean): Json {
  const open = withContent || alwaysReadable(world, message)
  const author = message.webhook
    ? {
        id: message.webhook.id,
        username: message.webhook.name,
        discriminator: '0000',
        avatar: null,
        bot: true,
        public_flags: 0,
      }
    : userPayload(world.user(message.authorId))
  const referencedId = message.reference?.message_id
  const referenced =
    typeof referencedId === 'string' ? world.messages.get(message.channelId)?.get(referencedId) : undefined
  return {
    id: message.id,
    channel_id: message.channelId,
    author,
    content: open ? message.content : '',
    timestamp: isoTime(message.timestamp),
    edited_timestamp: message.editedTimestamp === null ? null : isoTime(message.editedTimestamp),
    tts: false,
    mention_everyone: message.mentionEveryone,
    mentions: message.mentions.map((id) => userPayload(world.user(id))),
    mention_roles: message.mentionRoles,
    attachments: open ? message.attachments.map((one) => attachmentPayload(world, message, one)) : [],
    embeds: open ? message.embeds : [],
    components: open ? message.components : [],
    pinned: false,
    type: message.type,
    flags: message.flags,
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.webhook ? { webhook_id: message.webhook.id } : {}),
    ...(message.applicationId
      ? { application_id: message.applicationId, webhook_id: message.applicationId }
      : {}),
    ...(message.reference ? { message_reference: message.reference } : {}),
    ...(message.type === 19
      ? {
          referenced_message: referenced
            ? messagePayload(world, { ...referenced, reference: null }, withContent)
            : null,
        }
      : {}),
    ...(message.interaction ? { interaction_metadata: message.interaction } : {}),
  }
}

function memberOf(world: World, message: Message): Json {
  const member = message.webhook
    ? undefined
    : world.guilds.get(message.guildId ?? '')?.members.get(message.authorId)
  return member ? { member: memberPayload(world, member, false) } : {}
}

/** Tells the gateway of a new or changed message. Ephemeral messages are told to nobody. */
export function dispatchMessage(
  world: World,
  message: Message,
  t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
): void {
  world.messageEvents.emit({ kind: t === 'MESSAGE_CREATE' ? 'created' : 'edited', message })
  if (message.ephemeralFor) {
    world.changes.emit()
    return
  }
  const channel = world.channel(message.channelId)
  // The payload is taken now: a later edit must not change what was told.
  const shapes = [true, false].map((content) => ({
    ...messagePayload(world, message, content),
    ...memberOf(world, message),
    ...(message.guildId ? { guild_id: message.guildId } : {}),
    channel_type: channel.type,
  }))
  world.dispatch({
    t,
    guildId: message.guildId,
    intents: message.guildId ? INTENT.GUILD_MESSAGES : INTENT.DIRECT_MESSAGES,
    data: (viewer) => {
      if (world.permissions(world.botId, channel) === 0n) return null
      return shapes[viewer.intents & INTENT.MESSAGE_CONTENT ? 0 : 1] ?? null
    },
  })
}

/** Removes a message and tells so. */
export function deleteMessage(world: World, message: Message): void {
  message.deleted = true
  world.messagesOf(message.channelId).delete(message.id)
  world.messageEvents.emit({ kind: 'deleted', message })
  if (message.ephemeralFor) {
    world.changes.emit()
    return
  }
  const channel = world.channel(message.channelId)
  world.dispatch({
    t: 'MESSAGE_DELETE',
    guildId: message.guildId,
    intents: message.guildId ? INTENT.GUILD_MESSAGES : INTENT.DIRECT_MESSAGES,
    data: () =>
      world.permissions(world.botId, channel) === 0n
        ? null
        : {
            id: message.id,
            channel_id: message.channelId,
            ...(message.guildId ? { guild_id: message.guildId } : {}),
          },
  })
}
