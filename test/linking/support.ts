import { randomInt } from 'node:crypto'
import { expect } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import type { Identity } from '../../src/core/accounts/identity.js'
import { checkAccounts } from '../../src/core/doctor/check-accounts.js'
import { newId } from '../../src/core/events/new-id.js'
import { confirmLinkRequest } from '../../src/core/linking/confirm-link-request.js'
import { issueLinkCode } from '../../src/core/linking/issue-link-code.js'
import { deriveLinkKey } from '../../src/core/linking/link-code.js'
import { typeLinkCode } from '../../src/core/linking/type-link-code.js'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import type { Act, AwardOutcome } from '../../src/core/progression/award.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { freshDatabase, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

export const KEY = deriveLinkKey('a secret of the tests')
export const START = new Date('2026-03-10T12:00:00Z')
export const telegram = (id: string): Identity => ({ platform: 'telegram', id })
export const discord = (id: string): Identity => ({ platform: 'discord', id })

/** People who already met the bots, on a database of their own, with a clock that the test moves. */
export async function freshPeople(kind: Kind) {
  return peopleOn(await freshDatabase(kind))
}

function peopleOn(db: Database) {
  let now = START
  const admins = new Set<string>()
  const context = () => ({
    now,
    rules: RULES,
    newId: () => newId(now.getTime()),
    admins,
    key: KEY,
    random: (n: number) => randomInt(n),
  })
  let keys = 0

  const people = {
    db,
    admins,
    context,
    get now() {
      return now
    },
    wait(minutes: number) {
      now = new Date(now.getTime() + minutes * 60_000)
    },
    /** Makes the account; a Telegram person gets his welcome, as by `/start`. */
    async meet(...identities: Identity[]) {
      for (const identity of identities) {
        const facts = {
          username: `user_${identity.id}`,
          displayName: `Имя ${identity.id}`,
          claimed: true,
          reachable: true,
        }
        await ensureAccount(db, identity, facts, { ...context(), timeZone: RULES.timeZone })
        if (identity.platform === 'telegram')
          await people.act(identity, { type: 'welcome' }, `welcome:telegram:${identity.id}`)
      }
    },
    async act(who: Identity | { accountId: number }, act: Act, key = `act:${++keys}`): Promise<AwardOutcome> {
      const award = { key, who, occurredAt: now, source: 'system' as const, act }
      const [outcome] = await db.transaction((tx) => applyAwards(runnerOf(tx), [award], context()))
      if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome')
      return outcome
    },
    earn: (who: Identity, xp: number, coins = 0) =>
      people.act(who, { type: 'grant', event: 'adjusted', xp, coins, data: {}, silent: false }),
    async code(identity: Identity): Promise<string> {
      const issued = await issueLinkCode(db, identity, context())
      if (issued.status !== 'issued') throw new Error(`no code: ${issued.status}`)
      return issued.code
    },
    type: (typist: Identity, typed: string, address?: string) =>
      typeLinkCode(db, { typist, typed, ...(address === undefined ? {} : { address }) }, context()),
    async open(owner: Identity, typist: Identity): Promise<string> {
      const typed = await people.type(typist, await people.code(owner))
      if (typed.status !== 'opened') throw new Error(`not opened: ${typed.status}`)
      return typed.request
    },
    confirm: (request: string, who: Identity) => confirmLinkRequest(db, { request, who }, context()),
    /** The whole honest flow. */
    async link(owner: Identity, typist: Identity) {
      const request = await people.open(owner, typist)
      await people.confirm(request, typist)
      return people.confirm(request, owner)
    },
    unlink: (actor: Identity, platform: Identity['platform']) =>
      unlinkIdentity(db, { actor, platform }, context()),
    async account(identity: Identity) {
      const column = identity.platform === 'telegram' ? 'telegram_id' : 'discord_id'
      return db.kysely
        .selectFrom('unified_users')
        .selectAll()
        .where(column, '=', identity.id)
        .executeTakeFirst()
    },
    events: (type: string) =>
      db.kysely
        .selectFrom('cross_platform_events')
        .selectAll()
        .where('event_type', '=', type)
        .orderBy('seq')
        .execute(),
  }
  return people
}

export type People = ReturnType<typeof peopleOn>

/** What `doctor` proves: every balance is the sum over its account and those merged into it, and tombstones hold nothing. */
export async function expectSums(db: Database): Promise<void> {
  const accounts = await db.kysely.selectFrom('ttfd.accounts').select(['id', 'merged_into']).execute()
  const living = await db.kysely.selectFrom('unified_users').select(['id', 'xp', 'coins']).execute()
  const events = await db.kysely
    .selectFrom('cross_platform_events')
    .select(['user_id', 'xp_delta', 'coins_delta'])
    .execute()
  const into = new Map(accounts.map((row) => [row.id, row.merged_into]))
  const rootOf = (id: number): number => {
    const next = into.get(id)
    return next === null || next === undefined ? id : rootOf(next)
  }
  const sums = new Map<number, { xp: number; coins: number }>()
  for (const event of events) {
    const sum = sums.get(rootOf(event.user_id)) ?? { xp: 0, coins: 0 }
    sums.set(rootOf(event.user_id), { xp: sum.xp + event.xp_delta, coins: sum.coins + event.coins_delta })
  }
  for (const { id, xp, coins } of living)
    expect({ id, ...(sums.get(id) ?? { xp: 0, coins: 0 }) }).toEqual({ id, xp, coins })
  expect((await checkAccounts(db.kysely)).map((finding) => finding.code)).toEqual(['identities_ok'])
  const ids = new Set(living.map((row) => row.id))
  for (const { id, merged_into } of accounts) expect(ids.has(id)).toBe(merged_into === null)
}
