import { describe, expect, test } from 'vitest'
import { chooseName } from '../../src/core/accounts/choose-name.js'
import { changeSettings, readSettings } from '../../src/core/accounts/settings.js'
import { keepAccount } from '../../src/core/deletion/keep-account.js'
import { startDeletion } from '../../src/core/deletion/start-deletion.js'
import { placeNotice } from '../../src/core/deliveries/discord-notice.js'
import { mayNotify, quietSeconds } from '../../src/core/deliveries/notice-policy.js'
import { discord, freshMergers, telegram } from '../merging/support.js'
import { claim } from '../support/deliveries.js'
import { RULES } from '../support/rules.js'

const ZONE = 'Europe/Moscow'
const T = telegram('7301000111')
const D = discord('830100011122233344')
const at = (clock: string) => new Date(`2026-03-10T${clock}:00+03:00`)

describe('quiet hours', () => {
  test.each([
    [null, '22:59', 0],
    [null, '23:00', 10 * 3600],
    [null, '08:59', 60],
    [null, '09:00', 0],
    [{ from: 22, to: 7 }, '22:30', 8.5 * 3600],
    [{ from: 22, to: 7 }, '07:00', 0],
    [{ from: 1, to: 5 }, '00:59', 0],
    [{ from: 1, to: 5 }, '04:30', 1800],
    [{ from: 12, to: 13 }, '12:15', 2700],
    [{ from: 0, to: 0 }, '03:00', 0],
    [{ from: 9, to: 9 }, '09:00', 0],
  ])('%j at %s: %d seconds to wait', (quiet, clock, seconds) => {
    expect(quietSeconds(at(clock), ZONE, quiet)).toBe(seconds)
  })

  const recipient = {
    accountId: 1,
    displayName: 'Аня',
    locale: 'ru',
    telegramId: '1',
    discordId: '2',
    notices: true,
    telegramReachable: true,
    email: null,
    noticesToday: 0,
    quiet: { from: 12, to: 13 },
  }
  test('hold for a message in Telegram and a direct message in Discord alike', () => {
    expect(mayNotify(recipient, at('12:30'), ZONE)).toEqual({ send: 'later', seconds: 1800 })
    expect(mayNotify(recipient, at('03:00'), ZONE)).toEqual({ send: true })
    const facts = { choice: 'dm', pings: false, lastPlace: null, lastGuild: null, sentToday: 0 } as const
    expect(placeNotice(recipient, facts, null, at('12:30'), ZONE)).toEqual({ to: 'later', seconds: 1800 })
    expect(placeNotice(recipient, facts, null, at('03:00'), ZONE)).toEqual({ to: 'dm' })
  })
})

/** Whether notices are wanted at either bot, as a deliverer learns it. */
async function wanted(people: Awaited<ReturnType<typeof freshMergers>>) {
  const accountId = await people.idOf(T)
  const { kysely } = people.db
  await kysely.deleteFrom('ttfd.deliveries').execute()
  const event = await kysely.selectFrom('cross_platform_events').select('id').executeTakeFirstOrThrow()
  for (const destination of ['telegram', 'discord']) {
    await kysely
      .insertInto('ttfd.deliveries')
      .values({ event_id: event.id, account_id: accountId, destination })
      .execute()
  }
  const claimed = await claim(people.db, ['telegram', 'discord'])
  return Object.fromEntries(
    claimed.map(({ destination, recipient }) => [destination, [recipient?.notices, recipient?.quiet]]),
  )
}

test('notices are wanted platform by platform, and one switch silences both', async () => {
  const people = await freshMergers('postgres')
  await people.meet(T)
  await people.link(T, D).catch(() => people.meet(D))
  const id = await people.idOf(T)
  expect(await wanted(people)).toEqual({ telegram: [true, null], discord: [true, null] })
  await changeSettings(people.db, id, { notices_discord: false, quiet_from: 1, quiet_to: 2 })
  expect(await wanted(people)).toEqual({
    telegram: [true, { from: 1, to: 2 }],
    discord: [false, { from: 1, to: 2 }],
  })
  await changeSettings(people.db, id, { notices: false })
  expect(await wanted(people)).toMatchObject({ telegram: [false, {}], discord: [false, {}] })
})

test('a merge keeps the survivor’s name and unites the rest; its undo gives both back', async () => {
  const people = await freshMergers('postgres')
  await people.meet(T, D)
  await people.gain(T, 500, 0)
  await people.gain(D, 100, 0)
  const [t, d] = [await people.idOf(T), await people.idOf(D)]
  await chooseName(people.db, t, 'Выжившая')
  await chooseName(people.db, d, 'Влитая')
  await changeSettings(people.db, d, { notices_telegram: false, quiet_from: 3, quiet_to: 4 })
  const { merge } = await people.merged(T, D)
  expect(await readSettings(people.db.kysely, t)).toMatchObject({
    display_name: 'Выжившая',
    notices_telegram: false,
    quiet_from: 3,
    quiet_to: 4,
  })
  expect(await people.account(T)).toMatchObject({ display_name: 'Выжившая' })
  await people.undo(merge)
  expect(await readSettings(people.db.kysely, t)).toMatchObject({
    display_name: 'Выжившая',
    notices_telegram: true,
    quiet_from: null,
  })
  expect(await readSettings(people.db.kysely, await people.idOf(D))).toMatchObject({
    display_name: 'Влитая',
    notices_telegram: false,
    quiet_from: 3,
  })
  expect(await people.account(D)).toMatchObject({ display_name: 'Влитая' })
})

test('what is chosen while the account is being deleted shows and wakes nobody, and holds when it is kept', async () => {
  const people = await freshMergers('postgres')
  await people.meet(T)
  const id = await people.idOf(T)
  const context = { ...people.context(), rules: RULES }
  await startDeletion(people.db, { accountId: id, by: 'website' }, context)
  await changeSettings(people.db, id, { private: false, notices: true, quiet_from: 5, quiet_to: 6 })
  expect(await readSettings(people.db.kysely, id)).toMatchObject({
    private: true,
    notices: false,
    quiet_from: 5,
  })
  await changeSettings(people.db, id, { private: true })
  await keepAccount(people.db, { identity: T }, context)
  expect(await readSettings(people.db.kysely, id)).toMatchObject({ private: true, notices: true })
})
