import type { Core } from '../core.js'
import { type Command, localized, optionsOf } from '../interactions/command-store.js'
import { compareRoles, may, outranks } from '../model/permissions.js'
import { CHANNEL_TYPE, type Channel, type Guild, type Json } from '../model/types.js'
import { type Face, faceOf, rolesOf, shownName } from './people.js'

/** Everything but messages, as one person sees it. */
export function paneView(core: Core, viewerId: string, online: boolean) {
  const { world } = core
  const dm = world.dmChannel(viewerId, world.botId)
  const voice = [...world.guilds.values()]
    .map((one) => one.voice.get(viewerId))
    .find((one) => one !== undefined)
  const voiceMember = world.guilds.get(voice?.guildId ?? '')?.members.get(viewerId)
  return {
    me: faceOf(world, undefined, world.user(viewerId)),
    people: [...world.users.values()].filter((one) => !one.bot).map((one) => faceOf(world, undefined, one)),
    bot: { ...faceOf(world, undefined, world.bot()), online },
    dm: { id: dm.id, last: dm.lastMessageId },
    voice: voice && {
      guild: voice.guildId,
      channel: voice.channelId,
      selfMute: voice.selfMute,
      selfDeaf: voice.selfDeaf,
      mute: voiceMember?.mute ?? false,
      deaf: voiceMember?.deaf ?? false,
    },
    guilds: [...world.guilds.values()].map((one) => guildView(core, one, viewerId)),
    dmCommands: commandsFor(core, null, viewerId, dm),
  }
}

function guildView(core: Core, guild: Guild, viewerId: string) {
  const { world } = core
  const member = guild.members.get(viewerId)
  const rights = world.guildPermissions(viewerId, guild)
  const first = [...guild.channels.values()].find((one) => one.type === CHANNEL_TYPE.text)
  return {
    id: guild.id,
    name: guild.name,
    joined: member !== undefined,
    owned: guild.ownerId === viewerId,
    channels: member ? channelsView(core, guild, viewerId) : [],
    groups: member ? memberGroups(core, guild) : [],
    commands: member && first ? commandsFor(core, guild.id, viewerId, first) : [],
    roles: [...guild.roles.values()]
      .filter((one) => one.id !== guild.id)
      .sort((a, b) => compareRoles(b, a))
      .map((one) => ({
        id: one.id,
        name: one.name,
        color: one.color,
        mine:
          member !== undefined && may(rights, 'MANAGE_ROLES') && !one.managed && outranks(guild, member, one),
      })),
    may: {
      mute: may(rights, 'MUTE_MEMBERS'),
      deafen: may(rights, 'DEAFEN_MEMBERS'),
      kick: may(rights, 'KICK_MEMBERS'),
    },
  }
}

/** Channels in the order of the app: categories, their channels, threads under their parents. */
function channelsView(core: Core, guild: Guild, viewerId: string) {
  const { world } = core
  const all = [...guild.channels.values()]
  const below = (parent: string | null): Channel[] =>
    all.filter((one) => one.parentId === parent).sort((a, b) => a.position - b.position)
  const walk = (parent: string | null): Channel[] => below(parent).flatMap((one) => [one, ...walk(one.id)])
  return walk(null)
    .filter((one) => may(world.permissions(viewerId, one), 'VIEW_CHANNEL'))
    .map((one) => {
      const bits = world.permissions(viewerId, one)
      return {
        id: one.id,
        type: one.type,
        name: one.name,
        topic: one.topic,
        thread: one.thread !== null,
        last: one.lastMessageId,
        afk: one.id === guild.afkChannelId,
        writable:
          one.type !== CHANNEL_TYPE.forum &&
          may(bits, one.thread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES'),
        voice: [...guild.voice.values()]
          .filter((state) => state.channelId === one.id)
          .map((state) => {
            const member = guild.members.get(state.userId)
            return {
              ...faceOf(world, guild, world.user(state.userId)),
              muted: state.selfMute || (member?.mute ?? false),
              deafened: state.selfDeaf || (member?.deaf ?? false),
            }
          }),
      }
    })
}

/** Members under their highest hoisted role, as in the app's list. */
function memberGroups(core: Core, guild: Guild) {
  const { world } = core
  const groups = new Map<
    string,
    {
      name: string | null
      position: number
      members: (Face & { roles: string[]; mute: boolean; deaf: boolean })[]
    }
  >()
  for (const member of guild.members.values()) {
    const roles = rolesOf(guild, member.userId)
    const hoisted = roles.find((one) => one.hoist)
    const group = groups.get(hoisted?.id ?? '') ?? {
      name: hoisted?.name ?? null,
      position: hoisted?.position ?? -1,
      members: [],
    }
    group.members.push({
      ...faceOf(world, guild, world.user(member.userId)),
      roles: roles.map((one) => one.id),
      mute: member.mute,
      deaf: member.deaf,
    })
    groups.set(hoisted?.id ?? '', group)
  }
  return [...groups.values()]
    .sort((a, b) => b.position - a.position)
    .map(({ name, members }) => ({
      name,
      members: members.sort((a, b) =>
        shownName(world, guild, a.id).localeCompare(shownName(world, guild, b.id)),
      ),
    }))
}

interface OptionView {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly type: number
  readonly required: boolean
  readonly choices: readonly { readonly label: string; readonly value: string | number }[]
  readonly min: number | null
  readonly max: number | null
}

/** Commands that a person is offered, sub-commands flattened, in the person's language. */
function commandsFor(core: Core, guildId: string | null, viewerId: string, channel: Channel) {
  const { world, commands } = core
  const { locale } = world.user(viewerId)
  const rights = world.permissions(viewerId, channel)
  const allowed = (command: Command): boolean => {
    const wanted = command.definition.default_member_permissions
    if (typeof wanted !== 'string' || guildId === null) return true
    return may(rights, 'ADMINISTRATOR') || (wanted !== '0' && (rights & BigInt(wanted)) === BigInt(wanted))
  }
  return commands
    .offered(guildId)
    .filter(allowed)
    .flatMap((one) =>
      flat(
        one.type,
        one.definition,
        locale,
        String(one.definition.name),
        localized(one.definition, 'name', locale),
      ),
    )
}

interface CommandView {
  readonly type: number
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly options: readonly OptionView[]
}

function flat(type: number, definition: Json, locale: string, name: string, label: string): CommandView[] {
  const options = optionsOf(definition)
  const nested = options.filter((one) => one.type === 1 || one.type === 2)
  if (nested.length > 0) {
    return nested.flatMap((one) =>
      flat(type, one, locale, `${name} ${String(one.name)}`, `${label} ${localized(one, 'name', locale)}`),
    )
  }
  return [
    {
      type,
      name,
      label,
      hint: localized(definition, 'description', locale),
      options: options.map((one) => optionView(one, locale)),
    },
  ]
}

function optionView(option: Json, locale: string): OptionView {
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  return {
    name: String(option.name),
    label: localized(option, 'name', locale),
    hint: localized(option, 'description', locale),
    type: Number(option.type),
    required: option.required === true,
    choices: (Array.isArray(option.choices) ? (option.choices as Json[]) : []).map((one) => ({
      label: localized(one, 'name', locale),
      value: one.value as string | number,
    })),
    min: number(option.min_value ?? option.min_length),
    max: number(option.max_value ?? option.max_length),
  }
}
