import type { KeyedHash } from '../../db/keyed-hash.js'
import type { Statement, StatementRunner } from '../../db/statement.js'
import { createAccounts, type NewAccount } from '../accounts/create-accounts.js'
import type { Leasing, OpenedDelivery } from '../deliveries/leasing.js'
import type { NewEvent } from '../events/event-types.js'
import { AccountsByIdentity } from './account-state.js'
import type { Award, AwardOutcome, DedupeConflictError } from './award.js'
import {
  dayOfAward,
  insertDeliveries,
  insertEvents,
  notifyChanged,
  updateAccounts,
  updateLimits,
  whoKey,
} from './award-statements.js'
import { addToDaySums } from './day-sums.js'
import { decideAward } from './decide-awards.js'
import { findMoved } from './find-moved.js'
import type { KnownAccounts } from './known-accounts.js'
import {
  findKeys,
  lockAccounts,
  lockLate,
  readAccountLimits,
  replayHorizon,
  type SeenEvent,
  statesOf,
  whomOf,
} from './lock-statements.js'
import type { Rules } from './rules.js'
import { asSeen, contentOf, seenOutcome } from './seen-award.js'

export type ApplyContext = {
  rules: Rules
  newId: () => string
  /** The database's: awards that may make accounts need it, so that nobody is reborn clean. */
  keyedHash?: KeyedHash | null
  /** Accounts that the caller met before. */
  known?: KnownAccounts
}

export type ApplyOptions = {
  before?: readonly Statement[]
  after?: readonly Statement[]
  /** Gets the results before they are written: for who must know them though the answer to `commit` is lost. */
  onDecided?: (applied: readonly Applied[]) => void
  /** Leases what is opened; only where `after` commits it. */
  leasing?: Leasing | null
}

/** What came of one award: its outcome, or the caller's mistake that concerns this award alone. */
export type Applied = AwardOutcome | DedupeConflictError

/**
 * The one door: every change of progress goes through here, inside one open transaction that the caller commits.
 * Locks the accounts in id order, drops what its keys have seen, lets pure functions decide in the order given, and
 * writes everything with set-based statements. `before` statements ride along in the first round trip, and `after`
 * statements in the last (the writer puts `begin` and `commit` there).
 */
export async function applyAwards(
  runner: StatementRunner,
  awards: readonly Award[],
  { rules, newId, keyedHash = null, known }: ApplyContext,
  { before = [], after = [], onDecided, leasing = null }: ApplyOptions = {},
): Promise<Applied[]> {
  const wanted = whomOf(awards, known)
  const looked = await runner.run([
    ...before,
    lockAccounts(wanted),
    readAccountLimits(wanted),
    findKeys(awards),
  ])
  const [locked = [], limits = [], keys = []] = looked.slice(before.length)
  const accounts = new AccountsByIdentity(statesOf(locked, limits, wanted))
  const seen = new Map((keys as SeenEvent[]).map((event) => [event.dedupe_key, event]))

  if (known) await correct(runner, awards, accounts, known)
  await findMoved(runner, awards, accounts, seen)
  const horizon = replayHorizon(seen)
  const isTooOld = ({ occurredAt }: Award) => horizon !== null && occurredAt < horizon
  const missing = accountsToCreate(
    awards.filter((award) => !isTooOld(award)),
    accounts,
    seen,
  )
  if (missing.length > 0) {
    const day = (at: Date) => dayOfAward({ occurredAt: at } as Award, rules.timeZone)
    for (const account of await createAccounts(runner, missing, newId, day, keyedHash)) accounts.add(account)
  }

  const events: NewEvent[] = []
  const days: string[] = []
  const fresh = new Map<string, NewEvent>()
  const applied = awards.map((award): Applied => {
    const before = seen.get(award.key) ?? asSeen(fresh.get(award.key))
    if (before) return seenOutcome(award, before)
    if (isTooOld(award)) return { status: 'refused', reason: 'too_old', accountId: null }
    const decision = decideAward(accounts, award, rules, newId)
    const day = dayOfAward(award, rules.timeZone)
    for (const event of decision.events) {
      if (event.dedupeKey === award.key) {
        const content = contentOf(award)
        if (content !== null) event.data.content = content
        fresh.set(award.key, event)
      }
      events.push(event)
      days.push(day)
    }
    return decision.outcome
  })

  onDecided?.(applied)
  const changed = accounts.changed()
  const hasDeliveries = events.some((event) => event.destinations.length > 0)
  const daySums = addToDaySums(events, days)
  const writes =
    changed.length === 0
      ? []
      : [
          updateAccounts(changed),
          updateLimits(changed),
          ...(events.length === 0 ? [] : [insertEvents(events)]),
          ...(daySums ? [daySums] : []),
          ...(hasDeliveries ? [insertDeliveries(events)] : []),
          notifyChanged(changed, hasDeliveries),
        ]
  const lease = hasDeliveries ? (leasing?.begin(openedBy(events)) ?? null) : null
  const behind = lease ? [...writes, ...lease.statements] : writes
  if (behind.length + after.length === 0) return applied
  try {
    const answers = await runner.run([...behind, ...after])
    lease?.end(answers[behind.length - 1] ?? [])
  } catch (error) {
    lease?.end(null)
    throw error
  }
  return applied
}

function openedBy(events: readonly NewEvent[]): OpenedDelivery[] {
  return events.flatMap(({ userId, destinations }) =>
    destinations.map((destination) => ({ accountId: userId, destination })),
  )
}

/** Finds those again who are no longer where they were met before, and learns where everybody is. */
async function correct(
  runner: StatementRunner,
  awards: readonly Award[],
  accounts: AccountsByIdentity,
  known: KnownAccounts,
): Promise<void> {
  const moved = awards.filter(({ who }) => {
    if ('accountId' in who || accounts.find(who) || known.idOf(who) === undefined) return false
    known.forget(who)
    return true
  })
  await lockLate(runner, moved, accounts)
  for (const { who } of awards) {
    if ('accountId' in who) continue
    const account = accounts.find(who)
    if (account) known.remember(who, account.id)
  }
}

function accountsToCreate(
  awards: readonly Award[],
  accounts: AccountsByIdentity,
  seen: ReadonlyMap<string, SeenEvent>,
): NewAccount[] {
  const wanted = new Map<string, NewAccount>()
  for (const { who, create, key, occurredAt } of awards) {
    if (!create || 'accountId' in who || accounts.find(who) || seen.has(key) || wanted.has(whoKey(who)))
      continue
    wanted.set(whoKey(who), { identity: who, facts: create, occurredAt })
  }
  return [...wanted.values()]
}
