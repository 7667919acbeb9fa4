import { describe, expect, test } from 'vitest'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { playRound, startRound } from '../../src/core/games/rounds.js'
import { readLinkRequest } from '../../src/core/linking/read-link-request.js'
import { readLimits } from '../../src/core/progression/limits.js'
import { KINDS } from '../support/databases.js'
import { claim, settle } from '../support/deliveries.js'
import { RULES } from '../support/rules.js'
import { discord, expectSums, freshPeople, telegram } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]

describe.each(KINDS)('joining two accounts on %s', (kind) => {
  test('a welcome alone is no progress: it follows by a pair of events, and the emptied account points to the other', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100, 7)
    const emptied = await people.account(T)
    const end = await people.link(D, T)
    const joined = await people.account(D)
    expect(end).toMatchObject({
      status: 'linked',
      accountId: joined?.id,
      carriedXp: 10,
      platforms: ['discord', 'telegram'],
    })
    expect(joined).toMatchObject({
      telegram_id: T.id,
      discord_id: D.id,
      xp: 110,
      coins: 7,
      platforms: ['telegram', 'discord'],
    })
    const transfers = (await people.events('xp_change')).filter((event) =>
      event.dedupe_key.startsWith('link:'),
    )
    expect(transfers.map((event) => [event.user_id, event.xp_delta, event.dedupe_key.split(':')[2]])).toEqual(
      [
        [emptied?.id, -10, 'out'],
        [joined?.id, 10, 'in'],
      ],
    )
    const tombstone = await people.db.kysely
      .selectFrom('ttfd.accounts')
      .select('merged_into')
      .where('id', '=', emptied?.id ?? 0)
      .executeTakeFirst()
    expect(tombstone?.merged_into).toBe(joined?.id)
    const linked = await people.events('account_linked')
    expect(linked).toMatchObject([{ user_id: joined?.id, data: { platform: 'telegram', carried_xp: 10 } }])
    expect(JSON.stringify(linked[0]?.data)).not.toContain(T.id)
    await expectSums(people.db)
  })

  test('whoever has progress stays, also when he typed the code', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(T, 700)
    const kept = await people.account(T)
    expect(await people.link(D, T)).toMatchObject({ status: 'linked', accountId: kept?.id, carriedXp: 0 })
    expect(await people.account(D)).toMatchObject({ id: kept?.id, xp: 710 })
    await expectSums(people.db)
  })

  test('the welcome that follows pays the rank that it reaches, once', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 495)
    await people.link(D, T)
    expect(await people.account(D)).toMatchObject({ xp: 505, coins: 50, rank_id: 2, highest_rank_paid: 2 })
    await expectSums(people.db)
  })

  test('with progress on both sides it is a merge, and both see the preview before they are asked', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    await people.earn(T, 100)
    const before = [await people.account(D), await people.account(T)]
    const request = await people.open(D, T)
    expect([await people.account(D), await people.account(T)]).toEqual(before)
    for (const who of [T, D]) {
      const read = await readLinkRequest(people.db.kysely, { request, who, now: people.now, rules: RULES })
      expect(read).toMatchObject({ status: 'open', preview: { preview: { xp: { result: 210 } } } })
    }
    await people.confirm(request, T)
    const merged = await people.confirm(request, D)
    expect(merged).toMatchObject({ status: 'merged', now: true, xp: 210, platforms: ['telegram', 'discord'] })
    expect(await people.confirm(request, D)).toEqual({ ...merged, now: false })
    expect((await people.account(T))?.xp).toBe(210)
    await expectSums(people.db)
  })

  test('progress that came after the question turns the link into a merge, which both must see first', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    const request = await people.open(D, T)
    await people.confirm(request, T)
    await people.earn(T, 1)
    expect(await people.confirm(request, D)).toMatchObject({ status: 'preview_changed', turn: 'typist' })
    expect(await people.confirm(request, D)).toEqual({ status: 'waits_typist' })
    expect((await people.account(T))?.discord_id).toBeNull()
    // The typist is asked anew, where he is.
    const asked = await people.events('link_requested')
    expect(asked.at(-1)?.user_id).toBe((await people.account(T))?.id)
    expect(await people.confirm(request, T)).toMatchObject({ status: 'waits_owner' })
    expect(await people.confirm(request, D)).toMatchObject({ status: 'merged', xp: 111 })
    await expectSums(people.db)
  })

  test('coins that lie in an open round are progress too', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    await people.act(T, { type: 'grant', event: 'coins_change', xp: 0, coins: 100, data: {}, silent: true })
    await startRound(people.db, guessNumber, T, { bet: 100, requestKey: 'r1' }, people.context())
    expect(await people.account(T)).toMatchObject({ coins: 0, xp: 10 })
    const request = await people.open(D, T)
    const read = await readLinkRequest(people.db.kysely, { request, who: D, now: people.now, rules: RULES })
    expect(read).toMatchObject({ preview: { preview: { coins: { result: 100 } } } })
  })

  test('open rounds of the emptied account are cancelled, and their buttons say so', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    const round = await startRound(people.db, guessNumber, T, { bet: 0, requestKey: 'r1' }, people.context())
    if (round.status !== 'started') throw new Error(round.status)
    await people.link(D, T)
    expect(await playRound(people.db, guessNumber, T, round.round, 3, people.context())).toMatchObject({
      status: 'cancelled',
    })
    expect(await people.account(T)).toMatchObject({ xp: 110, games_played: 0 })
  })

  test('caps, cooldowns, the daily, paid ranks and streak of both hold for the one', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.act(D, { type: 'daily' })
    await people.earn(D, 500)
    await people.db.kysely
      .updateTable('ttfd.account_limits')
      .set({
        state: JSON.stringify({
          paid: [5, 9],
          days: { '2026-03-10': { message_xp: 300, bets_net: -200 } },
          daily: '2026-03-10',
          played: { dice: 50 },
        }),
      })
      .where('account_id', '=', (await people.account(T))?.id ?? 0)
      .execute()
    await people.db.kysely
      .updateTable('unified_users')
      .set({ highest_rank_paid: 4 })
      .where('telegram_id', '=', T.id)
      .execute()
    await people.link(D, T)
    const account = await people.account(D)
    expect(account).toMatchObject({ daily_streak: 1, highest_rank_paid: 4, xp: 610 })
    const row = await people.db.kysely.selectFrom('ttfd.account_limits').select('state').executeTakeFirst()
    const limits = readLimits(row?.state)
    expect(limits).toMatchObject({ paid: [5, 9], daily: '2026-03-10', played: { dice: 50 } })
    expect(limits.days['2026-03-10']).toMatchObject({ message_xp: 300 })
    expect(await people.act(T, { type: 'daily' })).toMatchObject({
      status: 'refused',
      reason: 'already_claimed',
    })
  })

  test('the stricter privacy and quiet of both hold', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    const id = (await people.account(T))?.id ?? 0
    await people.db.kysely
      .insertInto('ttfd.account_settings')
      .values({ account_id: id, private: true, notices: false })
      .execute()
    await people.link(D, T)
    const rows = await people.db.kysely.selectFrom('ttfd.account_settings').selectAll().execute()
    expect(rows).toMatchObject([{ account_id: (await people.account(D))?.id, private: true, notices: false }])
  })

  test('late awards and open deliveries of the old account land on the survivor', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    const old = (await people.account(T))?.id ?? 0
    await people.db.kysely
      .updateTable('unified_users')
      .set({ highest_rank_paid: 1 })
      .where('id', '=', old)
      .execute()
    // A notice that was due before the link.
    await people.db.kysely
      .insertInto('cross_platform_events')
      .values({ user_id: old, event_type: 'rank_up', source_platform: 'telegram', dedupe_key: 'old' })
      .execute()
    const [event] = await people.events('rank_up')
    await people.db.kysely
      .insertInto('ttfd.deliveries')
      .values({ event_id: event?.id ?? '', account_id: old, destination: 'telegram' })
      .execute()
    await people.link(D, T)
    const survivor = (await people.account(D))?.id
    expect(
      await people.act(
        { accountId: old },
        { type: 'grant', event: 'adjusted', xp: 5, coins: 0, data: {}, silent: true },
      ),
    ).toMatchObject({
      status: 'recorded',
      accountId: survivor,
      newXp: 115,
    })
    expect(
      await people.act(T, { type: 'grant', event: 'adjusted', xp: 1, coins: 0, data: {}, silent: true }),
    ).toMatchObject({
      accountId: survivor,
    })
    const [delivery] = await claim(people.db, ['telegram'])
    expect(delivery?.recipient).toMatchObject({ telegramId: T.id, telegramReachable: true })
    await expectSums(people.db)
  })

  test('each identity is told by its own delivery, and one that is settled leaves the others open', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 100)
    await people.link(D, T)
    const claimed = await claim(people.db, ['telegram_account', 'discord_account'])
    const forTelegram = claimed.find((one) => one.recipientId === T.id)
    expect(claimed.map((one) => one.recipientId).sort()).toEqual([T.id, D.id].sort())
    expect(forTelegram?.recipient?.telegramId).toBe(T.id)
    if (forTelegram) await settle(people.db, forTelegram, { state: 'delivered', note: null })
    const rows = await people.db.kysely
      .selectFrom('ttfd.deliveries')
      .select(['recipient_id', 'state'])
      .execute()
    expect(rows.filter((row) => row.state === 'open').every((row) => row.recipient_id === D.id)).toBe(true)
    expect(rows.some((row) => row.state === 'delivered' && row.recipient_id === T.id)).toBe(true)
  })

  test('an old row that joined two identities without proof is proven by a code from one typed on the other', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, telegram('7'))
    await people.db.kysely
      .updateTable('unified_users')
      .set({ telegram_id: T.id })
      .where('discord_id', '=', D.id)
      .execute()
    const id = (await people.account(D))?.id ?? 0
    await people.db.kysely
      .insertInto('ttfd.identities')
      .values({ platform: 'telegram', platform_id: T.id, account_id: id, username: null })
      .execute()
    await people.db.kysely
      .updateTable('ttfd.accounts')
      .set({ link_unproven: true })
      .where('id', '=', id)
      .execute()
    expect(await people.unlink(D, 'telegram')).toEqual({ status: 'link_unproven' })
    expect(await people.link(D, T)).toMatchObject({ status: 'proven', now: true })
    expect(await people.type(T, await people.code(D))).toEqual({ status: 'already_linked' })
    expect((await people.unlink(D, 'telegram')).status).toBe('unlinked')
  })

  test('an unproven account is linked to nobody else', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.db.kysely
      .updateTable('ttfd.accounts')
      .set({ link_unproven: true })
      .where('id', '=', (await people.account(D))?.id ?? 0)
      .execute()
    expect(await people.type(T, await people.code(D))).toEqual({ status: 'refused', reason: 'link_unproven' })
  })
})
