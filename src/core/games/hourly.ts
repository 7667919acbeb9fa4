import type { Identity } from '../accounts/identity.js'
import type { RankUp } from '../progression/award.js'
import type { AwardSink } from '../progression/award-writer.js'
import type { Rules } from '../progression/rules.js'

/** A game (or a job) that is offered once an hour: its result is drawn here, never by the client. */
export type HourlyGame<Call> = {
  name: 'dice' | 'coinflip' | 'work'
  /** `random(n)` gives 0 to n - 1 from a safe source. */
  play(rules: Rules, random: (n: number) => number, call: Call): HourlyResult
}

type HourlyResult = { won: boolean | null; xp: number; coins: number; detail: Record<string, unknown> }

export type PlayHourly =
  | {
      status: 'played'
      won: boolean | null
      /** What was paid; less than drawn when a cap was reached. */
      xp: number
      coins: number
      detail: Record<string, unknown>
      capped: boolean
      rehearsal: boolean
      /** Recorded, but nothing was paid: the account is restricted. */
      restricted: boolean
      newXp: number
      newCoins: number
      rankUps: RankUp[]
    }
  /** The same press came again: what it drew the first time. */
  | { status: 'played_already'; xp: number; coins: number; detail: Record<string, unknown> }
  | { status: 'cooldown'; next: Date }
  | { status: 'unknown_account' }

/**
 * Plays once. `key` names the press (`discord:interaction:<id>`), so that a repeated delivery draws nothing twice; the
 * hour is judged by `now` under the account's lock and travels with the identity.
 */
export async function playHourly<Call>(
  writer: AwardSink,
  game: HourlyGame<Call>,
  who: Identity,
  call: Call,
  { key, rules, now, random }: { key: string; rules: Rules; now: Date; random: (n: number) => number },
): Promise<PlayHourly> {
  const drawn = game.play(rules, random, call)
  const outcome = await writer.award({
    key,
    who,
    occurredAt: now,
    source: who.platform,
    act: { type: 'hourly', game: game.name, ...drawn },
  })
  switch (outcome.status) {
    case 'recorded':
      return {
        status: 'played',
        won: drawn.won,
        xp: outcome.xp,
        coins: outcome.coins,
        detail: drawn.detail,
        capped: outcome.reason === 'cap',
        rehearsal: outcome.reason === 'rehearsal',
        restricted: outcome.reason === 'restricted',
        newXp: outcome.newXp,
        newCoins: outcome.newCoins,
        rankUps: outcome.rankUps,
      }
    case 'duplicate':
      return { status: 'played_already', xp: outcome.xp, coins: outcome.coins, detail: outcome.data }
    case 'refused':
      if (outcome.reason === 'cooldown' && outcome.next) return { status: 'cooldown', next: outcome.next }
      if (outcome.reason === 'unknown_account' || outcome.reason === 'closing')
        return { status: 'unknown_account' }
      throw new Error(`an hourly game was refused: ${outcome.reason}`)
    default:
      return outcome satisfies never
  }
}
