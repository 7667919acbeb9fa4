import { type PermissionName, permissionBits } from './permissions.js'
import { pictureHash } from './pictures.js'
import { snowflakeAt } from './snowflake.js'
import type { Channel, Guild, Member, Overwrite, Role, User, Webhook } from './types.js'
import { CHANNEL_TYPE } from './types.js'
import type { World } from './world.js'

/** What everyone may do unless a channel says otherwise. */
const EVERYONE: readonly PermissionName[] = [
  'ADD_REACTIONS',
  'STREAM',
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'CONNECT',
  'SPEAK',
  'CHANGE_NICKNAME',
  'USE_APPLICATION_COMMANDS',
  'CREATE_PUBLIC_THREADS',
  'SEND_MESSAGES_IN_THREADS',
]

export interface PersonSpec {
  readonly key: string
  readonly username: string
  readonly globalName: string
  readonly locale?: string
  readonly email?: string | null
  readonly verified?: boolean
  readonly bot?: boolean
  /** Two colours (0xRRGGBB) of the profile picture; none when absent. */
  readonly picture?: readonly [number, number]
  /** The person takes no direct messages. */
  readonly closedDm?: boolean
}

interface RoleSpec {
  readonly key: string
  readonly name: string
  readonly color?: number
  readonly hoist?: boolean
  readonly mentionable?: boolean
  readonly permissions?: readonly PermissionName[]
  readonly botId?: string
}

interface ChannelSpec {
  readonly key: string
  readonly name: string
  readonly type?: keyof typeof CHANNEL_TYPE
  readonly parent?: string
  readonly topic?: string
  readonly bitrate?: number
  readonly owner?: string
  /** Overwrites by role key (`everyone` for all): what is allowed and denied there. */
  readonly rules?: Readonly<
    Record<string, { allow?: readonly PermissionName[]; deny?: readonly PermissionName[] }>
  >
}

export interface GuildSpec {
  readonly key: string
  readonly name: string
  readonly owner: string
  readonly locale: string
  /** Two guilds whose making times differ by one millisecond fall to different shards of two. */
  readonly madeAt: number
  /** From the lowest to the highest; positions follow from the order. */
  readonly roles: readonly RoleSpec[]
  readonly channels: readonly ChannelSpec[]
  /** Members by person key, with the keys of their roles. */
  readonly members: Readonly<Record<string, readonly string[]>>
  readonly afk?: string
  readonly system?: string
}

/** Builds a world from plain descriptions; ids follow from fixed times, so they are the same in every run. */
export class WorldBuilder {
  readonly #world: World
  readonly #keys = new Map<string, string>()
  #madeAt = Date.UTC(2021, 5, 1, 9, 0, 0, 17)
  #counter = 0

  constructor(world: World) {
    this.#world = world
    this.#keys.set('bot', world.botId)
  }

  #next(base: number): string {
    this.#counter += 1
    return snowflakeAt(base + this.#counter * 61_003, this.#counter)
  }

  #id(key: string): string {
    const id = this.#keys.get(key)
    if (!id) throw new Error(`The world has no person called ${key}`)
    return id
  }

  person(spec: PersonSpec, id = this.#next(this.#madeAt)): User {
    const user: User = {
      id,
      key: spec.key,
      username: spec.username,
      globalName: spec.globalName,
      avatar: spec.picture ? pictureHash(spec.picture) : null,
      bot: spec.bot ?? false,
      locale: spec.locale ?? 'ru',
      email: spec.email ?? null,
      verified: spec.verified ?? false,
    }
    this.#world.users.set(id, user)
    this.#keys.set(spec.key, id)
    if (spec.closedDm) this.#world.closedDms.add(id)
    return user
  }

  guild(spec: GuildSpec): Guild {
    const id = snowflakeAt(spec.madeAt, 3)
    const guild: Guild = {
      id,
      key: spec.key,
      name: spec.name,
      ownerId: this.#id(spec.owner),
      locale: spec.locale,
      afkChannelId: null,
      systemChannelId: null,
      roles: new Map(),
      members: new Map(),
      channels: new Map(),
      voice: new Map(),
      audit: [],
    }
    const roleIds = this.#roles(guild, spec)
    const byKey = this.#channels(guild, spec, roleIds)
    guild.afkChannelId = byKey.get(spec.afk ?? '')?.id ?? null
    guild.systemChannelId = byKey.get(spec.system ?? '')?.id ?? null
    for (const [key, roles] of Object.entries(spec.members)) {
      const member: Member = {
        userId: this.#id(key),
        nick: null,
        roles: new Set(roles.map((role) => roleIds.get(role)).filter((one) => one !== undefined)),
        joinedAt: spec.madeAt + 86_400_000 * (2 + guild.members.size),
        mute: false,
        deaf: false,
        timeoutUntil: null,
      }
      guild.members.set(member.userId, member)
    }
    this.#world.guilds.set(id, guild)
    return guild
  }

  #roles(guild: Guild, spec: GuildSpec): Map<string, string> {
    const ids = new Map([['everyone', guild.id]])
    const all: RoleSpec[] = [{ key: 'everyone', name: '@everyone', permissions: EVERYONE }, ...spec.roles]
    all.forEach((one, position) => {
      const id = position === 0 ? guild.id : this.#next(spec.madeAt)
      const role: Role = {
        id,
        key: one.key,
        name: one.name,
        color: one.color ?? 0,
        hoist: one.hoist ?? false,
        position,
        permissions: permissionBits(...(one.permissions ?? [])),
        mentionable: one.mentionable ?? false,
        managed: one.botId !== undefined,
        botId: one.botId ?? null,
      }
      ids.set(one.key, id)
      guild.roles.set(id, role)
    })
    return ids
  }

  #channels(guild: Guild, spec: GuildSpec, roleIds: Map<string, string>): Map<string, Channel> {
    const byKey = new Map<string, Channel>()
    spec.channels.forEach((one, position) => {
      const type = CHANNEL_TYPE[one.type ?? 'text']
      const isThread = type === CHANNEL_TYPE.publicThread
      const id = this.#next(spec.madeAt)
      const overwrites: Overwrite[] = Object.entries(one.rules ?? {}).map(([role, rule]) => ({
        id: roleIds.get(role) ?? guild.id,
        type: 0,
        allow: permissionBits(...(rule.allow ?? [])),
        deny: permissionBits(...(rule.deny ?? [])),
      }))
      const channel: Channel = {
        id,
        key: one.key,
        type,
        guildId: guild.id,
        name: one.name,
        parentId: byKey.get(one.parent ?? '')?.id ?? null,
        position,
        topic: one.topic ?? null,
        overwrites,
        bitrate: one.bitrate ?? (type === CHANNEL_TYPE.voice ? 64_000 : 0),
        userLimit: 0,
        recipients: [],
        thread: isThread
          ? { archived: false, locked: false, createdAt: spec.madeAt + position * 1_000 }
          : null,
        ownerId: one.owner ? this.#id(one.owner) : null,
        lastMessageId: null,
      }
      byKey.set(one.key, channel)
      guild.channels.set(id, channel)
      this.#world.channels.set(id, channel)
    })
    return byKey
  }

  webhook(key: string, name: string, channel: Channel): Webhook {
    const webhook: Webhook = { id: this.#next(this.#madeAt), key, name, channelId: channel.id }
    this.#world.webhooks.set(webhook.id, webhook)
    return webhook
  }
}
