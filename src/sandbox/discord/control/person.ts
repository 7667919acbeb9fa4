import type { Interaction } from '../interactions/interaction-store.js'
import {
  AUDIT,
  addMember,
  dispatchMember,
  removeMember,
  setMemberRoles,
  setServerVoice,
  setVoice,
  writeAudit,
} from '../model/members.js'
import { deleteMessage } from '../model/message-payload.js'
import { createMessage, editMessage } from '../model/messages.js'
import { outranks, outranksMember } from '../model/permissions.js'
import {
  type Attachment,
  CHANNEL_TYPE,
  type Channel,
  type Guild,
  type Message,
  type User,
} from '../model/types.js'
import type { World } from '../model/world.js'
import type { OptionValue } from './command-input.js'
import type { InteractionHandle } from './interaction-handle.js'
import type { InteractionMaker } from './interactions.js'
import type { Lookup } from './lookup.js'
import { Refused } from './refused.js'

const CONTENT_MAX = 2_000
const VOICE: readonly number[] = [CHANNEL_TYPE.voice, CHANNEL_TYPE.stage]

export interface SayOptions {
  readonly replyTo?: Message
  readonly files?: readonly { readonly name: string; readonly type: string; readonly bytes: Buffer }[]
}

/**
 * An invented person (or another bot) and what they can do in Discord's app. Channels, guilds, roles and people are
 * named by key or id. What the app would not allow throws `Refused`.
 */
export class Person {
  readonly user: User
  readonly #world: World
  readonly #find: Lookup
  readonly #maker: InteractionMaker

  constructor(user: User, world: World, find: Lookup, maker: InteractionMaker) {
    this.user = user
    this.#world = world
    this.#find = find
    this.#maker = maker
  }

  get id(): string {
    return this.user.id
  }

  /** Writes into a channel, thread or post. */
  say(channelRef: string, content: string, options: SayOptions = {}): Message {
    const channel = this.#find.channel(channelRef)
    this.#find.need(
      this.id,
      channel,
      'VIEW_CHANNEL',
      channel.thread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES',
    )
    return this.#post(channel, content, options)
  }

  /** Writes to the bot in private. */
  dm(content: string): Message {
    return this.#post(this.#world.dmChannel(this.id, this.#world.botId), content, {})
  }

  edit(message: Message, content: string): void {
    if (message.authorId !== this.id || message.webhook) throw new Refused('Only own messages can be edited')
    editMessage(this.#world, message, { content })
  }

  delete(message: Message): void {
    const channel = this.#find.channel(message.channelId)
    if (message.authorId !== this.id && message.ephemeralFor !== this.id)
      this.#find.need(this.id, channel, 'MANAGE_MESSAGES')
    deleteMessage(this.#world, message)
  }

  /** Joins a voice channel, or moves to it from another one of the same guild. Leaves voice elsewhere first. */
  joinVoice(channelRef: string): void {
    const channel = this.#find.channel(channelRef)
    if (!VOICE.includes(channel.type)) throw new Refused(`${channel.key} is no voice channel`)
    const guild = this.#find.guildOf(channel)
    this.#find.need(this.id, channel, 'VIEW_CHANNEL', 'CONNECT')
    const present = [...guild.voice.values()].filter((one) => one.channelId === channel.id).length
    if (channel.userLimit > 0 && present >= channel.userLimit) throw new Refused(`${channel.key} is full`)
    for (const other of this.#world.guilds.values())
      if (other !== guild && other.voice.has(this.id)) this.#leave(other)
    setVoice(this.#world, guild, this.id, { channelId: channel.id })
  }

  /** Leaves voice wherever the person is. */
  leaveVoice(): void {
    for (const guild of this.#world.guilds.values()) if (guild.voice.has(this.id)) this.#leave(guild)
  }

  selfMute(on: boolean): void {
    for (const guild of this.#inVoice()) setVoice(this.#world, guild, this.id, { selfMute: on })
  }

  /** Deafening oneself mutes as well, as in the app. */
  selfDeaf(on: boolean): void {
    for (const guild of this.#inVoice()) setVoice(this.#world, guild, this.id, { selfDeaf: on, selfMute: on })
  }

  /** Mutes another member for the whole guild. */
  serverMute(guildRef: string, targetRef: string, on: boolean): void {
    const guild = this.#find.guild(guildRef)
    this.#find.needInGuild(this.id, guild, 'MUTE_MEMBERS')
    setServerVoice(this.#world, guild, this.#find.member(guild, this.#find.user(targetRef).id), { mute: on })
  }

  serverDeaf(guildRef: string, targetRef: string, on: boolean): void {
    const guild = this.#find.guild(guildRef)
    this.#find.needInGuild(this.id, guild, 'DEAFEN_MEMBERS')
    setServerVoice(this.#world, guild, this.#find.member(guild, this.#find.user(targetRef).id), { deaf: on })
  }

  /** Drags another member to a voice channel, or throws them out of voice with null. */
  moveMember(guildRef: string, targetRef: string, channelRef: string | null): void {
    const guild = this.#find.guild(guildRef)
    this.#find.needInGuild(this.id, guild, 'MOVE_MEMBERS')
    const target = this.#find.user(targetRef)
    if (!guild.voice.has(target.id)) throw new Refused(`${target.key} is not in voice`, 'voice')
    setVoice(this.#world, guild, target.id, {
      channelId: channelRef === null ? null : this.#find.channel(channelRef).id,
    })
  }

  joinGuild(guildRef: string): void {
    const guild = this.#find.guild(guildRef)
    if (guild.members.has(this.id)) throw new Refused(`${this.user.key} is in ${guild.key} already`)
    addMember(this.#world, guild, this.id)
  }

  leaveGuild(guildRef: string): void {
    const guild = this.#find.guild(guildRef)
    this.#find.member(guild, this.id)
    if (guild.ownerId === this.id) throw new Refused('An owner cannot leave')
    removeMember(this.#world, guild, this.id)
  }

  kick(guildRef: string, targetRef: string): void {
    const guild = this.#find.guild(guildRef)
    this.#find.needInGuild(this.id, guild, 'KICK_MEMBERS')
    const target = this.#find.member(guild, this.#find.user(targetRef).id)
    if (!outranksMember(guild, this.#find.member(guild, this.id), target))
      throw new Refused('The target stands higher', 'right')
    removeMember(this.#world, guild, target.userId)
    writeAudit(this.#world, guild, {
      action: AUDIT.kick,
      byUserId: this.id,
      targetId: target.userId,
      reason: null,
    })
  }

  /** Gives or takes a role by hand, as a moderator does. */
  setRole(guildRef: string, targetRef: string, roleRef: string, has: boolean): void {
    const guild = this.#find.guild(guildRef)
    this.#find.needInGuild(this.id, guild, 'MANAGE_ROLES')
    const role = this.#find.role(guild, roleRef)
    if (role.managed || !outranks(guild, this.#find.member(guild, this.id), role))
      throw new Refused(`${role.key} is out of reach`, 'right')
    const target = this.#find.member(guild, this.#find.user(targetRef).id)
    const wanted = new Set(target.roles)
    if (has) wanted.add(role.id)
    else wanted.delete(role.id)
    if (!setMemberRoles(this.#world, guild, target, wanted)) return
    const changes = [{ key: has ? '$add' : '$remove', new_value: [{ id: role.id, name: role.name }] }]
    writeAudit(this.#world, guild, {
      action: AUDIT.memberRoles,
      byUserId: this.id,
      targetId: target.userId,
      reason: null,
      changes,
    })
  }

  giveRole(guildRef: string, targetRef: string, roleRef: string): void {
    this.setRole(guildRef, targetRef, roleRef, true)
  }

  takeRole(guildRef: string, targetRef: string, roleRef: string): void {
    this.setRole(guildRef, targetRef, roleRef, false)
  }

  /** Changes the name shown everywhere. */
  rename(globalName: string): void {
    this.user.globalName = globalName
    for (const guild of this.#world.guilds.values()) {
      const member = guild.members.get(this.id)
      if (member) dispatchMember(this.#world, guild, member)
    }
  }

  /** Uses a slash command; options by name, sub-commands in the name (`setup ranks`). */
  slash(
    channelRef: string,
    name: string,
    options: Readonly<Record<string, OptionValue>> = {},
  ): InteractionHandle {
    return this.#maker.slash(this.id, this.#find.channel(channelRef), name, options)
  }

  /** Uses a slash command in the private chat with the bot. */
  slashDm(name: string, options: Readonly<Record<string, OptionValue>> = {}): InteractionHandle {
    return this.#maker.slash(this.id, this.#world.dmChannel(this.id, this.#world.botId), name, options)
  }

  /** Types into an option that completes itself. */
  autocomplete(
    channelRef: string,
    name: string,
    focused: string,
    options: Readonly<Record<string, OptionValue>>,
  ): InteractionHandle {
    return this.#maker.slash(this.id, this.#find.channel(channelRef), name, options, focused)
  }

  /** Opens the context menu of a person and picks an entry. */
  userMenu(channelRef: string, name: string, targetRef: string): InteractionHandle {
    return this.#maker.menu(this.id, this.#find.channel(channelRef), name, { user: targetRef })
  }

  messageMenu(name: string, message: Message): InteractionHandle {
    return this.#maker.menu(this.id, this.#find.channel(message.channelId), name, { message })
  }

  press(message: Message, customId: string): InteractionHandle {
    return this.#maker.component(this.id, message, customId)
  }

  select(message: Message, customId: string, values: readonly string[]): InteractionHandle {
    return this.#maker.component(this.id, message, customId, values)
  }

  /** Sends the modal that an interaction opened. */
  submitModal(
    opened: InteractionHandle | Interaction,
    values: Readonly<Record<string, string>>,
  ): InteractionHandle {
    return this.#maker.submit('interaction' in opened ? opened.interaction : opened, values)
  }

  #post(channel: Channel, content: string, options: SayOptions): Message {
    if (content.length > CONTENT_MAX) throw new Refused('The message is too long', 'long')
    const attachments = (options.files ?? []).map(
      (one): Attachment => ({
        id: this.#world.ids.next(),
        filename: one.name,
        contentType: one.type,
        description: null,
        bytes: one.bytes,
      }),
    )
    if (content.trim() === '' && attachments.length === 0) throw new Refused('The message is empty', 'empty')
    const { replyTo } = options
    return createMessage(this.#world, channel, {
      authorId: this.id,
      content: content.trim(),
      attachments,
      ...(replyTo
        ? {
            type: 19,
            reference: {
              type: 0,
              message_id: replyTo.id,
              channel_id: channel.id,
              ...(channel.guildId ? { guild_id: channel.guildId } : {}),
            },
          }
        : {}),
    })
  }

  #inVoice(): Guild[] {
    const guilds = [...this.#world.guilds.values()].filter((one) => one.voice.has(this.id))
    if (guilds.length === 0) throw new Refused(`${this.user.key} is not in voice`, 'voice')
    return guilds
  }

  #leave(guild: Guild): void {
    setVoice(this.#world, guild, this.id, { channelId: null })
  }
}
