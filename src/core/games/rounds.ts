import type { Database } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { isClosedAt } from '../deletion/closed.js'
import { communityDay } from '../progression/community-day.js'
import { spendable } from '../progression/freeze.js'
import { dayCounters, readLimits } from '../progression/limits.js'
import type { Rules } from '../progression/rules.js'
import { awardIn, endRound, lockAccount, lockRound } from './round-steps.js'

/** A game that is played in rounds: its secret and its verdict, both pure. */
export type RoundGame = {
  name: 'guess'
  /** Draws the round's secret; `random(n)` gives 0 to n - 1 from a safe source. */
  draw(rules: Rules, random: (n: number) => number): Record<string, unknown>
  /** Judges a pick; null when the pick is not one of those offered. */
  judge(rules: Rules, secret: Record<string, unknown>, bet: number, pick: number): RoundVerdict | null
}

type RoundVerdict = { won: boolean; xp: number; payout: number; detail: Record<string, unknown> }

export type RoundContext = { rules: Rules; now: Date; newId: () => string; random: (n: number) => number }

export type StartRound =
  | { status: 'started'; round: string; bet: number; coins: number; expiresAt: Date; freeLeft: number }
  /** One round per game at a time: the open one is shown again. */
  | { status: 'open_already'; round: string; bet: number; expiresAt: Date }
  /** The same press came again after its round had ended. */
  | { status: 'ended_already' }
  | { status: 'insufficient_coins'; coins: number }
  /** A fresh merge keeps them from being spent until then; `free` can be. */
  | { status: 'frozen'; coins: number; free: number; until: Date }
  /** The account is restricted: no bets. Why and until when: `readRestriction`. */
  | { status: 'restricted' }
  | { status: 'no_free_rounds_left' }
  /** Nothing is paid in a rehearsal, so nothing is staked either. */
  | { status: 'rehearsal' }
  | { status: 'unknown_account' }
  | { status: 'bet_not_offered' }

/**
 * Starts a round: the stake is taken by its own event in the same transaction. A free round stakes 0. `requestKey`
 * names the press that asked (`telegram:press:<callback id>`), so that a repeated update starts nothing twice.
 */
export async function startRound(
  db: Database,
  game: RoundGame,
  who: Identity,
  { bet, requestKey }: { bet: number; requestKey: string },
  context: RoundContext,
): Promise<StartRound> {
  const { rules, now, newId, random } = context
  if (bet !== 0 && !rules.games.bets.includes(bet)) return { status: 'bet_not_offered' }
  if (bet !== 0 && !rules.pay) return { status: 'rehearsal' }
  return db.transaction(async (tx) => {
    let account = await lockAccount(tx, who)
    if (!account || isClosedAt(readLimits(account.limits), now)) return { status: 'unknown_account' }
    const asked = await tx
      .selectFrom('ttfd.game_rounds')
      .select('state')
      .where('request_key', '=', requestKey)
      .executeTakeFirst()
    if (asked && asked.state !== 'open') return { status: 'ended_already' }
    const open = await tx
      .selectFrom('ttfd.game_rounds')
      .selectAll()
      .where('account_id', '=', account.id)
      .where('game', '=', game.name)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (open && open.expires_at > now) {
      return { status: 'open_already', round: open.id, bet: open.bet, expiresAt: open.expires_at }
    }
    if (open) {
      await endRound(tx, open, 'expired', context)
      if (asked) return { status: 'ended_already' }
      account = (await lockAccount(tx, who)) ?? account
    }

    const used = dayCounters(readLimits(account.limits), communityDay(now, rules.timeZone)).free_rounds ?? 0
    const freeLeft = Math.max(0, rules.games.free_rounds_per_day - used)
    if (bet === 0 && freeLeft === 0) return { status: 'no_free_rounds_left' }

    const round = newId()
    let coins = account.coins
    if (bet > 0) {
      const outcome = await awardIn(tx, context, {
        key: `game:${round}:stake`,
        who: { accountId: account.id },
        occurredAt: now,
        source: who.platform,
        act: { type: 'stake', game: game.name, round, bet },
      })
      if (outcome.status === 'refused' && outcome.reason === 'frozen' && outcome.next) {
        const free = spendable(readLimits(account.limits), account.coins, now)
        return { status: 'frozen', coins: account.coins, free, until: outcome.next }
      }
      if (outcome.status === 'refused' && outcome.reason === 'restricted') return { status: 'restricted' }
      if (outcome.status === 'refused') return { status: 'insufficient_coins', coins: account.coins }
      if (outcome.status === 'recorded') coins = outcome.newCoins
    }
    const expiresAt = new Date(now.getTime() + rules.games.round_seconds * 1000)
    await tx
      .insertInto('ttfd.game_rounds')
      .values({
        id: round,
        request_key: requestKey,
        account_id: account.id,
        platform: who.platform,
        platform_id: who.id,
        game: game.name,
        bet,
        secret: JSON.stringify(game.draw(rules, random)),
        started_at: now,
        expires_at: expiresAt,
      })
      .execute()
    return { status: 'started', round, bet, coins, expiresAt, freeLeft: bet === 0 ? freeLeft - 1 : freeLeft }
  })
}

export type PlayRound =
  | {
      status: 'finished'
      /** False when this round was finished before (a second press): the first result is shown again. */
      now: boolean
      won: boolean
      bet: number
      xp: number
      payout: number
      coins: number
      newXp: number
      capped: boolean
      rankUps: { rank: number; reward_coins: number }[]
      detail: Record<string, unknown>
    }
  | { status: 'cancelled'; bet: number; coins: number }
  | { status: 'expired'; bet: number }
  /** Unknown round, or somebody else's. */
  | { status: 'not_yours' }
  | { status: 'pick_not_offered' }

/** Finishes a round with a pick. A round answers only the person who opened it and pays once. */
export async function playRound(
  db: Database,
  game: RoundGame,
  who: Identity,
  round: string,
  pick: number,
  context: RoundContext,
): Promise<PlayRound> {
  return db.transaction(async (tx) => {
    const found = await lockRound(tx, game, who, round)
    if (!found) return { status: 'not_yours' }
    const { row, coins } = found
    if (row.state === 'open' && row.expires_at <= context.now) {
      await endRound(tx, row, 'expired', context)
      return { status: 'expired', bet: row.bet }
    }
    if (row.state === 'open' && row.bet > 0 && !context.rules.pay) {
      // The rehearsal began after the stake was taken: a win could not be paid, so the stake goes back.
      await endRound(tx, row, 'cancelled', context)
      return { status: 'cancelled', bet: row.bet, coins: coins + row.bet }
    }
    if (row.state === 'finished')
      return { ...(row.result as Omit<Finished, 'now'>), status: 'finished', now: false }
    if (row.state === 'cancelled') return { status: 'cancelled', bet: row.bet, coins }
    if (row.state === 'expired') return { status: 'expired', bet: row.bet }
    const verdict = game.judge(context.rules, row.secret, row.bet, pick)
    if (!verdict) return { status: 'pick_not_offered' }
    const outcome = await awardIn(tx, context, {
      key: `game:${row.id}`,
      who: { accountId: row.account_id },
      occurredAt: context.now,
      source: who.platform,
      act: {
        type: 'game',
        game: game.name,
        round: row.id,
        bet: row.bet,
        free: row.bet === 0,
        won: verdict.won,
        xp: verdict.xp,
        payout: verdict.payout,
        detail: verdict.detail,
      },
    })
    if (outcome.status !== 'recorded')
      throw new Error(`round ${row.id} is open but its award was ${outcome.status}`)
    const result: Omit<Finished, 'now'> = {
      status: 'finished',
      won: verdict.won,
      bet: row.bet,
      xp: outcome.xp,
      payout: outcome.coins,
      coins: outcome.newCoins,
      newXp: outcome.newXp,
      capped: outcome.reason === 'cap',
      rankUps: outcome.rankUps,
      detail: verdict.detail,
    }
    await tx
      .updateTable('ttfd.game_rounds')
      .set({ state: 'finished', ended_at: context.now, result: JSON.stringify(result) })
      .where('id', '=', row.id)
      .execute()
    return { ...result, now: true }
  })
}

type Finished = Extract<PlayRound, { status: 'finished' }>

/** Cancels an open round and gives the stake back. A second press finds it cancelled. */
export async function cancelRound(
  db: Database,
  game: RoundGame,
  who: Identity,
  round: string,
  context: RoundContext,
): Promise<PlayRound> {
  return db.transaction(async (tx) => {
    const found = await lockRound(tx, game, who, round)
    if (!found) return { status: 'not_yours' }
    const { row } = found
    if (row.state === 'finished')
      return { ...(row.result as Omit<Finished, 'now'>), status: 'finished', now: false }
    if (row.state === 'open')
      await endRound(tx, row, row.expires_at <= context.now ? 'expired' : 'cancelled', context)
    const account = await lockAccount(tx, who)
    const ended = row.state === 'expired' || (row.state === 'open' && row.expires_at <= context.now)
    if (ended) return { status: 'expired', bet: row.bet }
    return { status: 'cancelled', bet: row.bet, coins: account?.coins ?? 0 }
  })
}

/** Ends rounds whose time is over and gives their stakes back; returns how many. Made for a timer. */
export async function expireRounds(db: Database, context: RoundContext, limit = 100): Promise<number> {
  const due = await db.kysely
    .selectFrom('ttfd.game_rounds')
    .select(['id', 'account_id'])
    .where('state', '=', 'open')
    .where('expires_at', '<=', context.now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  const errors: unknown[] = []
  for (const { id, account_id } of due) {
    const ended = db.transaction(async (tx) => {
      await tx
        .selectFrom('unified_users')
        .select('id')
        .where('id', '=', account_id)
        .forNoKeyUpdate()
        .execute()
      const row = await tx
        .selectFrom('ttfd.game_rounds')
        .selectAll()
        .where('id', '=', id)
        .where('state', '=', 'open')
        .forUpdate()
        .executeTakeFirst()
      if (row) await endRound(tx, row, 'expired', context)
    })
    // One that cannot be ended must not keep the others open.
    await ended.catch((error: unknown) => errors.push(error))
  }
  if (errors.length > 0)
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'rounds stay open')
  return due.length
}
