import {
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
  type GuildMember,
  PermissionFlagsBits,
} from 'discord.js'
import { cleanName } from '../../../core/accounts/clean-name.js'
import { setChannelChoice, setGuildChoices } from '../../../core/places/discord-guilds.js'
import { setPlace } from '../../../core/places/places.js'
import { guessWords } from '../person.js'
import type { Words } from '../render/words.js'
import type { Kit } from '../types.js'
import { type Command, sorry, text, type View } from './command.js'
import { choiceOption, named, slash } from './definitions.js'
import { rankRoleOptions, setupRanks } from './setup-ranks.js'

const NOTICE_PLACES = ['last', 'channel', 'dm', 'none'] as const

const sub = (name: string, options: APIApplicationCommandOption[]): APIApplicationCommandOption =>
  ({
    type: ApplicationCommandOptionType.Subcommand,
    ...named(name, `setup.${name}`),
    options,
  }) as APIApplicationCommandOption

const flag = (name: string, key: string, required = false): APIApplicationCommandOption => ({
  type: ApplicationCommandOptionType.Boolean,
  ...named(name, key),
  required,
})

/** Setting a guild up. Who may: its managers; listing a guild and multipliers are the operators' alone. */
export const setupCommand: Command = {
  data: slash('setup', 'guild', {
    // Who may not even manage roles need not see it; what each part takes is checked below.
    default_member_permissions: String(PermissionFlagsBits.ManageRoles),
    options: [
      sub('ranks', rankRoleOptions()),
      sub('notices', [
        choiceOption('place', 'setup.notices.place', NOTICE_PLACES, true),
        { type: ApplicationCommandOptionType.Channel, ...named('channel', 'setup.notices.channel') },
      ]),
      sub('channel', [
        {
          type: ApplicationCommandOptionType.Channel,
          ...named('channel', 'setup.channel.channel'),
          required: true,
        },
        flag('pays', 'setup.channel.pays', true),
        {
          type: ApplicationCommandOptionType.Number,
          ...named('multiplier', 'setup.channel.multiplier'),
          min_value: 0,
          max_value: 3,
        },
      ]),
      sub('voice', [flag('muted', 'setup.voice.muted', true)]),
      sub('here', [
        flag('pays', 'setup.here.pays', true),
        {
          type: ApplicationCommandOptionType.Number,
          ...named('multiplier', 'setup.here.multiplier'),
          min_value: 0,
          max_value: 3,
        },
      ]),
    ],
  }),
  ephemeral: true,
  async execute(kit, interaction) {
    const words = guessWords(interaction)
    if (!interaction.isChatInputCommand() || !interaction.inCachedGuild()) return sorry(words, 'not_offered')
    const name = interaction.options.getSubcommand()
    const right = name === 'ranks' ? PermissionFlagsBits.ManageRoles : PermissionFlagsBits.ManageGuild
    const isOperator = kit.settings.admins.includes(interaction.user.id)
    // Discord hides the command by default, but a server can show it to anybody: the right is checked here.
    if (!isOperator && !interaction.memberPermissions.has(right)) return sorry(words, 'not_allowed')
    switch (name) {
      case 'ranks':
        return setupRanks(kit, words, interaction)
      case 'notices':
        return notices(kit, words, interaction)
      case 'channel':
        return channel(kit, words, interaction, isOperator)
      case 'voice':
        return voice(kit, words, interaction)
      case 'here':
        return isOperator ? here(kit, words, interaction) : sorry(words, 'operators_only')
      default:
        return sorry(words, 'not_offered')
    }
  },
}

type InGuild = ChatInputCommandInteraction<'cached'> & { member: GuildMember }

const actorOf = (interaction: InGuild) => `discord:${interaction.user.id}`

async function notices(kit: Kit, words: Words, interaction: InGuild): Promise<View> {
  const asked = interaction.options.getString('place', true)
  const place = NOTICE_PLACES.find((one) => one === asked)
  const target = interaction.options.getChannel('channel')
  if (!place) return sorry(words, 'not_offered')
  if (place === 'channel' && !target?.isTextBased()) return text(words.say('setup.channel_needed'))
  await setGuildChoices(
    kit.db,
    interaction.guildId,
    { noticePlace: place, noticeChannelId: target?.id ?? null },
    actorOf(interaction),
  )
  kit.places.forget()
  return text(
    words.say('setup.notices_set', { place: words.plain(`command.setup.notices.place.choice.${place}`) }),
  )
}

async function channel(kit: Kit, words: Words, interaction: InGuild, isOperator: boolean): Promise<View> {
  const multiplier = interaction.options.getNumber('multiplier')
  if (multiplier !== null && !isOperator) return sorry(words, 'operators_only')
  if (multiplier !== null && !(multiplier >= 0 && multiplier <= 3)) return sorry(words, 'not_offered')
  const target = interaction.options.getChannel('channel', true)
  const pays = interaction.options.getBoolean('pays', true)
  await setChannelChoice(
    kit.db,
    {
      channelId: target.id,
      guildId: interaction.guildId,
      pays,
      ...(multiplier === null ? {} : { multiplier }),
    },
    actorOf(interaction),
  )
  kit.places.forget()
  const values = { channel: words.raw(`<#${target.id}>`) }
  return text(words.say(pays ? 'setup.channel_pays' : 'setup.channel_pays_not', values))
}

async function voice(kit: Kit, words: Words, interaction: InGuild): Promise<View> {
  const serverMuteCounts = interaction.options.getBoolean('muted', true)
  await setGuildChoices(kit.db, interaction.guildId, { serverMuteCounts }, actorOf(interaction))
  kit.places.forget()
  return text(words.say(serverMuteCounts ? 'setup.muted_counts' : 'setup.muted_counts_not'))
}

async function here(kit: Kit, words: Words, interaction: InGuild): Promise<View> {
  const pays = interaction.options.getBoolean('pays', true)
  const multiplier = interaction.options.getNumber('multiplier')
  if (multiplier !== null && !(multiplier >= 0 && multiplier <= 3)) return sorry(words, 'not_offered')
  await setPlace(
    kit.db,
    {
      platform: 'discord',
      placeId: interaction.guildId,
      title: cleanName(interaction.guild.name) ?? '',
      pays,
      ...(multiplier === null ? {} : { multiplier }),
    },
    actorOf(interaction),
  )
  kit.places.forget()
  return text(words.say(pays ? 'setup.here_pays' : 'setup.here_pays_not'))
}
