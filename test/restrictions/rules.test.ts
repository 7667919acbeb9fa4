import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { readTop } from '../../src/core/boards/tops.js'
import { checkRestrictions } from '../../src/core/doctor/check-restrictions.js'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { startRound } from '../../src/core/games/rounds.js'
import { readProfile } from '../../src/core/profiles/read-profile.js'
import { listRestrictions, readRestriction } from '../../src/core/restrictions/read-restriction.js'
import { discord, expectSound, telegram } from '../merging/support.js'
import { message } from '../support/awards.js'
import { RULES } from '../support/rules.js'
import { freshRestricted, SOON } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]
const HOUR = 3_600_000
const play = { type: 'hourly', game: 'dice', won: true, xp: 30, coins: 0, detail: {} } as const

describe('a restriction (embedded database)', () => {
  test.each(['unpaid', 'banned'] as const)('%s: everything is recorded, nothing paid', async (kind) => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.gain(T, 480, 100)
    expect(await people.restrict(T, kind)).toMatchObject({ status: 'restricted' })
    for (const act of [message(), play, { type: 'voice_minute', multiplier: 1, place: 'v' }] as const) {
      expect(await people.actAs(T, act)).toMatchObject({
        status: 'recorded',
        xp: 0,
        coins: 0,
        reason: 'restricted',
      })
    }
    expect(await people.actAs(T, { type: 'daily' })).toMatchObject({
      xp: 0,
      coins: 0,
      reason: 'restricted',
      streak: 1,
    })
    expect(await people.balance(T)).toEqual([490, 100])
    expect(await people.account(T)).toMatchObject({ messages_sent: 1, games_played: 1, total_voice_time: 60 })
    await expectSound(people.db)
  })

  test('nothing is spent, by bets or otherwise; an operator may still take and give, and no rank is paid for it', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.gain(T, 480, 100)
    await people.restrict(T, 'unpaid')
    expect(await people.spend(T, 10)).toMatchObject({ status: 'refused', reason: 'restricted' })
    const debit = { type: 'grant', event: 'coins_change', xp: 0, coins: -5, data: {}, silent: false } as const
    expect(await people.actAs(T, debit)).toMatchObject({ status: 'refused', reason: 'restricted' })
    expect(await people.actAs(T, { ...debit, event: 'adjusted', xp: 100 })).toMatchObject({
      status: 'recorded',
      coins: -5,
      xp: 100,
    })
    expect(await people.balance(T)).toEqual([590, 95])
  })

  test('what an API key awards is recorded and not paid', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.restrict(T, 'unpaid')
    const { AwardWriter } = await import('../../src/core/progression/award-writer.js')
    const writer = new AwardWriter(people.db, { rules: () => RULES, newId: people.context().newId })
    const outcome = await writer.award({
      key: 'api:game:1',
      who: T,
      occurredAt: people.now,
      source: 'api:game',
      act: { type: 'grant', event: 'xp_change', xp: 100, coins: 0, data: {}, silent: false },
    })
    await writer.close()
    expect(outcome).toMatchObject({ status: 'recorded', xp: 0, reason: 'restricted' })
  })

  test('it holds as of now, also for acts that happened before; when its time is over nothing holds any more', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.restrict(T, 'unpaid', { until: SOON() })
    expect(await people.actAs(T, play)).toMatchObject({ xp: 0, reason: 'restricted' })
    // The clock of the database passes the end.
    await sql`update ttfd.restrictions set given_at = now() - interval '2 h', until = now() - interval '1 s'`.execute(
      people.db.kysely,
    )
    await sql`update ttfd.account_limits set state = jsonb_set(state::jsonb, '{restricted,unpaid}',
      to_jsonb(floor(extract(epoch from now())) - 1))::json`.execute(people.db.kysely)
    expect(await people.actAs(T, message())).toMatchObject({ xp: 10, reason: null })
    expect(await people.restriction(T)).toBeNull()
  })

  test('open rounds end with it and their stakes come back; the bots hear why bets are closed', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.gain(T, 0, 100)
    const round = { ...people.context(), random: () => 0 }
    await startRound(people.db, guessNumber, T, { bet: 10, requestKey: 'one' }, round)
    expect(await people.balance(T)).toEqual([10, 90])
    await people.restrict(T, 'unpaid')
    expect(await people.balance(T)).toEqual([10, 100])
    const next = await startRound(people.db, guessNumber, T, { bet: 10, requestKey: 'two' }, round)
    expect(next).toEqual({ status: 'restricted' })
  })

  test('lifting ends all of them; the member is told of both, and both are written down', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.restrict(T, 'unpaid')
    await people.restrict(T, 'banned', { reason: 'хуже' })
    expect(await people.restriction(T)).toBe('banned')
    expect(await people.lift(T)).toMatchObject({ status: 'lifted', count: 2 })
    expect(await people.lift(T)).toEqual({ status: 'not_restricted' })
    expect(await people.restriction(T)).toBeNull()
    expect(await people.actAs(T, play)).toMatchObject({ xp: 30, reason: null })
    const told = await people.db.kysely
      .selectFrom('ttfd.deliveries as d')
      .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
      .select(['e.event_type', 'd.recipient_id'])
      .orderBy('d.id')
      .execute()
    expect(told.map((row) => [row.event_type, row.recipient_id])).toEqual([
      ['account_restricted', T.id],
      ['account_restricted', T.id],
      ['restriction_lifted', T.id],
    ])
    const acts = await people.db.kysely.selectFrom('ttfd.audit_log').select('act').orderBy('id').execute()
    expect(acts.map(({ act }) => act)).toEqual(['account_restrict', 'account_restrict', 'account_lift'])
  })

  test('the same key gives it once; an admin is never restricted; nonsense is refused', async () => {
    const people = await freshRestricted('embedded', { admins: [D] })
    await people.meet(T, D)
    const key = 'import:telegram:1001:ban'
    expect(await people.restrict(T, 'banned', { key, silent: true })).toMatchObject({ status: 'restricted' })
    expect(await people.restrict(T, 'banned', { key, silent: true })).toMatchObject({ status: 'known' })
    expect(await people.restrict(D, 'banned')).toEqual({ status: 'admin_account' })
    expect(await people.restrict(T, 'unpaid', { accountId: 999 })).toEqual({ status: 'unknown_account' })
    await expect(people.restrict(T, 'unpaid', { reason: '  ' })).rejects.toThrow(RangeError)
    await expect(people.restrict(T, 'unpaid', { until: new Date(Date.now() - 1) })).rejects.toThrow(
      RangeError,
    )
    expect(await listRestrictions(people.db.kysely, await people.idOf(T), new Date())).toHaveLength(1)
  })

  test('who is banned is hidden like a private member; who is unpaid is not', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T, D)
    await people.restrict(T, 'banned')
    await people.restrict(D, 'unpaid')
    const hidden = async (who: typeof T) =>
      (await readProfile(people.db.kysely, await people.idOf(who), RULES))?.private
    expect(await hidden(T)).toBe(true)
    expect(await hidden(D)).toBe(false)
    expect((await readTop(people.db.kysely, 'coins', 'all', { limit: 5 })).entries).toEqual([])
  })

  test('of two that become one the strictest holds, and the undo gives each side its own back', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T, D)
    await people.gain(T, 10, 10)
    await people.gain(D, 20, 20)
    await people.restrict(T, 'banned')
    await people.restrict(D, 'unpaid')
    const done = await people.merged(D, T)
    expect(done.preview.restriction).toEqual({ survivor: 'unpaid', loser: 'banned', result: 'banned' })
    expect(await people.restriction(D)).toBe('banned')
    expect(await checkRestrictions(people.db.kysely)).toMatchObject([{ code: 'restrictions_ok' }])
    expect((await people.undo(done.merge)).status).toBe('undone')
    expect(await people.restriction(T)).toBe('banned')
    expect(await people.restriction(D)).toBe('unpaid')
    expect(await checkRestrictions(people.db.kysely)).toMatchObject([{ code: 'restrictions_ok' }])
    await expectSound(people.db)
  })

  test('what was given to both stays on both after the undo', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T, D)
    await people.gain(T, 10, 10)
    await people.gain(D, 20, 20)
    const done = await people.merged(D, T)
    await people.restrict(D, 'banned')
    await people.undo(done.merge)
    expect([await people.restriction(T), await people.restriction(D)]).toEqual(['banned', 'banned'])
    expect(await people.actAs(T, play)).toMatchObject({ reason: 'restricted' })
  })

  test('doctor sees limits that do not know of a restriction', async () => {
    const people = await freshRestricted('embedded')
    await people.meet(T)
    await people.restrict(T, 'banned')
    await sql`update ttfd.account_limits set state = (state::jsonb - 'restricted')::json`.execute(
      people.db.kysely,
    )
    expect(await checkRestrictions(people.db.kysely)).toMatchObject([
      { code: 'restrictions_wrong', level: 'fail' },
    ])
    expect(
      (await readRestriction(people.db.kysely, await people.idOf(T), new Date(Date.now() + HOUR)))?.kind,
    ).toBe('banned')
  })
})
