import { InlineKeyboard } from 'grammy'
import { type GameOffer, readOffer } from '../../../core/games/read-offer.js'
import type { PlayRound } from '../../../core/games/rounds.js'
import { packPress } from '../callback-data.js'
import type { Person } from '../person.js'
import { coinsText, lines, type Words } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'
import { rankUpText } from './rank-ups.js'

type Finished = Extract<PlayRound, { status: 'finished' }>

const NUMBERS_IN_A_ROW = 5

/** What can be played now, with the stakes that the balance allows. `head` stands above it. */
export async function gamesView(kit: Kit, person: Person, head?: string): Promise<View> {
  const { words } = person
  const rules = kit.rules()
  const offer = await readOffer(kit.db.kysely, person.accountId, { rules, now: kit.now() })
  const { highest, win_factor, won_xp, free_won_xp } = rules.games.guess
  const keyboard = new InlineKeyboard()
  if (offer.freeLeft > 0)
    keyboard.text(words.plain('games.button_free'), packPress({ act: 'round', bet: 0 })).row()
  for (const bet of offer.bets) keyboard.text(betLabel(words, bet), packPress({ act: 'round', bet }))
  return {
    text: lines(
      head,
      words.html('games.title'),
      '',
      words.html('games.rules', { highest, factor: win_factor, won: won_xp, free: free_won_xp }),
      '',
      words.html('games.balance', { coins: coinsText(words, offer.coins) }),
      offer.freeLeft > 0 ? words.count('games.free', offer.freeLeft) : words.html('games.no_free'),
    ),
    keyboard: keyboard.inline_keyboard.flat().length > 0 ? keyboard : undefined,
  }
}

/** An open round: the numbers and the way out. */
export function roundView(kit: Kit, words: Words, { round, bet }: { round: string; bet: number }): View {
  const { guess, round_seconds } = kit.rules().games
  const keyboard = new InlineKeyboard()
  for (let pick = 1; pick <= guess.highest; pick++) {
    keyboard.text(String(pick), packPress({ act: 'pick', round, pick }))
    if (pick % NUMBERS_IN_A_ROW === 0) keyboard.row()
  }
  keyboard.text(words.plain('games.button_cancel'), packPress({ act: 'cancel', round }))
  return {
    text: lines(
      words.html('games.title'),
      '',
      words.html('games.pick'),
      bet > 0 ? words.html('games.stake', { coins: coinsText(words, bet) }) : words.html('games.stake_free'),
      words.count('games.minutes', Math.floor(round_seconds / 60)),
    ),
    keyboard,
  }
}

/** How a round ended. The same however often it is shown; the buttons offer what can be played now. */
export async function resultView(kit: Kit, person: Person, result: Finished): Promise<View> {
  const { words } = person
  const number = String(result.detail.number)
  const pick = String(result.detail.pick)
  const text = lines(
    words.html(result.won ? 'games.won' : 'games.lost', { number, pick }),
    '',
    result.xp > 0 && words.html('games.gain_xp', { n: words.number(result.xp) }),
    result.payout > 0 && words.html('games.gain_coins', { n: words.number(result.payout) }),
    result.capped && words.html(result.xp + result.payout > 0 ? 'games.capped' : 'games.nothing'),
    rankUpText(words, kit.rules(), result.rankUps),
    words.html('games.now', { coins: coinsText(words, result.coins) }),
  )
  const offer = await readOffer(kit.db.kysely, person.accountId, { rules: kit.rules(), now: kit.now() })
  return { text, keyboard: againKeyboard(words, offer, result.bet) }
}

/** A round that ended without a guess. */
export function endedView(
  words: Words,
  { status, bet }: { status: 'cancelled' | 'expired'; bet: number },
): View {
  const key = bet > 0 ? `games.${status}_bet` : `games.${status}`
  return {
    text: words.html(key, bet > 0 ? { coins: coinsText(words, bet) } : {}),
    keyboard: menuButton(new InlineKeyboard(), words),
  }
}

function againKeyboard(words: Words, offer: GameOffer, bet: number): InlineKeyboard {
  const keyboard = new InlineKeyboard()
  if (bet === 0 && offer.freeLeft > 0) {
    keyboard.text(words.plain('games.button_again_free'), packPress({ act: 'round', bet: 0 })).row()
  }
  if (bet > 0 && offer.bets.includes(bet)) {
    const label = words.plain('games.button_again_bet', { n: words.number(bet) })
    keyboard.text(label, packPress({ act: 'round', bet })).row()
  }
  return menuButton(keyboard, words)
}

function menuButton(keyboard: InlineKeyboard, words: Words): InlineKeyboard {
  return keyboard.text(words.plain('games.button_menu'), packPress({ act: 'open', page: 'games' }))
}

function betLabel(words: Words, bet: number): string {
  return words.plain('games.button_bet', { n: words.number(bet) })
}
