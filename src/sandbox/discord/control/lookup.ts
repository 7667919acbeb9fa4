import { may, type PermissionName } from '../model/permissions.js'
import type { Channel, Guild, Member, Message, Role, User } from '../model/types.js'
import type { World } from '../model/world.js'
import { Refused } from './refused.js'

/** Finds things of the world by their key or id; throws `Refused` with the name when there is none. */
export class Lookup {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  user(ref: string): User {
    return this.#find(this.#world.users, ref, 'person')
  }

  guild(ref: string): Guild {
    return this.#find(this.#world.guilds, ref, 'guild')
  }

  channel(ref: string): Channel {
    return this.#find(this.#world.channels, ref, 'channel')
  }

  role(guild: Guild, ref: string): Role {
    return this.#find(guild.roles, ref, 'role')
  }

  message(ref: string | Message): Message {
    if (typeof ref !== 'string') return ref
    for (const message of this.#world.allMessages()) if (message.id === ref) return message
    throw new Refused(`There is no message ${ref}`, 'gone')
  }

  guildOf(channel: Channel): Guild {
    const guild = this.#world.guilds.get(channel.guildId ?? '')
    if (!guild) throw new Refused(`${channel.key} belongs to no guild`)
    return guild
  }

  member(guild: Guild, userId: string): Member {
    const member = guild.members.get(userId)
    if (!member)
      throw new Refused(`${this.#world.users.get(userId)?.key ?? userId} is not a member of ${guild.key}`)
    return member
  }

  /** Refuses what the person may not do in a channel. */
  need(userId: string, channel: Channel, ...names: PermissionName[]): void {
    if (!may(this.#world.permissions(userId, channel), ...names)) {
      throw new Refused(`${this.user(userId).key} lacks ${names.join(', ')} in ${channel.key}`, 'right')
    }
  }

  needInGuild(userId: string, guild: Guild, ...names: PermissionName[]): void {
    if (!may(this.#world.guildPermissions(userId, guild), ...names)) {
      throw new Refused(`${this.user(userId).key} lacks ${names.join(', ')} in ${guild.key}`, 'right')
    }
  }

  #find<T extends { readonly id: string; readonly key: string }>(
    map: ReadonlyMap<string, T>,
    ref: string,
    kind: string,
  ): T {
    const byId = map.get(ref)
    if (byId) return byId
    for (const one of map.values()) if (one.key === ref) return one
    throw new Refused(`There is no ${kind} called ${ref}`)
  }
}
