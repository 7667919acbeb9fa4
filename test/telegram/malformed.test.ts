import fc from 'fast-check'
import { expect, test } from 'vitest'
import { balancesAgree, type Stage, setStage } from './support.js'

const COUNT = process.env.LONG ? 10_000 : 600
const CHUNK = 100

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1e308, true, [], {}, '\u0000', '\ud800', '__proto__', [[]], NaN),
  fc.anything({ maxDepth: 2, withBigInt: false, withNullPrototype: false }),
)

/** A sane object of which some fields are odd or missing. */
function broken(sane: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(sane).map(([key, value]) =>
    fc
      .oneof(
        { weight: 6, arbitrary: fc.constant<unknown>(value) },
        { weight: 1, arbitrary: odd },
        { weight: 1, arbitrary: fc.constant<unknown>(undefined) },
      )
      .map((chosen) => [key, chosen] as const),
  )
  return fc.tuple(...fields).map((entries) => Object.fromEntries(entries))
}

/** What a tampered client can say with a button: ours, nearly ours, and noise. */
function pressBytes(round: string): fc.Arbitrary<string> {
  const uuid = fc.oneof(fc.constant(round), fc.uuid(), fc.string({ maxLength: 40 }))
  const number = fc.oneof(fc.integer({ min: -20, max: 12_000 }).map(String), fc.string({ maxLength: 5 }))
  return fc.oneof(
    fc.string({ maxLength: 64, unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('p', 'x', 'r', 't', 'o', 's', 'P', ''), fc.oneof(uuid, number), number)
      .map((parts) => parts.join(':')),
    fc.tuple(uuid, fc.integer({ min: 11, max: 9_999 })).map(([id, pick]) => `p:${id}:${pick}`),
  )
}

function updates({ sandbox }: Stage, round: string): fc.Arbitrary<unknown> {
  const user = { id: 700_001, is_bot: false, first_name: 'F', language_code: 'en' }
  const group = { id: sandbox.chats.supergroup, type: 'supergroup', title: 'G' }
  const message = {
    message_id: 5,
    date: 1_773_133_200,
    chat: group,
    from: user,
    text: '/daily x',
    entities: [{ type: 'bot_command', offset: 0, length: 6 }],
  }
  const member = { user, status: 'member' }
  const press = { id: '1', from: user, chat_instance: '1', message, data: 'r:10' }
  const change = { chat: group, from: user, date: 1, old_chat_member: member, new_chat_member: member }
  return fc.oneof(
    broken(message).map((value) => ({ message: value })),
    broken(user).map((from) => ({ message: { ...message, from } })),
    broken(group).map((chat) => ({ message: { ...message, chat } })),
    broken({ type: 'bot_command', offset: 0, length: 6 }).map((one) => ({
      message: { ...message, entities: [one] },
    })),
    broken(press).map((value) => ({ callback_query: value })),
    pressBytes(round).map((data) => ({ callback_query: { ...press, data } })),
    broken(change).map((value) => ({ my_chat_member: value })),
    odd.map((value) => ({ message: value })),
    odd.map((value) => ({ something_new: value })),
    odd.filter((value) => !hasUpdateId(value)),
  )
}

const hasUpdateId = (value: unknown) => typeof value === 'object' && value !== null && 'update_id' in value

test(`${COUNT} malformed updates and presses: no crash, no change of a balance, each answered or logged`, async () => {
  const stage = await setStage()
  const { db, sandbox, bot, logs } = stage
  const { control, people } = sandbox
  const { anya, mia } = people
  await anya.ask('/start')
  await stage.writer.award({
    key: 'test:coins',
    who: { platform: 'telegram', id: String(anya.id) },
    occurredAt: new Date(stage.clock.now),
    source: 'system',
    act: { type: 'grant', event: 'adjusted', xp: 0, coins: 500, data: {}, silent: true },
  })
  const menu = await anya.ask('/games')
  const mark = control.mark()
  anya.press(menu, '🪙 100')
  const round = await anya.nextFromBot(anya.id, mark)
  const data =
    round.reply_markup?.inline_keyboard.flat().find(({ text }) => text === '7')?.callback_data ?? ''
  const roundId = data.split(':')[1] ?? ''
  await mia.ask('/start')
  const menuOfMia = await mia.ask('/games')

  const before = await balances(stage)
  const samples = fc.sample(updates(stage, roundId), { numRuns: COUNT / 2, seed: 42 })
  const bytes = fc.sample(pressBytes(roundId), { numRuns: COUNT / 2, seed: 43 })
  for (let at = 0; at < COUNT / 2; at += CHUNK) {
    for (const body of samples.slice(at, at + CHUNK)) control.injectUpdate(jsonable(body))
    // Mia holds neither the round nor coins: whatever she sends, she can only start free rounds.
    const presses = bytes
      .slice(at, at + CHUNK)
      .filter((one) => !/^r:0+$/.test(one))
      .map((one) => mia.pressData(menuOfMia, one))
    const last = mia.send('/help').updateId ?? 0
    await control.waitForConfirmed(last, 60_000)
    for (const press of presses) expect((await press.answer()).text).not.toBe(undefined)
  }
  expect(await balances(stage)).toEqual(before)
  expect(await balancesAgree(db)).toBe(true)
  expect(bot.status().state).toBe('up')
  // What went wrong was told by field, never by value, and was never a fault of our own.
  expect(logs.filter(({ level }) => level === 'error').slice(0, 3)).toEqual([])
  expect(logs.some(({ message }) => message === 'malformed update')).toBe(true)

  // And the round that they were after is still there for its owner.
  expect((await anya.press(round, '7').answer()).text).toBe('В точку! 🎉')
}, 900_000)

async function balances({ db }: Stage) {
  return db.kysely
    .selectFrom('unified_users')
    .select(['id', 'xp', 'coins', 'games_played'])
    .where('xp', '>', 0)
    .orderBy('id')
    .execute()
}

/** As it would look after its way over the wire. */
function jsonable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null')
}
