import { dispatchMessage } from './message-payload.js'
import { may } from './permissions.js'
import type { Attachment, Channel, Json, Message } from './types.js'
import type { World } from './world.js'

export interface NewMessage {
  readonly authorId: string
  readonly content?: string
  readonly embeds?: Json[]
  readonly components?: Json[]
  readonly attachments?: Attachment[]
  readonly type?: number
  readonly flags?: number
  readonly nonce?: string | number | null
  readonly reference?: Json | null
  readonly interaction?: Json | null
  readonly applicationId?: string | null
  readonly webhook?: { readonly id: string; readonly name: string } | null
  readonly ephemeralFor?: string | null
  readonly allowedMentions?: AllowedMentions
}

/** Who may be pinged by a message; absent, everything written in it pings. */
export interface AllowedMentions {
  readonly parse?: readonly string[]
  readonly users?: readonly string[]
  readonly roles?: readonly string[]
  readonly replied_user?: boolean
}

interface Mentions {
  mentions: string[]
  mentionRoles: string[]
  mentionEveryone: boolean
}

/** Finds whom a message really pings. Code is skipped, @everyone needs its permission. */
function findMentions(
  world: World,
  channel: Channel,
  authorId: string,
  content: string,
  allowed: AllowedMentions | undefined,
): Mentions {
  const text = content.replace(/```[\s\S]*?```|`[^`\n]+`/g, '')
  const parses = (kind: string): boolean => allowed === undefined || (allowed.parse?.includes(kind) ?? false)
  const guild = channel.guildId ? world.guilds.get(channel.guildId) : undefined
  const users = [...text.matchAll(/<@!?(\d+)>/g)].map((one) => one[1] ?? '')
  const roles = [...text.matchAll(/<@&(\d+)>/g)].map((one) => one[1] ?? '')
  const mayAll = may(world.permissions(authorId, channel), 'MENTION_EVERYONE')
  return {
    mentions: [...new Set(users)].filter(
      (id) => world.users.has(id) && (parses('users') || (allowed?.users?.includes(id) ?? false)),
    ),
    mentionRoles: [...new Set(roles)].filter((id) => {
      const role = guild?.roles.get(id)
      return (
        role && (role.mentionable || mayAll) && (parses('roles') || (allowed?.roles?.includes(id) ?? false))
      )
    }),
    mentionEveryone: /@(everyone|here)\b/.test(text) && mayAll && parses('everyone'),
  }
}

/** Puts a message into a channel and tells of it. Permissions are the caller's to check. */
export function createMessage(world: World, channel: Channel, input: NewMessage): Message {
  const content = input.content ?? ''
  const now = world.now()
  const found = findMentions(world, channel, input.authorId, content, input.allowedMentions)
  const repliedTo = world.messagesOf(channel.id).get(String(input.reference?.message_id ?? ''))
  const pingsReplied = input.allowedMentions === undefined || input.allowedMentions.replied_user === true
  if (repliedTo && !repliedTo.webhook && pingsReplied && input.type === 19) {
    if (!found.mentions.includes(repliedTo.authorId)) found.mentions.push(repliedTo.authorId)
  }
  const message: Message = {
    id: world.ids.next(),
    channelId: channel.id,
    guildId: channel.guildId,
    authorId: input.authorId,
    webhook: input.webhook ?? null,
    applicationId: input.applicationId ?? null,
    type: input.type ?? 0,
    timestamp: now,
    nonce: input.nonce ?? null,
    reference: input.reference ?? null,
    interaction: input.interaction ?? null,
    ephemeralFor: input.ephemeralFor ?? null,
    content,
    editedTimestamp: null,
    flags: input.flags ?? 0,
    embeds: input.embeds ?? [],
    attachments: input.attachments ?? [],
    components: input.components ?? [],
    ...found,
    deleted: false,
  }
  world.messagesOf(channel.id).set(message.id, message)
  if (!message.ephemeralFor) channel.lastMessageId = message.id
  dispatchMessage(world, message, 'MESSAGE_CREATE')
  return message
}

export interface MessageChange {
  readonly content?: string
  readonly embeds?: Json[]
  readonly components?: Json[]
  readonly attachments?: Attachment[]
  readonly flags?: number
  readonly allowedMentions?: AllowedMentions
  /** Completing a deferred answer is no edit in people's eyes. */
  readonly silent?: boolean
}

/** Changes a message and tells of it. */
export function editMessage(world: World, message: Message, change: MessageChange): void {
  if (change.content !== undefined) {
    message.content = change.content
    const channel = world.channel(message.channelId)
    Object.assign(
      message,
      findMentions(world, channel, message.authorId, change.content, change.allowedMentions),
    )
  }
  if (change.embeds !== undefined) message.embeds = change.embeds
  if (change.components !== undefined) message.components = change.components
  if (change.attachments !== undefined) message.attachments = change.attachments
  if (change.flags !== undefined) message.flags = change.flags
  if (!change.silent) message.editedTimestamp = world.now()
  dispatchMessage(world, message, 'MESSAGE_UPDATE')
}
