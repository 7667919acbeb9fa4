import { type APIEmbed, ApplicationCommandOptionType, AttachmentBuilder, type User } from 'discord.js'
import { findAccountId } from '../../../core/accounts/find-account.js'
import { hasOldClaims } from '../../../core/imports/read-reviews.js'
import { type Profile, readProfile } from '../../../core/profiles/read-profile.js'
import { readMemberRoles } from '../../../core/roles/role-states.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { guessWords, identityOf, personOf } from '../person.js'
import {
  colourOf,
  durationText,
  escapeName,
  lines,
  progressBar,
  rankName,
  type Words,
} from '../render/words.js'
import type { Kit } from '../types.js'
import { type AnyCommandInteraction, type Command, sorry, text, type View } from './command.js'
import { named, slash, userMenu } from './definitions.js'

export const profileCommand: Command = {
  data: slash('profile', 'anywhere', {
    options: [{ type: ApplicationCommandOptionType.User, ...named('member', 'profile.member') }],
  }),
  ephemeral: false,
  execute: (kit, interaction) => {
    const target = interaction.isChatInputCommand() ? interaction.options.getUser('member') : null
    return showProfile(kit, interaction, target ?? interaction.user)
  },
}

export const profileMenu: Command = {
  data: userMenu('profile_menu'),
  ephemeral: true,
  execute: (kit, interaction) =>
    showProfile(
      kit,
      interaction,
      interaction.isUserContextMenuCommand() ? interaction.targetUser : interaction.user,
    ),
}

async function showProfile(kit: Kit, interaction: AnyCommandInteraction, target: User): Promise<View> {
  const isOwn = target.id === interaction.user.id
  const person = await personOf(kit, interaction)
  const words = person?.words ?? guessWords(interaction)
  if (isOwn && !person) return sorry(words, 'no_progress_here')
  const accountId =
    isOwn && person ? person.accountId : await findAccountId(kit.db.kysely, identityOf(target.id))
  const profile = accountId === null ? null : await readProfile(kit.db.kysely, accountId, kit.rules())
  // Unknown, private and never seen himself: one answer for all three.
  if (!profile || (!isOwn && (profile.private || !profile.named))) return text(words.say('profile.nobody'))
  const role = isOwn ? await roleLine(kit, words, target.id, interaction.guildId) : null
  // Others may read this answer: what is offered stands under /link.
  const hasOffer = isOwn && (await hasOldClaims(kit.db.kysely, profile.accountId))
  const content = hasOffer ? words.say('import:offer.in_bot') : ''
  return { content, embeds: [profileEmbed(kit, words, profile, target, role)], components: [] }
}

function profileEmbed(kit: Kit, words: Words, profile: Profile, target: User, role: string | null): APIEmbed {
  const rules = kit.rules()
  const { rank, next, missing, percent } = profile.progress
  const platforms = profile.platforms.map((platform) => words.plain(`common:platform.${platform}`)).join(', ')
  const field = (key: string, value: string) => ({
    name: words.plain(`profile.${key}`),
    value,
    inline: true,
  })
  return {
    color: colourOf(rules, rank.id),
    author: { name: profile.displayName, icon_url: target.displayAvatarURL({ size: 64 }) },
    title: rankName(words, rules, rank.id),
    description: lines(
      `${progressBar(percent)} ${percent} %`,
      next
        ? words.say('profile.to_next', {
            xp: words.number(missing),
            rank: rankName(words, rules, next.id),
          })
        : words.say('profile.at_top'),
    ),
    fields: [
      field('xp', words.number(profile.xp)),
      field('coins', words.number(profile.coins)),
      field('place', words.number(profile.place)),
      field('messages', words.number(profile.messages)),
      field('voice', durationText(words, profile.voiceSeconds)),
      field('games', `${words.number(profile.gamesWon)} / ${words.number(profile.gamesPlayed)}`),
      ...(role === null ? [] : [{ name: words.plain('profile.role'), value: role, inline: false }]),
    ],
    footer: { text: words.plain('profile.footer', { platforms, streak: profile.streak }) },
  }
}

/** How the caller's rank role stands in this guild; null where there are none. */
async function roleLine(
  kit: Kit,
  words: Words,
  discordId: string,
  guildId: string | null,
): Promise<string | null> {
  const roles = await readMemberRoles(kit.db.kysely, discordId)
  const here = roles.find((role) => role.guildId === guildId)
  if (!here) return null
  if (here.reason) return words.say(`role.${here.reason}`)
  return words.say(here.state === 'applied' ? 'role.applied' : 'role.queued', {
    tier: here.wantedTier ?? '',
  })
}

export const rankCommand: Command = {
  data: slash('rank', 'anywhere'),
  ephemeral: false,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { words } = person
    const rules = kit.rules()
    const profile = await readProfile(kit.db.kysely, person.accountId, rules)
    if (!profile) return text(words.say('profile.nobody'))
    const { rank, next, missing, percent } = profile.progress
    const values = { name: profile.displayName, rank: rankName(words, rules, rank.id) }
    const view = text(
      lines(
        words.say('rank.now', { ...values, xp: words.number(profile.xp) }),
        `${progressBar(percent)} ${percent} %`,
        next
          ? words.say('profile.to_next', {
              xp: words.number(missing),
              rank: rankName(words, rules, next.id),
            })
          : words.say('profile.at_top'),
        words.say('rank.place', { place: words.number(profile.place) }),
      ),
    )
    const card = await kit.drawCard?.(person.accountId, words.locale)
    if (!card) return view
    const facts = { ...values, xp: words.number(profile.xp) }
    const description = words.plain('pictures:card.alt', facts)
    return { ...view, files: [new AttachmentBuilder(Buffer.from(card), { name: 'rank.png', description })] }
  },
}

export const balanceCommand: Command = {
  data: slash('balance', 'anywhere'),
  ephemeral: true,
  async execute(kit, interaction) {
    const person = await personOf(kit, interaction)
    if (!person) return sorry(guessWords(interaction), 'no_progress_here')
    const { words } = person
    const profile = await readProfile(kit.db.kysely, person.accountId, kit.rules(), kit.now())
    if (!profile) return text(words.say('profile.nobody'))
    return text(
      lines(
        words.say('balance.now', {
          coins: words.count('common:coins', profile.coins),
          xp: words.count('common:xp', profile.xp),
        }),
        profile.frozen !== null &&
          words.say('merging:frozen.profile', {
            coins: words.number(profile.frozen.coins),
            when: formatMoment(words.locale, profile.frozen.until, kit.settings.timeZone),
          }),
      ),
    )
  },
}

/** A member as a list shows him: an account known from messages alone has no name there. */
export function nameInList(words: Words, entry: { named: boolean; displayName: string; accountId: number }) {
  return entry.named ? escapeName(entry.displayName) : words.plain('top.unnamed', { id: entry.accountId })
}
