import {
  type APIApplicationCommandOption,
  type APIRole,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
  type Guild,
  PermissionFlagsBits,
  type Role,
  Routes,
} from 'discord.js'
import { readGuildRoles, setGuildRoles, TIERS } from '../../../core/roles/guild-roles.js'
import { lines, type Words } from '../render/words.js'
import type { Kit } from '../types.js'
import { text, type View } from './command.js'
import { named } from './definitions.js'

/** One role option a tier, and whether missing roles are made. */
export function rankRoleOptions(): APIApplicationCommandOption[] {
  return [
    { type: ApplicationCommandOptionType.Boolean, ...named('create', 'setup.ranks.create') },
    ...TIERS.map(
      (tier): APIApplicationCommandOption => ({
        type: ApplicationCommandOptionType.Role,
        ...named(`tier-${tier.toLowerCase()}`, `setup.ranks.tier_${tier.toLowerCase()}`),
      }),
    ),
  ]
}

/**
 * Maps the tiers to roles: those named in the command, else those set before, else roles whose name ends in the tier's
 * letter, else (when asked) new ones. Says for each what came of it and whether the bot can give it.
 */
export async function setupRanks(
  kit: Kit,
  words: Words,
  interaction: ChatInputCommandInteraction<'cached'>,
): Promise<View> {
  const { guild, guildId, options, user } = interaction
  const me = guild.members.me
  if (!me?.permissions.has(PermissionFlagsBits.ManageRoles)) return text(words.say('role.missing_permission'))
  const before = await readGuildRoles(kit.db.kysely, guildId)
  const roles = new Map<string, string>()
  for (const tier of TIERS) {
    const named_ = options.getRole(`tier-${tier.toLowerCase()}`)?.id
    const known = before.get(tier)
    const kept = known !== undefined && guild.roles.cache.has(known) ? known : undefined
    const role = named_ ?? kept ?? roleByName(guild, tier)
    if (role !== undefined) roles.set(tier, role)
  }
  if (options.getBoolean('create')) {
    for (const tier of TIERS) if (!roles.has(tier)) roles.set(tier, await makeRole(kit, guildId, tier, words))
  }
  if (roles.size === 0) return text(words.say('setup.ranks_none'))
  for (const [tier, id] of roles) {
    const role = guild.roles.cache.get(id)
    if (role && before.get(tier) !== id && !mayGive(interaction, role)) {
      return text(words.say('setup.role_too_strong', { tier, role: words.raw(`<@&${id}>`) }))
    }
  }
  const set = await setGuildRoles(kit.db, guildId, roles, `discord:${user.id}`)
  if (set.status === 'same_role_twice') return text(words.say('setup.ranks_twice'))
  kit.ranksChanged(guildId)

  const top = me.roles.highest.position
  const told = TIERS.map((tier) => {
    const id = roles.get(tier)
    if (id === undefined) return words.say('setup.tier_missing', { tier })
    const role = guild.roles.cache.get(id)
    const isAbove = role !== undefined && (role.position >= top || role.managed)
    return words.say(isAbove ? 'setup.tier_above' : 'setup.tier_set', { tier, role: words.raw(`<@&${id}>`) })
  })
  return text(lines(words.say('setup.ranks_set'), ...told))
}

/** Rights that nobody earns by talking. */
const STRONG =
  PermissionFlagsBits.Administrator |
  PermissionFlagsBits.BanMembers |
  PermissionFlagsBits.KickMembers |
  PermissionFlagsBits.ManageChannels |
  PermissionFlagsBits.ManageGuild |
  PermissionFlagsBits.ManageMessages |
  PermissionFlagsBits.ManageRoles |
  PermissionFlagsBits.ManageWebhooks |
  PermissionFlagsBits.MentionEveryone |
  PermissionFlagsBits.ModerateMembers

/** Whether the caller could give this role himself: through the bot nobody reaches above his own place. */
function mayGive({ member, guild }: ChatInputCommandInteraction<'cached'>, role: Role): boolean {
  if (role.permissions.any(STRONG)) return false
  return guild.ownerId === member.id || role.position < member.roles.highest.position
}

/** A role that is plainly a tier's: `F`, `Tier F`, `Ранг F`. */
function roleByName(guild: Guild, tier: string): string | undefined {
  const fits = guild.roles.cache.filter((role) => {
    const isOurs = !role.managed && role.id !== guild.id
    return (
      isOurs && new RegExp(`^(?:(?:rank|tier|ранг|тир|уровень)\\s+)?${tier}$`, 'iu').test(role.name.trim())
    )
  })
  return fits.size === 1 ? fits.firstKey() : undefined
}

async function makeRole(kit: Kit, guildId: string, tier: string, words: Words): Promise<string> {
  const colour = kit.rules().ranks.find((rank) => rank.tier === tier)?.colour ?? '#95a5a6'
  const role = (await kit.rest.post(Routes.guildRoles(guildId), {
    body: {
      name: words.plain('role.name', { tier }),
      color: Number.parseInt(colour.slice(1), 16) || 0x010101,
      permissions: '0',
      hoist: true,
      mentionable: false,
    },
    reason: 'TTFD rank',
  })) as APIRole
  return role.id
}
