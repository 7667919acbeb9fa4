import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { NotNowError, OverflowError } from '../../src/platforms/telegram/errors.js'
import { SendGate } from '../../src/platforms/telegram/send-gate.js'

/** A gate with a clock and timers of its own: a minute of limits takes no time. */
function gateAtNoon() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const gate = new SendGate(() => performance.now())
  const sent: { chat: number; at: number }[] = []
  const say = (chat: number, urgency: 'answer' | 'notice' = 'answer') =>
    gate.run(chat, urgency, async () => {
      sent.push({ chat, at: performance.now() })
    })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  return { say, sent, pass, chats: () => sent.map(({ chat }) => chat) }
}

test('what is within the limits is called in the same turn', () => {
  const { say, chats } = gateAtNoon()
  void say(1)
  void say(2, 'notice')
  expect(chats()).toEqual([1, 2])
})

test('never more than thirty in any second, and nobody is left out', async () => {
  const { say, sent, pass } = gateAtNoon()
  const all = Array.from({ length: 100 }, (_, n) => say(n + 1))
  await pass(10_000)
  await Promise.all(all)
  expect(sent).toHaveLength(100)
  sent.forEach(({ at }, n) => {
    const thirtyLater = sent[n + 30]
    if (thirtyLater) expect(thirtyLater.at - at).toBeGreaterThanOrEqual(1_000)
  })
  expect(sent.at(-1)?.at).toBeLessThan(4_000)
})

test('one person is answered one by one, in order, while others are not held up', async () => {
  const { say, sent, pass, chats } = gateAtNoon()
  const own = [1, 2, 3].map(() => say(7))
  void say(8)
  expect(chats()).toEqual([7, 8])
  await pass(1_000)
  await Promise.all(own)
  const times = sent.filter(({ chat }) => chat === 7).map(({ at }) => at)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(200)
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(200)
})

test('answers to people go before notices that wait', async () => {
  const { say, chats, pass } = gateAtNoon()
  for (let n = 1; n <= 30; n++) void say(n)
  const waiting = [say(101, 'notice'), say(102, 'notice'), say(201)]
  await pass(1_500)
  await Promise.all(waiting)
  expect(chats().slice(30)).toEqual([201, 101, 102])
})

test('a group gets twenty a minute; more is dropped, a notice comes again later', async () => {
  const { say, sent, pass } = gateAtNoon()
  for (let n = 0; n < 20; n++) void say(-5)
  await expect(say(-5)).rejects.toBeInstanceOf(OverflowError)
  await expect(say(-5, 'notice')).rejects.toMatchObject({ name: 'NotNowError', seconds: 60 })
  await pass(60_001)
  void say(-5)
  expect(sent).toHaveLength(21)
})

test('what waits is bounded, and a notice waits for seconds only', async () => {
  const { say, sent, pass } = gateAtNoon()
  const endings = Array.from({ length: 400 }, (_, n) =>
    say(n + 1, 'notice').then(
      () => 'sent',
      (error: unknown) => (error instanceof NotNowError ? 'later' : 'lost'),
    ),
  )
  await turn()
  // Thirty went out, 128 wait; the others were told at once, and of those who wait whoever waits for five seconds.
  await pass(20_000)
  const ended = await Promise.all(endings)
  expect(ended.filter((one) => one === 'later').length).toBeGreaterThanOrEqual(400 - 30 - 128)
  expect(sent.length).toBeGreaterThanOrEqual(150)
  expect(ended.filter((one) => one === 'sent')).toHaveLength(sent.length)
  expect(ended).not.toContain('lost')
  // Answers push notices back, but not for ever: they come again by the queue.
  const flood = Array.from({ length: 300 }, (_, n) => say(1_000 + n))
  const late = say(5_000, 'notice').catch((error: unknown) => error)
  await pass(15_000)
  await Promise.all(flood)
  expect(await late).toBeInstanceOf(NotNowError)
})

test('a call that fails frees its chat', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const gate = new SendGate(() => performance.now())
  const broken = gate.run(1, 'answer', () => Promise.reject(new Error('no way')))
  const next = gate.run(1, 'answer', async () => 'through')
  await expect(broken).rejects.toThrow('no way')
  await vi.advanceTimersByTimeAsync(500)
  expect(await next).toBe('through')
})
