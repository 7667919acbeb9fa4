import { z } from 'zod'
import { isOutage } from '../../../core/availability/is-outage.js'
import { claimDaily, keepDaily } from '../../../core/economy/claim-daily.js'
import { COIN_SIDES, coinFlip } from '../../../core/games/coin-flip.js'
import { dice } from '../../../core/games/dice.js'
import { type HourlyGame, type PlayHourly, playHourly } from '../../../core/games/hourly.js'
import { JOBS, work } from '../../../core/games/work.js'
import type { RankUp } from '../../../core/progression/award.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines, rankName, relativeTime, type Words } from '../render/words.js'
import type { Kit } from '../types.js'
import { type AnyCommandInteraction, type Command, sorry, text, type View } from './command.js'
import { choiceOption, slash } from './definitions.js'

/** What pays is open only in guilds that pay; elsewhere the answer says so and nothing happens. */
async function payingPerson(kit: Kit, interaction: AnyCommandInteraction): Promise<Person | null> {
  const { guildId } = interaction
  if (guildId === null || (await kit.places.guild(guildId)) === null) return null
  return personOf(kit, interaction)
}

function rankUpLines(kit: Kit, words: Words, rankUps: readonly RankUp[]): string[] {
  return rankUps.map(({ rank, reward_coins }) =>
    words.say('earn.rank_up', {
      rank: rankName(words, kit.rules(), rank),
      coins: words.count('common:coins', reward_coins),
    }),
  )
}

const gain = (words: Words, xp: number, coins: number) =>
  words.say(coins > 0 ? 'earn.gain_both' : 'earn.gain_xp', {
    xp: words.count('common:xp', xp),
    coins: words.count('common:coins', coins),
  })

/** The daily of somebody whom an outage keeps from being looked up is kept, and paid as of `now`. */
async function keptDaily(
  kit: Kit,
  { guildId, user }: AnyCommandInteraction,
  now: Date,
  outage: unknown,
): Promise<'kept'> {
  if (!isOutage(outage) || guildId === null || (await kit.places.guild(guildId)) === null) throw outage
  const who = { platform: 'discord', id: user.id } as const
  const facts = { username: user.username, displayName: user.displayName }
  if (await keepDaily(kit.writer, who, { facts, rules: kit.rules(), now })) return 'kept'
  throw outage
}

export const dailyCommand: Command = {
  data: slash('daily', 'guild'),
  ephemeral: false,
  async execute(kit, interaction) {
    const now = kit.now()
    const asked = await payingPerson(kit, interaction).catch((error: unknown) =>
      keptDaily(kit, interaction, now, error),
    )
    if (asked === 'kept') return text(guessWords(interaction).say('daily.kept'))
    const person = asked
    if (!person) return sorry(guessWords(interaction), 'place_does_not_pay')
    const { words } = person
    const claim = await claimDaily(kit.db, kit.writer, person.identity, { rules: kit.rules(), now })
    switch (claim.status) {
      case 'claimed':
        return text(
          lines(
            words.say('daily.claimed', { gain: words.raw(gain(words, claim.xp, claim.coins)) }),
            claim.restricted && words.say('restrictions:short.unpaid'),
            words.count('daily.streak', claim.streak),
            ...rankUpLines(kit, words, claim.rankUps),
          ),
        )
      case 'already_claimed':
        return text(
          words.say('daily.already', {
            next: relativeTime(new Date(now.getTime() + claim.nextInSeconds * 1000)),
          }),
        )
      case 'unknown_account':
        return text(words.say('profile.nobody'))
      default:
        return claim satisfies never
    }
  },
}

async function play<Call>(
  kit: Kit,
  interaction: AnyCommandInteraction,
  game: HourlyGame<Call>,
  call: Call,
  tell: (words: Words, played: { won: boolean | null; detail: Record<string, unknown> }) => string,
): Promise<View> {
  const person = await payingPerson(kit, interaction)
  if (!person) return sorry(guessWords(interaction), 'place_does_not_pay')
  const { words } = person
  const played = await playHourly(kit.writer, game, person.identity, call, {
    key: `discord:interaction:${interaction.id}`,
    rules: kit.rules(),
    now: kit.now(),
    random: kit.random,
  })
  return text(toldOf(kit, words, played, tell))
}

function toldOf(
  kit: Kit,
  words: Words,
  played: PlayHourly,
  tell: (words: Words, played: { won: boolean | null; detail: Record<string, unknown> }) => string,
): string {
  switch (played.status) {
    case 'played':
      return lines(
        tell(words, played),
        gain(words, played.xp, played.coins),
        played.capped && words.say('earn.capped'),
        played.rehearsal && words.say('earn.rehearsal'),
        played.restricted && words.say('restrictions:short.unpaid'),
        ...rankUpLines(kit, words, played.rankUps),
      )
    case 'played_already': {
      const { detail, xp, coins } = played
      return lines(tell(words, { won: detail.won === true, detail }), gain(words, xp, coins))
    }
    case 'cooldown':
      return words.say('earn.cooldown', { next: relativeTime(played.next) })
    case 'unknown_account':
      return words.say('profile.nobody')
    default:
      return played satisfies never
  }
}

export const diceCommand: Command = {
  data: slash('dice', 'guild'),
  ephemeral: false,
  execute: (kit, interaction) =>
    play(kit, interaction, dice, {}, (words, { won, detail }) =>
      words.say(won ? 'dice.won' : 'dice.rolled', { face: Number(detail.face) }),
    ),
}

const sideShape = z.enum(COIN_SIDES)

export const coinFlipCommand: Command = {
  data: slash('coinflip', 'guild', { options: [choiceOption('side', 'coinflip.side', COIN_SIDES, true)] }),
  ephemeral: false,
  async execute(kit, interaction) {
    const side = interaction.isChatInputCommand() ? interaction.options.getString('side') : null
    const called = sideShape.safeParse(side)
    if (!called.success) return sorry(guessWords(interaction), 'not_offered')
    return play(kit, interaction, coinFlip, { called: called.data }, (words, { won, detail }) =>
      words.say(won ? 'coinflip.won' : 'coinflip.lost', {
        side: words.plain(`command.coinflip.side.choice.${sideShape.catch('heads').parse(detail.side)}`),
      }),
    )
  },
}

export const workCommand: Command = {
  data: slash('work', 'guild'),
  ephemeral: false,
  execute: (kit, interaction) =>
    play(kit, interaction, work, {}, (words, { detail }) => {
      const task = Number(detail.task)
      return words.say(`work.task.${task >= 1 && task <= JOBS ? task : 1}`)
    }),
}
