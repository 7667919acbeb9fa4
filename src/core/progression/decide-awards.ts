import { isClosedAt } from '../deletion/closed.js'
import type { EventType, NewEvent } from '../events/event-types.js'
import type { AccountState, AccountsByIdentity } from './account-state.js'
import type { Act, Award, AwardOutcome, RankUp, ZeroReason } from './award.js'
import { judge } from './judge-act.js'
import { forgetPrints } from './limits.js'
import { rankFor, ranksToPay } from './ranks.js'
import type { Rules } from './rules.js'
import type { Verdict } from './verdict.js'

const BALANCE_MAX = Number.MAX_SAFE_INTEGER
const DELTA_MAX = 1_000_000_000

const NOWHERE: readonly string[] = []

export type Decision = { outcome: AwardOutcome; events: NewEvent[] }

/**
 * Decides what one award pays and changes the account's state accordingly. Pure but for that state: locked account and
 * rules in, outcome and events out. Deciding the same awards in the same order per account gives the same balances,
 * however they are cut into batches.
 */
export function decideAward(
  accounts: AccountsByIdentity,
  award: Award,
  rules: Rules,
  newId: () => string,
): Decision {
  const account = accounts.find(award.who)
  if (!account) {
    // Who may be made and was not has been erased since it happened.
    const reason = award.create && !('accountId' in award.who) ? 'closing' : 'unknown_account'
    return { outcome: { status: 'refused', reason, accountId: null }, events: [] }
  }

  if (isClosedAt(account.limits, award.occurredAt) && !isOwed(award.act)) {
    return { outcome: { status: 'refused', reason: 'closing', accountId: account.id }, events: [] }
  }
  const verdict = judge(account, award, rules)
  if (verdict.refused) {
    const { refused: reason, next } = verdict
    return {
      outcome: { status: 'refused', reason, accountId: account.id, ...(next && { next }) },
      events: [],
    }
  }
  const withheld = whyWithheld(account, award, verdict, rules)
  const { xp, coins } = withheld === null ? verdict : { xp: 0, coins: 0 }
  const reason: ZeroReason | null = withheld ?? verdict.reason
  if (!isInRange(account, xp, coins, deltaMax(verdict.event))) {
    return { outcome: { status: 'refused', reason: 'out_of_range', accountId: account.id }, events: [] }
  }
  verdict.commit({ xp, coins })

  const events: NewEvent[] = []
  const rankBefore = account.rankId
  const xpBefore = account.xp
  account.xp += xp
  account.coins += coins
  // What an import or a merge brings was not earned in this season.
  if (!verdict.silent) account.seasonXp += Math.max(xp, 0)
  account.changed = true
  if (award.occurredAt > account.lastActive) account.lastActive = award.occurredAt
  const { data } = verdict
  if (reason !== null) data.reason = reason
  // What a caller says of the act never hides what it changed.
  data.delta_xp = xp
  data.new_xp = account.xp
  data.delta_coins = coins
  data.new_coins = account.coins
  events.push({
    id: newId(),
    userId: account.id,
    type: verdict.event,
    source: award.source,
    xpDelta: xp,
    coinsDelta: coins,
    data,
    dedupeKey: award.key,
    destinations: NOWHERE,
  })
  forgetPrints(account.limits, award.occurredAt)
  const rankUps = regrade(
    account,
    award,
    { rank: rankBefore, xp: xpBefore },
    verdict.silent,
    rules,
    newId,
    events,
  )
  const isSameTier =
    account.rankId === rankBefore || tierOf(rankBefore, rules) === tierOf(account.rankId, rules)
  const last = events.at(-1)
  // Silent changes (imports, merges) move the role too.
  if (last && !isSameTier && account.identities.discord !== null) {
    last.destinations = [...last.destinations, 'discord_roles']
  }
  const outcome: AwardOutcome = {
    status: 'recorded',
    accountId: account.id,
    xp,
    coins,
    reason,
    newXp: account.xp,
    newCoins: account.coins,
    rank: account.rankId,
    rankUps,
    streak: verdict.event === 'daily_claimed' ? account.streak : 0,
    created: account.created,
  }
  account.created = false
  return { outcome, events }
}

/** What an account gets back or passes on though it is closed: a stake, and what merges and imports move. */
function isOwed(act: Act): boolean {
  return act.type === 'return_stake' || (act.type === 'grant' && MOVING.has(act.event))
}

const MOVING: ReadonlySet<string> = new Set(['accounts_merged', 'merge_undone', 'imported'])

/** Why an act that the rules would pay is recorded only. Decisions of people and the program's own transfers stand. */
function whyWithheld(account: AccountState, award: Award, verdict: Verdict, rules: Rules): ZeroReason | null {
  const isEarned = verdict.paid || award.source.startsWith('api:')
  // A message where nothing counts stays one: it is on no board.
  if (isEarned && account.restriction) return verdict.reason === 'place' ? 'place' : 'restricted'
  return verdict.paid && !rules.pay ? 'rehearsal' : null
}

/**
 * Sets the rank that the XP gives and pays each rank that this act crosses and that was never paid, one event a rank.
 * A rank that the account stood above already (the operator changed the ladder) counts as paid: no act reached it.
 */
function regrade(
  account: AccountState,
  award: Award,
  before: { rank: number; xp: number },
  silent: boolean,
  rules: Rules,
  newId: () => string,
  events: NewEvent[],
): RankUp[] {
  account.rankId = rankFor(account.xp, rules.ranks).id
  const unpaid = ranksToPay(account.xp, account.highestRankPaid, rules.ranks)
  if (unpaid.length === 0) return []
  account.highestRankPaid = Math.max(account.highestRankPaid, unpaid.at(-1)?.id ?? 0)
  if (silent) return []
  let previous = before.rank
  return unpaid
    .filter((rank) => rank.xp_needed > before.xp)
    .map((rank) => {
      const reward = rules.pay && !account.restriction ? rank.reward_coins : 0
      account.coins += reward
      events.push({
        id: newId(),
        userId: account.id,
        type: 'rank_up',
        source: award.source,
        xpDelta: 0,
        coinsDelta: reward,
        data: {
          old_rank: previous,
          new_rank: rank.id,
          reward_coins: reward,
          delta_coins: reward,
          new_coins: account.coins,
          new_xp: account.xp,
        },
        dedupeKey: `rank:${account.id}:${rank.id}`,
        destinations: noticeDestinations(account),
      })
      previous = rank.id
      return { rank: rank.id, reward_coins: reward }
    })
}

/** Who hears of a rank: every platform of the account that can be written to. */
function noticeDestinations(account: AccountState): string[] {
  return [
    ...(account.identities.telegram === null ? [] : ['telegram']),
    ...(account.identities.discord === null ? [] : ['discord']),
  ]
}

function tierOf(rankId: number, rules: Rules): string | undefined {
  return rules.ranks.find((rank) => rank.id === rankId)?.tier
}

/** A merge and its undo carry a whole balance, however high. */
function deltaMax(event: EventType): number {
  return event === 'accounts_merged' || event === 'merge_undone' ? BALANCE_MAX : DELTA_MAX
}

function isInRange(account: AccountState, xp: number, coins: number, max: number): boolean {
  return (
    Number.isInteger(xp) &&
    Number.isInteger(coins) &&
    Math.abs(xp) <= max &&
    Math.abs(coins) <= max &&
    account.xp + xp >= 0 &&
    account.coins + coins >= 0 &&
    account.xp + xp <= BALANCE_MAX &&
    // Room for every rank reward at once; who stands above it may still spend.
    (coins <= 0 || account.coins + coins <= BALANCE_MAX - DELTA_MAX)
  )
}
