import { newId } from '../../src/core/events/new-id.js'
import { type AccountState, AccountsByIdentity } from '../../src/core/progression/account-state.js'
import type { Act, Award, AwardOutcome } from '../../src/core/progression/award.js'
import { AwardWriter, type AwardWriterOptions } from '../../src/core/progression/award-writer.js'
import { type Decision, decideAward } from '../../src/core/progression/decide-awards.js'
import { readLimits } from '../../src/core/progression/limits.js'
import type { Rules } from '../../src/core/progression/rules.js'
import type { Database } from '../../src/db/connect.js'
import { RULES } from './rules.js'

/** Noon in Moscow. */
export const NOON = new Date('2026-03-02T09:00:00Z')
export const seconds = (n: number, from = NOON) => new Date(from.getTime() + n * 1000)
export const minutes = (n: number, from = NOON) => seconds(n * 60, from)
export const hours = (n: number, from = NOON) => seconds(n * 3600, from)
export const days = (n: number, from = NOON) => hours(n * 24, from)

let keys = 0
const freshKey = () => `test:${++keys}`

export const message = (more: Partial<Extract<Act, { type: 'message' }>> = {}): Act => ({
  type: 'message',
  length: 60,
  fingerprint: null,
  multiplier: 1,
  place: 'c1',
  ...more,
})

export const grantOf = (xp: number, coins = 0, more: Partial<Extract<Act, { type: 'grant' }>> = {}): Act => ({
  type: 'grant',
  event: 'adjusted',
  xp,
  coins,
  data: {},
  silent: false,
  ...more,
})

export const makeAward = (act: Act, more: Partial<Award> = {}): Award => ({
  key: freshKey(),
  who: { platform: 'telegram', id: '1' },
  occurredAt: NOON,
  source: 'telegram',
  act,
  create: { displayName: 'Аня' },
  ...more,
})

/** An award's outcome when it must have been recorded. */
export function recorded(outcome: AwardOutcome) {
  if (outcome.status !== 'recorded') throw new Error(`the award was ${JSON.stringify(outcome)}`)
  return outcome
}

export const blankAccount = (id: number, more: Partial<AccountState> = {}): AccountState => ({
  id,
  identities: { telegram: String(id), discord: null, website: null },
  xp: 0,
  coins: 0,
  rankId: 1,
  highestRankPaid: 1,
  streak: 0,
  lastDaily: null,
  lastActive: new Date(0),
  limits: readLimits({}),
  restriction: null,
  gamesPlayed: 0,
  gamesWon: 0,
  voiceSeconds: 0,
  messages: 0,
  seasonXp: 0,
  changed: false,
  created: false,
  ...more,
})

/** One account under pure decisions, without any database. */
export class PureAccount {
  readonly state: AccountState
  rules: Rules
  readonly decisions: Decision[] = []
  readonly #accounts: AccountsByIdentity

  constructor(more: Partial<AccountState> = {}, rules: Rules = RULES) {
    this.state = blankAccount(1, more)
    this.rules = rules
    this.#accounts = new AccountsByIdentity([this.state])
  }

  decide(act: Act, occurredAt = NOON, more: Partial<Award> = {}): AwardOutcome {
    const decision = decideAward(this.#accounts, makeAward(act, { occurredAt, ...more }), this.rules, () =>
      newId(NOON.getTime()),
    )
    this.decisions.push(decision)
    return decision.outcome
  }

  /** XP paid and why not more. */
  pays(act: Act, occurredAt = NOON): [xp: number, reason: string | null] {
    const { xp, reason } = recorded(this.decide(act, occurredAt))
    return [xp, reason]
  }
}

export function writerOn(db: Database, more: Partial<AwardWriterOptions> = {}): AwardWriter {
  return new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()), ...more })
}
