import { describe, expect, test } from 'vitest'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { startRound } from '../../src/core/games/rounds.js'
import { forgetLinkTraces } from '../../src/core/linking/forget-link-traces.js'
import { readProfile, readXpPerDay } from '../../src/core/profiles/read-profile.js'
import { readStatement } from '../../src/core/statement/read-statement.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { discord, expectSound, freshMergers, telegram, website } from './support.js'

const [T, D, W] = [telegram('1001'), discord('900000000000000001'), website('a@example.org')]
const HOURS = 60

describe.each(KINDS)('merging on %s', (kind) => {
  test('balances, statistics and achievements are summed, and the loser becomes a tombstone', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 300, 40)
    await people.gain(D, 400, 60)
    const game = { type: 'hourly', game: 'dice', won: true, xp: 10, coins: 0, detail: {} } as const
    await people.actAs(T, game)
    await people.actAs(D, { ...game, won: false })
    const [kept, gone] = [await people.idOf(D), await people.idOf(T)]
    const done = await people.merged(D, T)
    expect(done.preview).toMatchObject({
      xp: { survivor: 410, loser: 320, result: 730 },
      coins: { survivor: 60, loser: 40, result: 100 },
      rank: { survivor: 1, loser: 1, result: 2 },
      gamesPlayed: { result: 2 },
      gamesWon: { result: 1 },
    })
    const account = await people.account(T)
    expect(account).toMatchObject({
      id: kept,
      telegram_id: T.id,
      discord_id: D.id,
      xp: 730,
      coins: 100,
      rank_id: 2,
      highest_rank_paid: 2,
      games_played: 2,
      games_won: 1,
    })
    expect(
      await people.db.kysely.selectFrom('ttfd.accounts').selectAll().where('id', '=', gone).execute(),
    ).toMatchObject([{ merged_into: kept }])
    const pair = await people.events('accounts_merged')
    expect(pair.map((event) => [event.user_id, event.xp_delta, event.coins_delta])).toEqual([
      [gone, -320, -40],
      [kept, 320, 40],
    ])
    // The rank came by the sum, silently: nothing is paid for it, now or later.
    expect(await people.events('rank_up')).toEqual([])
    await expectSound(people.db)
  })

  test('for 72 hours what both brought cannot be spent; what is earned since is free', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 10, 40)
    await people.gain(D, 20, 60)
    await people.merged(D, T)
    const refused = await people.spend(D, 10)
    expect(refused).toMatchObject({ status: 'refused', reason: 'frozen' })
    const play = (key: string, bet: number) =>
      startRound(people.db, guessNumber, D, { bet, requestKey: key }, people.context())
    expect(await play('a', 10)).toMatchObject({ status: 'frozen', coins: 100, free: 0 })
    const profile = await readProfile(people.db.kysely, await people.idOf(T), RULES, people.now)
    expect(profile?.frozen?.coins).toBe(100)
    expect(profile?.frozen?.until.getTime()).toBe(people.now.getTime() + 72 * 3_600_000)

    await people.gain(T, 0, 15)
    expect(await people.spend(D, 10)).toMatchObject({ status: 'recorded', newCoins: 105 })
    expect(await people.spend(D, 10)).toMatchObject({ status: 'refused', reason: 'frozen' })
    const cut = { type: 'grant', event: 'adjusted', xp: 0, coins: -50, data: {}, silent: false } as const
    expect(await people.act(D, cut)).toMatchObject({ status: 'refused', reason: 'frozen' })

    people.wait(72 * HOURS)
    expect(await people.spend(D, 50)).toMatchObject({ status: 'recorded', newCoins: 55 })
    await expectSound(people.db)
  })

  test('undone within 72 hours both have exactly what they brought, and what each earned since', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 300, 40)
    await people.gain(D, 400, 60)
    const before = [await people.account(T), await people.account(D)]
    const { merge } = await people.merged(D, T)
    await people.gain(T, 5, 7)
    await people.gain(D, 11, 13)
    await people.earn(D, 17, 19)
    const said = await people.preview(merge, { identity: T })
    expect(said).toMatchObject({
      status: 'allowed',
      exact: true,
      missingCoins: 0,
      loser: { xp: 315, coins: 47, platforms: ['telegram'] },
      survivor: { xp: 428, coins: 92, platforms: ['discord'] },
    })
    const done = await people.undo(merge, { identity: T })
    expect(done).toEqual({ ...said, status: 'undone' })
    expect(await people.balance(T)).toEqual([315, 47])
    expect(await people.balance(D)).toEqual([428, 92])
    const after = [await people.account(T), await people.account(D)]
    for (const at of [0, 1]) {
      const [was, is] = [before[at], after[at]]
      expect({
        ...is,
        xp: 0,
        coins: 0,
        last_active: 0,
        rank_id: 0,
        highest_rank_paid: 0,
        current_season_xp: 0,
      }).toEqual({
        ...was,
        xp: 0,
        coins: 0,
        last_active: 0,
        rank_id: 0,
        highest_rank_paid: 0,
        current_season_xp: 0,
      })
    }
    expect(await people.undo(merge, { identity: D })).toMatchObject({ status: 'undone_already' })
    // Their own coins are free again.
    expect(await people.spend(T, 47)).toMatchObject({ status: 'recorded' })
    await expectSound(people.db)
  })

  test('undone later, coins come back as far as they are there, and that is said before', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 300, 40)
    await people.gain(D, 400, 60)
    const { merge } = await people.merged(D, T)
    people.wait(73 * HOURS)
    await people.spend(D, 75)
    expect(await people.preview(merge)).toMatchObject({
      exact: false,
      loser: { xp: 310, coins: 25 },
      survivor: { xp: 400, coins: 0 },
      missingCoins: 15,
    })
    expect(await people.undo(merge)).toMatchObject({ status: 'undone' })
    expect(await people.balance(T)).toEqual([310, 25])
    await expectSound(people.db)
  })

  test('a merge can be undone for 30 days, by its own people only, the latest first', async () => {
    const people = await freshMergers(kind)
    const stranger = telegram('5')
    await people.meet(T, D, W, stranger)
    await people.gain(T, 300, 40)
    await people.gain(D, 400, 60)
    const first = await people.merged(D, T)
    expect(await people.undo(first.merge, { identity: stranger })).toEqual({ status: 'not_yours' })
    expect(await people.undo(999, { operator: 'x' })).toEqual({ status: 'not_yours' })
    const websiteId = (
      await people.db.kysely
        .selectFrom('unified_users')
        .select('id')
        .where('website_email', '=', W.id)
        .executeTakeFirstOrThrow()
    ).id
    await people.act(
      { accountId: websiteId },
      { type: 'grant', event: 'adjusted', xp: 1, coins: 9, data: {}, silent: true },
    )
    const second = await people.merged(T, D).catch(() => null)
    expect(second).toBeNull()
    const { mergeAccounts } = await import('../../src/core/merging/merge-accounts.js')
    const into = await mergeAccounts(
      people.db,
      { survivor: websiteId, loser: await people.idOf(D), by: 'operator' },
      people.context(),
    )
    if (into.status !== 'merged') throw new Error(into.status)
    expect(await people.undo(first.merge, { identity: T })).toEqual({
      status: 'later_first',
      merge: into.merge,
    })
    await people.gain(T, 4, 6)
    expect(await people.undo(into.merge, { identity: T })).toMatchObject({ status: 'undone' })
    // What the Telegram identity earned meanwhile is still known to be its own.
    expect(await people.undo(first.merge, { identity: T })).toMatchObject({
      status: 'undone',
      loser: { xp: 314, coins: 46 },
      survivor: { xp: 400, coins: 60 },
    })
    await expectSound(people.db)
    expect(await people.merge(D, T)).toMatchObject({ status: 'refused', reason: 'slot_blocked' })
    people.wait(30 * 24 * HOURS + 1)
    const again = await people.merged(D, T)
    people.wait(30 * 24 * HOURS + 1)
    expect(await people.undo(again.merge)).toMatchObject({ status: 'too_late' })
    people.wait(24 * HOURS)
    await forgetLinkTraces(people.db, { now: people.now })
    expect(
      await people.db.kysely
        .selectFrom('ttfd.merges')
        .select('snapshot')
        .where('id', '=', again.merge)
        .execute(),
    ).toEqual([{ snapshot: {} }])
    expect(await people.undo(again.merge)).toMatchObject({ status: 'too_late' })
  })

  test('three merges in 30 days, a taken slot, an admin and oneself are refused', async () => {
    const people = await freshMergers(kind)
    const other = telegram('7')
    await people.meet(T, D, other)
    await people.gain(D, 1, 1)
    expect(await people.merge(T, other)).toMatchObject({ reason: 'slot_taken', platform: 'telegram' })
    expect(await people.merge(T, T)).toMatchObject({ reason: 'same_account' })
    people.admins.add('discord:900000000000000001')
    expect(await people.merge(T, D)).toMatchObject({ reason: 'admin_account' })
    people.admins.clear()
    for (const at of [1, 2]) {
      await people.db.kysely
        .insertInto('ttfd.link_history')
        .values({
          platform: 'discord',
          platform_id: D.id,
          account_id: await people.idOf(D),
          act: 'merged',
          happened_at: new Date(people.now.getTime() - at * 1000),
        })
        .execute()
    }
    expect(await people.merge(T, D)).toMatchObject({ reason: 'too_soon' })
  })

  test('claims, caps and paid ranks hold for both, before and after', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.actAs(T, { type: 'daily' })
    await people.gain(D, 480, 0)
    const { merge } = await people.merged(D, T)
    expect(await people.actAs(D, { type: 'daily' })).toMatchObject({ reason: 'already_claimed' })
    // Rank II was reached by the sum; rank III is paid once, and to nobody again.
    await people.actAs(D, { type: 'grant', event: 'xp_change', xp: 700, coins: 0, data: {}, silent: false })
    expect((await people.events('rank_up')).map((event) => event.data.new_rank)).toEqual([3])
    await people.undo(merge)
    expect(await people.actAs(T, { type: 'daily' })).toMatchObject({ reason: 'already_claimed' })
    expect(await people.actAs(D, { type: 'daily' })).toMatchObject({ reason: 'already_claimed' })
    for (const who of [T, D])
      await people.actAs(who, {
        type: 'grant',
        event: 'xp_change',
        xp: 1_300,
        coins: 0,
        data: {},
        silent: false,
      })
    const paid = (await people.events('rank_up')).map((event) => event.data.new_rank)
    expect(paid.filter((rank) => rank === 3)).toHaveLength(1)
    await expectSound(people.db)
  })

  test('everybody is told, open rounds give their stake back, and late awards find the survivor', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 10, 40)
    await people.gain(D, 20, 60)
    const round = { bet: 25, requestKey: 'late' }
    expect(await startRound(people.db, guessNumber, T, round, people.context())).toMatchObject({ coins: 15 })
    const gone = await people.idOf(T)
    await people.merged(D, T)
    expect(await people.balance(D)).toEqual([40, 100])
    const late = await people.act(
      { accountId: gone },
      { type: 'grant', event: 'xp_change', xp: 3, coins: 0, data: {}, silent: true },
    )
    expect(late).toMatchObject({ status: 'recorded', accountId: await people.idOf(D) })
    const told = await people.db.kysely
      .selectFrom('ttfd.deliveries')
      .select(['destination', 'recipient_id'])
      .where('recipient_id', 'is not', null)
      .orderBy('destination')
      .execute()
    expect(told).toEqual([
      { destination: 'discord_account', recipient_id: D.id },
      { destination: 'telegram_account', recipient_id: T.id },
    ])
    const { lines } = await readStatement(people.db.kysely, await people.idOf(D), { limit: 50 })
    expect(lines.filter((line) => line.type === 'account_created')).toHaveLength(2)
    const day = '2026-03-10'
    const [today] = await readXpPerDay(people.db.kysely, await people.idOf(D), day, day)
    expect(today?.xp).toBe(43)
    await expectSound(people.db)
  })

  test('the strictest settings win, and each side gets its own back', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    const { changeSettings, readSettings } = await import('../../src/core/accounts/settings.js')
    await changeSettings(people.db, await people.idOf(T), { private: true, notices: true })
    await changeSettings(people.db, await people.idOf(D), { private: false, notices: false })
    const { merge } = await people.merged(D, T)
    const of = async (who: typeof T) => readSettings(people.db.kysely, await people.idOf(who))
    expect(await of(D)).toMatchObject({ private: true, notices: false })
    await people.undo(merge)
    expect(await of(T)).toMatchObject({ private: true, notices: true })
    expect(await of(D)).toMatchObject({ private: false, notices: false })
  })

  test('in the first 72 hours nothing is unlinked; undo does that, and merge and undo mint nothing', async () => {
    const people = await freshMergers(kind)
    await people.meet(T, D)
    await people.gain(T, 490, 40)
    await people.gain(D, 490, 60)
    const { merge } = await people.merged(D, T)
    expect(await people.unlink(T, 'telegram')).toMatchObject({ status: 'merged_recently' })
    await people.undo(merge)
    expect(await people.balance(T)).toEqual([500, 40])
    expect(await people.balance(D)).toEqual([490, 60])
    people.wait(31 * 24 * HOURS)
    await people.merged(D, T)
    people.wait(73 * HOURS)
    expect(await people.unlink(T, 'telegram')).toMatchObject({ status: 'unlinked' })
    await people.meet(T)
    // The welcome was paid once; the identity begins with nothing.
    expect(await people.balance(T)).toEqual([0, 0])
    expect(await people.balance(D)).toEqual([990, 100])
    await expectSound(people.db)
  })
})
