import { refusal } from '../errors.js'
import { channelPermissions, guildPermissions } from './permissions.js'
import { Signal } from './signal.js'
import { SnowflakeMaker } from './snowflake.js'
import type { Channel, Guild, Json, Member, Message, User, Webhook } from './types.js'

/** What a connected session may see; decides the form of a dispatch. */
interface Viewer {
  readonly intents: number
}

/** One gateway event before it is shaped for a session. */
export interface Dispatch {
  readonly t: string
  /** null: an event outside guilds, told to shard 0. */
  readonly guildId: string | null
  /** The session needs one of these intents; 0 means that everyone hears it. */
  readonly intents: number
  /** Makes the payload for a viewer; null hides the event from it. */
  readonly data: (viewer: Viewer) => Json | null
}

export interface MessageEvent {
  readonly kind: 'created' | 'edited' | 'deleted'
  readonly message: Message
}

/**
 * Everything that exists in the invented Discord: people, guilds, channels, messages. It knows no HTTP and no
 * sockets; what happens is told through `dispatches` (for gateways) and `messageEvents` (for tests and pages).
 */
export class World {
  readonly now: () => number
  readonly ids: SnowflakeMaker
  readonly botId: string
  readonly users = new Map<string, User>()
  readonly guilds = new Map<string, Guild>()
  readonly channels = new Map<string, Channel>()
  readonly messages = new Map<string, Map<string, Message>>()
  readonly webhooks = new Map<string, Webhook>()
  /** People who take no direct messages from the bot. */
  readonly closedDms = new Set<string>()
  readonly dispatches = new Signal<Dispatch>()
  readonly messageEvents = new Signal<MessageEvent>()
  /** Rings at every change, for pages that redraw themselves. */
  readonly changes = new Signal<void>()
  /** Root of attachment addresses; known once the server listens. */
  url = ''

  constructor(botId: string, now: () => number) {
    this.botId = botId
    this.now = now
    this.ids = new SnowflakeMaker(now)
  }

  dispatch(event: Dispatch): void {
    this.dispatches.emit(event)
    this.changes.emit()
  }

  user(id: string): User {
    const user = this.users.get(id)
    if (!user) throw refusal('unknownUser')
    return user
  }

  bot(): User {
    return this.user(this.botId)
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id)
    if (!channel) throw refusal('unknownChannel')
    return channel
  }

  /** The guild as the bot meets it: unknown when it does not exist, no access when the bot is not in it. */
  guildOfBot(id: string): Guild {
    const guild = this.guilds.get(id)
    if (!guild) throw refusal('unknownGuild')
    if (!guild.members.has(this.botId)) throw refusal('missingAccess')
    return guild
  }

  member(guild: Guild, userId: string): Member {
    const member = guild.members.get(userId)
    if (member) return member
    throw refusal(this.users.has(userId) ? 'unknownMember' : 'unknownUser')
  }

  /** Rights of a person in a channel; in direct messages the two people may do everything they can do there. */
  permissions(userId: string, channel: Channel): bigint {
    if (!channel.guildId) return channel.recipients.includes(userId) ? (1n << 53n) - 1n : 0n
    const guild = this.guilds.get(channel.guildId)
    const member = guild?.members.get(userId)
    return guild && member ? channelPermissions(guild, member, channel) : 0n
  }

  guildPermissions(userId: string, guild: Guild): bigint {
    const member = guild.members.get(userId)
    return member ? guildPermissions(guild, member) : 0n
  }

  messagesOf(channelId: string): Map<string, Message> {
    const found = this.messages.get(channelId)
    if (found) return found
    const fresh = new Map<string, Message>()
    this.messages.set(channelId, fresh)
    return fresh
  }

  /** All messages that still exist, oldest channel first. */
  *allMessages(): Generator<Message> {
    for (const channel of this.messages.values()) yield* channel.values()
  }

  /** Finds the direct-message channel of two people or opens one. */
  dmChannel(first: string, second: string): Channel {
    for (const channel of this.channels.values()) {
      if (channel.type === 1 && channel.recipients.includes(first) && channel.recipients.includes(second)) {
        return channel
      }
    }
    const channel: Channel = {
      id: this.ids.next(),
      key: `dm:${first}:${second}`,
      type: 1,
      guildId: null,
      name: '',
      parentId: null,
      position: 0,
      topic: null,
      overwrites: [],
      bitrate: 0,
      userLimit: 0,
      recipients: [first, second],
      thread: null,
      ownerId: null,
      lastMessageId: null,
    }
    this.channels.set(channel.id, channel)
    return channel
  }
}
