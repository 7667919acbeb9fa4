import { expect } from 'vitest'
import { findAccountId } from '../../src/core/accounts/find-account.js'
import type { Identity } from '../../src/core/accounts/identity.js'
import { checkLedger } from '../../src/core/doctor/check-ledger.js'
import { checkMerges } from '../../src/core/doctor/check-merges.js'
import type { UndoneBy } from '../../src/core/merging/decide-undo.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { previewUndo, undoMerge } from '../../src/core/merging/undo-merge.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import type { Act, AwardOutcome } from '../../src/core/progression/award.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { expectSums, freshPeople, type People } from '../linking/support.js'
import type { Kind } from '../support/databases.js'

export { discord, telegram } from '../linking/support.js'
export const website = (id: string): Identity => ({ platform: 'website', id })

/** People who can also merge and take it back. */
export async function freshMergers(kind: Kind) {
  const people = await freshPeople(kind)
  let keys = 0
  const idOf = async (who: Identity) => {
    const id = await findAccountId(people.db.kysely, who)
    if (id === null) throw new Error(`${who.platform}:${who.id} has no account`)
    return id
  }
  return Object.assign(Object.create(people) as People, {
    idOf,
    /** As the command line does it: `loser` goes into `survivor`. */
    merge: async (survivor: Identity, loser: Identity) =>
      mergeAccounts(
        people.db,
        { survivor: await idOf(survivor), loser: await idOf(loser), by: 'operator' },
        people.context(),
      ),
    async merged(survivor: Identity, loser: Identity) {
      const done = await this.merge(survivor, loser)
      if (done.status !== 'merged') throw new Error(`not merged: ${JSON.stringify(done)}`)
      return done
    },
    undo: (merge: number, by: UndoneBy = { operator: 'test' }) =>
      undoMerge(people.db, { merge, by }, people.context()),
    preview: (merge: number, by: UndoneBy = { operator: 'test' }) =>
      previewUndo(people.db.kysely, { merge, by }, people.context()),
    /** An act on the person's own platform, so that it belongs to that identity. */
    async actAs(who: Identity, act: Act, key = `own:${++keys}`): Promise<AwardOutcome> {
      const award = { key, who, occurredAt: people.now, source: who.platform, act }
      const [outcome] = await people.db.transaction((tx) =>
        applyAwards(runnerOf(tx), [award], people.context()),
      )
      if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome')
      return outcome
    },
    gain(who: Identity, xp: number, coins: number) {
      return this.actAs(who, { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: true })
    },
    spend(who: Identity, coins: number) {
      return this.actAs(who, { type: 'stake', game: 'guess', round: `r${++keys}`, bet: coins })
    },
    async balance(who: Identity): Promise<[xp: number, coins: number]> {
      const row = await people.db.kysely
        .selectFrom('unified_users')
        .select(['xp', 'coins'])
        .where('id', '=', await idOf(who))
        .executeTakeFirstOrThrow()
      return [row.xp, row.coins]
    },
  })
}

export type Mergers = Awaited<ReturnType<typeof freshMergers>>

/** What `doctor` proves of sums, identities and merges. */
export async function expectSound(db: Database): Promise<void> {
  await expectSums(db)
  expect((await checkLedger(db.kysely)).map((finding) => finding.code)).toEqual(['ledger_ok'])
  expect((await checkMerges(db.kysely)).map((finding) => finding.level)).toEqual(['ok'])
}
