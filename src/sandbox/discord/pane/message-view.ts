import { type Json, MESSAGE_FLAG, type Message } from '../model/types.js'
import type { World } from '../model/world.js'
import { isObject } from '../validate/form.js'
import { type NameOf, type Piece, parseMarkdown, plainText } from './markdown.js'
import { type Face, faceOf, hueOf } from './people.js'

const SHOWN = 60
/** System messages with words of their own; others show as a plain notice. */
const SYSTEM: Readonly<Record<number, string>> = { 6: 'pinned', 7: 'joined', 8: 'boosted', 18: 'thread' }

interface EmbedView {
  readonly color: number | null
  readonly author: string | null
  readonly title: Piece[]
  readonly url: string | null
  readonly text: Piece[]
  readonly fields: readonly { readonly name: Piece[]; readonly value: Piece[]; readonly inline: boolean }[]
  readonly footer: string | null
  readonly image: string | null
}

export interface MessageView {
  readonly id: string
  readonly at: number
  readonly author: Face & { readonly webhook: boolean }
  readonly system: string | null
  readonly pieces: Piece[]
  readonly raw: string
  readonly edited: boolean
  readonly mine: boolean
  readonly forMe: boolean
  readonly pinged: boolean
  readonly thinking: boolean
  readonly crosspost: boolean
  readonly reply: { readonly name: string; readonly text: string } | null
  readonly used: { readonly name: string; readonly command: string } | null
  readonly embeds: readonly EmbedView[]
  readonly files: readonly { readonly name: string; readonly path: string; readonly picture: boolean }[]
  readonly components: readonly Json[]
}

/** The last messages of a channel as one person sees them, oldest first; other people's private answers are left out. */
export function channelView(world: World, channelId: string, viewerId: string): MessageView[] {
  const visible = [...(world.messages.get(channelId)?.values() ?? [])].filter(
    (one) => one.ephemeralFor === null || one.ephemeralFor === viewerId,
  )
  return visible.slice(-SHOWN).map((one) => messageView(world, one, viewerId))
}

/** Finds the words for mentions in a message's guild. */
function namesIn(world: World, guildId: string | null): NameOf {
  const guild = world.guilds.get(guildId ?? '')
  return (kind, id) => {
    if (kind === 'role') {
      const role = guild?.roles.get(id)
      return role ? { text: role.name, ...(role.color ? { color: role.color } : {}) } : null
    }
    if (kind === 'channel') {
      const channel = world.channels.get(id)
      return channel ? { text: channel.name } : null
    }
    const user = world.users.get(id)
    return user ? { text: faceOf(world, guild, user).name } : null
  }
}

function messageView(world: World, message: Message, viewerId: string): MessageView {
  const guild = world.guilds.get(message.guildId ?? '')
  const names = namesIn(world, message.guildId)
  const user = world.users.get(message.authorId)
  const author = message.webhook
    ? {
        id: message.webhook.id,
        key: '',
        name: message.webhook.name,
        hue: hueOf(message.webhook.id),
        bot: true,
        color: 0,
        webhook: true,
      }
    : user && { ...faceOf(world, guild, user), webhook: false }
  const viewerRoles = guild?.members.get(viewerId)?.roles
  return {
    id: message.id,
    at: message.timestamp,
    author: author ?? { id: '0', key: '', name: '?', hue: 0, bot: false, color: 0, webhook: false },
    system: SYSTEM[message.type] ?? null,
    pieces: parseMarkdown(message.content, names),
    raw: message.content,
    edited: message.editedTimestamp !== null,
    mine: message.authorId === viewerId && message.webhook === null,
    forMe: message.ephemeralFor !== null,
    pinged:
      message.mentionEveryone ||
      message.mentions.includes(viewerId) ||
      message.mentionRoles.some((id) => viewerRoles?.has(id)),
    thinking: (message.flags & MESSAGE_FLAG.loading) !== 0,
    crosspost: (message.flags & (MESSAGE_FLAG.isCrosspost | MESSAGE_FLAG.crossposted)) !== 0,
    reply: replyView(world, message, names),
    used: usedView(world, message),
    embeds: message.embeds.map((one) => embedView(one, message, names)),
    files: message.attachments
      .filter(
        (one) =>
          !message.embeds.some((embed) => JSON.stringify(embed).includes(`attachment://${one.filename}`)),
      )
      .map((one) => ({
        name: one.filename,
        path: `${message.id}/${one.id}`,
        picture: isPicture(one.contentType),
      })),
    components: message.components,
  }
}

const isPicture = (type: string): boolean => /^image\/(png|jpeg|gif|webp)$/.test(type)

function replyView(world: World, message: Message, names: NameOf): MessageView['reply'] {
  if (message.type !== 19) return null
  const original = world.messages.get(message.channelId)?.get(String(message.reference?.message_id ?? ''))
  if (!original) return { name: '…', text: '' }
  const guild = world.guilds.get(message.guildId ?? '')
  const author = world.users.get(original.authorId)
  const name = original.webhook?.name ?? (author ? faceOf(world, guild, author).name : '?')
  return { name, text: plainText(parseMarkdown(original.content, names)).slice(0, 80) }
}

function usedView(world: World, message: Message): MessageView['used'] {
  const name = message.interaction?.name
  if (typeof name !== 'string' || !isObject(message.interaction?.user)) return null
  const user = world.users.get(String(message.interaction.user.id))
  const guild = world.guilds.get(message.guildId ?? '')
  return user ? { name: faceOf(world, guild, user).name, command: name } : null
}

function embedView(embed: Json, message: Message, names: NameOf): EmbedView {
  const text = (value: unknown): Piece[] => parseMarkdown(typeof value === 'string' ? value : '', names)
  const part = (value: unknown, key: string): string | null =>
    isObject(value) && typeof value[key] === 'string' ? value[key] : null
  const picture = part(embed.image, 'url') ?? part(embed.thumbnail, 'url')
  const attached = message.attachments.find(
    (one) => picture === `attachment://${one.filename}` && isPicture(one.contentType),
  )
  const fields = Array.isArray(embed.fields) ? embed.fields.filter(isObject) : []
  return {
    color: typeof embed.color === 'number' ? embed.color : null,
    author: part(embed.author, 'name'),
    title: text(embed.title),
    url: typeof embed.url === 'string' ? embed.url : null,
    text: text(embed.description),
    fields: fields.map((one) => ({
      name: text(one.name),
      value: text(one.value),
      inline: one.inline === true,
    })),
    footer: part(embed.footer, 'text'),
    image: attached ? `${message.id}/${attached.id}` : null,
  }
}
