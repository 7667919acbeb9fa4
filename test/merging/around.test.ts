import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { readTop } from '../../src/core/boards/tops.js'
import { checkMerges } from '../../src/core/doctor/check-merges.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { listUndoable } from '../../src/core/merging/merge-row.js'
import { openPlatformLogin } from '../../src/core/website/platform-login.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { discord, expectSound, freshMergers, telegram } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]

async function rich(kind: (typeof KINDS)[number]) {
  const people = await freshMergers(kind)
  await people.meet(T, D)
  await people.gain(T, 300, 40)
  await people.gain(D, 400, 60)
  return people
}

test.each(KINDS)(
  'website logins follow a merge and come back, and sessions of both end with it (%s)',
  async (kind) => {
    const people = await rich(kind)
    const { newId } = people.context()
    const loginOf = async (who: typeof T) =>
      openPlatformLogin(
        people.db,
        { platform: who.platform === 'discord' ? 'discord' : 'telegram', id: who.id },
        { accountId: await people.idOf(who), name: who.id, newId },
      )
    const opens = async (userId: string) => {
      const { rows } = await sql<{ id: number }>`
      select ttfd.living_account(account_id) as id from ttfd.website_accounts where website_user_id = ${userId}`.execute(
        people.db.kysely,
      )
      return rows[0]?.id
    }
    const [kept, gone] = [await people.idOf(D), await people.idOf(T)]
    const old = await loginOf(D)
    const { merge } = await people.merged(D, T)
    // Made while both were one: it is the Telegram identity's all the same.
    const made = await loginOf(T)
    expect([await opens(old.userId), await opens(made.userId)]).toEqual([kept, kept])
    for (const [userId, maker] of [
      [old.userId, `discord:${D.id}`],
      [made.userId, `telegram:${T.id}`],
    ] as const) {
      await people.db.kysely
        .insertInto('ttfd.website_sessions')
        .values({
          id: newId(),
          token: newId(),
          user_id: userId,
          made_by: maker,
          ip_address: null,
          user_agent: null,
          expires_at: new Date(people.now.getTime() + 86_400_000),
        })
        .execute()
    }
    await people.undo(merge)
    expect([await opens(old.userId), await opens(made.userId)]).toEqual([kept, gone])
    expect(await people.db.kysely.selectFrom('ttfd.website_sessions').select('id').execute()).toEqual([])
    expect((await loginOf(T)).userId).toBe(made.userId)
  },
)

test('what was earned before a merge counts for the one on the boards, and after an undo for each', async () => {
  const people = await rich('postgres')
  const top = async () => {
    await rebuildTops(people.db, { now: people.now, timeZone: RULES.timeZone, clock: () => 0 })
    const { entries } = await readTop(people.db.kysely, 'xp', 'day', { limit: 10 })
    return entries.map((entry) => [entry.accountId, entry.value])
  }
  const [kept, gone] = [await people.idOf(D), await people.idOf(T)]
  const { merge } = await people.merged(D, T)
  expect(await top()).toEqual([[kept, 710]])
  await people.gain(T, 200, 0)
  await people.undo(merge)
  expect(await top()).toEqual([
    [gone, 510],
    [kept, 400],
  ])
})

test('with less than the preview showed nothing is merged, and the new preview is given', async () => {
  const people = await rich('embedded')
  const order = { survivor: await people.idOf(D), loser: await people.idOf(T), by: 'website' } as const
  await people.spend(T, 10)
  const seen = { survivor: 60, loser: 40 }
  const stale = await mergeAccounts(people.db, { ...order, seen }, people.context())
  expect(stale).toMatchObject({ status: 'preview_changed', preview: { seen: { survivor: 60, loser: 30 } } })
  expect(await people.events('accounts_merged')).toEqual([])
  if (stale.status !== 'preview_changed') throw new Error(stale.status)
  // What was earned meanwhile is no reason to ask again.
  await people.gain(T, 0, 5)
  const done = await mergeAccounts(people.db, { ...order, seen: stale.preview.seen }, people.context())
  expect(done).toMatchObject({ status: 'merged', preview: { coins: { result: 95 } } })
  const [open] = await listUndoable(people.db.kysely, order.survivor, people.now)
  expect(open?.id).toBe(done.status === 'merged' ? done.merge : 0)
})

test('a merge that is larger than one delta is carried whole', async () => {
  const people = await rich('embedded')
  for (let i = 0; i < 3; i++) await people.gain(T, 900_000_000, 900_000_000)
  const { merge, preview } = await people.merged(D, T)
  expect(preview.coins.result).toBe(2_700_000_100)
  await people.undo(merge)
  expect(await people.balance(T)).toEqual([2_700_000_310, 2_700_000_040])
  await expectSound(people.db)
})

test('doctor notices a merge whose events or tombstone somebody changed', async () => {
  const people = await rich('embedded')
  const { merge } = await people.merged(D, T)
  expect(await checkMerges(people.db.kysely)).toEqual([
    { code: 'merges_ok', level: 'ok', values: { count: 1 } },
  ])
  await sql`update cross_platform_events set coins_delta = coins_delta + 1 where dedupe_key = ${`merge:${merge}:in`}`.execute(
    people.db.kysely,
  )
  expect(await checkMerges(people.db.kysely)).toMatchObject([
    { code: 'merges_wrong', values: { count: 1, examples: String(merge) } },
  ])
  await expect(
    sql`update ttfd.merges set survivor_coins_delta = survivor_coins_delta + 1`.execute(people.db.kysely),
  ).rejects.toThrow('merges_are_zero_sum')
})
