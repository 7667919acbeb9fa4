import { expect, test } from 'vitest'
import type { AwardSink } from '../../src/core/progression/award-writer.js'
import type { TelegramBot } from '../../src/platforms/telegram/create-telegram-bot.js'
import { setStage } from './support.js'

const IN_FLIGHT_MAX = 200
const BATCH_MAX = 100

/** A writer that keeps everybody waiting until it is released. */
function heldWriter() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const counted = { begun: 0 }
  const wrap = (writer: AwardSink): AwardSink => ({
    async award(award) {
      counted.begun += 1
      await held
      return writer.award(award)
    },
  })
  return { wrap, counted, release }
}

const SECRET = 'a-secret-that-only-telegram-knows'

test('two hundred webhook calls are worked at once; Telegram is asked to send what comes more again', async () => {
  const { wrap, counted, release } = heldWriter()
  const { sandbox, bot } = await setStage({
    wrap,
    settings: { webhook: { url: 'http://127.0.0.1:9/telegram', secret: SECRET } },
  })
  const { webhook } = bot as Required<TelegramBot>
  const call = (n: number) => {
    const id = 930_000_000 + n
    const update = {
      update_id: 1_000 + n,
      message: {
        message_id: n,
        date: 1_773_133_200,
        chat: { id: sandbox.chats.group, type: 'group', title: 'Group' },
        from: { id, is_bot: false, first_name: `Person ${n}` },
        text: `Сообщение с номером ${n}, достаточно длинное`,
      },
    }
    const headers = { 'x-telegram-bot-api-secret-token': SECRET }
    return webhook(new Request('http://ttfd', { method: 'POST', body: JSON.stringify(update), headers }))
  }
  const calls = Array.from({ length: IN_FLIGHT_MAX }, (_, n) => call(n + 1))
  await expect.poll(() => counted.begun).toBe(IN_FLIGHT_MAX)
  expect((await call(999)).status).toBe(503)
  release()
  expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200]))
  expect((await call(999)).status).toBe(200)
})

test('while one batch of updates is worked none is fetched: what comes more stays with Telegram', async () => {
  const { wrap, counted, release } = heldWriter()
  const { sandbox, another } = await setStage({ wrap, start: false })
  const people = Array.from({ length: BATCH_MAX + 50 }, (_, n) => 940_000_000 + n)
  for (const id of people) {
    sandbox.control.addPerson({ id, firstName: `Участник ${id % 1_000}`, languageCode: 'ru' })
    sandbox.control.groups.setStatus(sandbox.chats.group, id, id, 'member')
  }
  const sent = people.map((id) =>
    sandbox.control.person(id).send(`Сообщение участника ${id}, достаточно длинное`, sandbox.chats.group),
  )
  await another({ start: true, wrap })
  await expect.poll(() => counted.begun).toBe(BATCH_MAX)
  const polls = sandbox.control.requests('getUpdates').length
  const last = sandbox.people.boris.send('И ещё одно сообщение, пока никто не слушает', sandbox.chats.group)
  expect(sandbox.control.requests('getUpdates')).toHaveLength(polls)
  expect(counted.begun).toBe(BATCH_MAX)
  release()
  await sandbox.control.waitForConfirmed(last.updateId ?? 0, 20_000)
  expect(counted.begun).toBe(sent.length + 1)
})
