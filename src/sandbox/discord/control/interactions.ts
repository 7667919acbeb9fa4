import type { Core } from '../core.js'
import { INTERACTION, type Interaction } from '../interactions/interaction-store.js'
import { messagePayload } from '../model/message-payload.js'
import { channelPayload, interactionMemberPayload, userPayload } from '../model/payloads.js'
import { may } from '../model/permissions.js'
import { type Channel, type Json, MESSAGE_FLAG, type Message } from '../model/types.js'
import { eachComponent } from '../validate/components.js'
import { CommandInput, type OptionValue } from './command-input.js'
import { InteractionHandle } from './interaction-handle.js'
import type { Lookup } from './lookup.js'
import { Refused } from './refused.js'

const ATTACHMENT_LIMIT = 10 * 1024 * 1024

/** Makes interactions as Discord's app would, and tells the bot's gateway of them. */
export class InteractionMaker {
  readonly #core: Core
  readonly #find: Lookup

  constructor(core: Core, find: Lookup) {
    this.#core = core
    this.#find = find
  }

  /** A slash command; sub-commands stand in the name (`setup ranks`). */
  slash(
    userId: string,
    channel: Channel,
    name: string,
    values: Readonly<Record<string, OptionValue>>,
    focused?: string,
  ): InteractionHandle {
    const [root = '', ...path] = name.split(' ')
    const command = this.#command(userId, channel, root, 1)
    const { options, resolved } = new CommandInput(this.#core.world, this.#find, channel).read(
      command,
      path,
      values,
      focused,
    )
    const data = {
      id: command.id,
      name: command.name,
      type: 1,
      ...(options.length > 0 ? { options } : {}),
      ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
      ...(command.guildId ? { guild_id: command.guildId } : {}),
    }
    return this.#send(
      focused === undefined ? INTERACTION.command : INTERACTION.autocomplete,
      userId,
      channel,
      data,
      null,
    )
  }

  /** A context menu entry on a person (type 2) or a message (type 3). */
  menu(
    userId: string,
    channel: Channel,
    name: string,
    target: { user: string } | { message: Message },
  ): InteractionHandle {
    const command = this.#command(userId, channel, name, 'user' in target ? 2 : 3)
    const input = new CommandInput(this.#core.world, this.#find, channel)
    const targetId = 'user' in target ? input.noteUser(target.user) : target.message.id
    const resolved =
      'user' in target
        ? input.resolved
        : { messages: { [targetId]: messagePayload(this.#core.world, target.message, true) } }
    const data = { id: command.id, name: command.name, type: command.type, target_id: targetId, resolved }
    return this.#send(INTERACTION.command, userId, channel, data, null)
  }

  /** A press on a button or a choice in a menu of a message. */
  component(
    userId: string,
    message: Message,
    customId: string,
    values?: readonly string[],
  ): InteractionHandle {
    if (message.deleted) throw new Refused('The message is gone', 'gone')
    if (message.ephemeralFor !== null && message.ephemeralFor !== userId)
      throw new Refused('Only its addressee sees this message')
    const component = [...eachComponent(message.components)].find((one) => one.custom_id === customId)
    if (!component) throw new Refused(`The message has no component ${customId}`)
    if (component.disabled === true) throw new Refused('The component is disabled')
    if (values) refuseForeignValues(component, values)
    const data = {
      custom_id: customId,
      component_type: component.type,
      id: component.id,
      ...(values ? { values: [...values] } : {}),
    }
    return this.#send(INTERACTION.component, userId, this.#find.channel(message.channelId), data, message)
  }

  /** Sends a filled modal. Inputs that are not named stay as the bot filled them. */
  submit(opened: Interaction, values: Readonly<Record<string, string>>): InteractionHandle {
    const { modal } = opened
    if (!modal) throw new Refused('No modal is open')
    const components = (modal.components as Json[]).flatMap((part) => filled(part, values))
    const data = { custom_id: modal.custom_id, components }
    return this.#send(
      INTERACTION.modal,
      opened.userId,
      this.#find.channel(opened.channelId),
      data,
      opened.source,
    )
  }

  #command(userId: string, channel: Channel, name: string, type: number) {
    const { world, commands } = this.#core
    const command = commands.offered(channel.guildId).find((one) => one.name === name && one.type === type)
    if (!command) throw new Refused(`Nobody registered a command ${name}`)
    if (channel.guildId) this.#find.need(userId, channel, 'VIEW_CHANNEL', 'USE_APPLICATION_COMMANDS')
    const rights = command.definition.default_member_permissions
    if (typeof rights === 'string' && channel.guildId) {
      const own = world.permissions(userId, channel)
      const enough =
        may(own, 'ADMINISTRATOR') || (rights !== '0' && (own & BigInt(rights)) === BigInt(rights))
      if (!enough) throw new Refused(`${name} is hidden from ${this.#find.user(userId).key}`)
    }
    return command
  }

  #send(
    type: number,
    userId: string,
    channel: Channel,
    data: Json,
    source: Message | null,
  ): InteractionHandle {
    const { world, interactions } = this.#core
    const interaction = interactions.create({
      type,
      userId,
      guildId: channel.guildId,
      channelId: channel.id,
      data,
      source,
    })
    const payload = this.#payload(interaction, channel)
    world.dispatch({ t: 'INTERACTION_CREATE', guildId: channel.guildId, intents: 0, data: () => payload })
    return new InteractionHandle(this.#core, interaction)
  }

  #payload(interaction: Interaction, channel: Channel): Json {
    const { world, settings } = this.#core
    const user = world.user(interaction.userId)
    const guild = world.guilds.get(channel.guildId ?? '')
    const member = guild?.members.get(user.id)
    return {
      id: interaction.id,
      application_id: settings.clientId,
      type: interaction.type,
      data: interaction.data,
      token: interaction.token,
      version: 1,
      channel_id: channel.id,
      channel: {
        ...channelPayload(world, channel),
        permissions: world.permissions(user.id, channel).toString(),
      },
      ...(guild && member
        ? {
            guild_id: guild.id,
            guild: { id: guild.id, locale: guild.locale, features: [] },
            guild_locale: guild.locale,
            member: interactionMemberPayload(world, guild, member, channel),
          }
        : { user: userPayload(user) }),
      ...(interaction.source
        ? {
            message: {
              ...messagePayload(world, interaction.source, true),
              flags:
                interaction.source.flags | (interaction.source.ephemeralFor ? MESSAGE_FLAG.ephemeral : 0),
            },
          }
        : {}),
      locale: user.locale,
      app_permissions: world.permissions(world.botId, channel).toString(),
      entitlements: [],
      authorizing_integration_owners: guild ? { 0: guild.id } : { 0: '0' },
      context: guild ? 0 : 1,
      attachment_size_limit: ATTACHMENT_LIMIT,
    }
  }
}

function refuseForeignValues(component: Json, values: readonly string[]): void {
  const most = typeof component.max_values === 'number' ? component.max_values : 1
  if (values.length > most) throw new Refused(`At most ${most} can be chosen`)
  if (component.type !== 3) return
  const offered = (component.options as Json[]).map((one) => one.value)
  const foreign = values.find((one) => !offered.includes(one))
  if (foreign !== undefined) throw new Refused(`The menu has no value ${foreign}`)
}

/** A modal's part with what the person typed; labels and rows keep their shape, plain text is left out. */
function filled(part: Json, values: Readonly<Record<string, string>>): Json[] {
  const one = (input: Json): Json => {
    const value = values[String(input.custom_id)] ?? String(input.value ?? '')
    const { min_length: min, max_length: max } = input
    if (input.required !== false && value === '')
      throw new Refused(`${String(input.custom_id)} must be filled in`, 'option')
    if (typeof max === 'number' && value.length > max)
      throw new Refused(`${String(input.custom_id)} is too long`, 'option')
    if (typeof min === 'number' && value !== '' && value.length < min)
      throw new Refused(`${String(input.custom_id)} is too short`, 'option')
    const content = input.type === 4 ? { value } : { values: value === '' ? [] : [value] }
    return { type: input.type, id: input.id, custom_id: input.custom_id, ...content }
  }
  if (part.type === 18) return [{ type: 18, id: part.id, component: one(part.component as Json) }]
  if (part.type === 1) return [{ type: 1, id: part.id, components: (part.components as Json[]).map(one) }]
  return []
}
