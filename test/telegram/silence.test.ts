import { expect, onTestFinished, test } from 'vitest'
import { startProxy } from '../support/tcp-proxy.js'
import { setStage } from './support.js'

test('a poll whose wire goes silent is given up, and what came meanwhile is answered', async () => {
  const stage = await setStage({ start: false })
  const { sandbox } = stage
  const proxy = await startProxy(Number(new URL(sandbox.url).port))
  onTestFinished(() => proxy.close())
  const bot = await stage.another({
    start: true,
    settings: { apiRoot: `http://127.0.0.1:${proxy.port}` },
    tuning: { leaseSeconds: 20, leaseRenewMs: 1_000, pollSeconds: 1, callSeconds: 3 },
  })
  expect(bot.status().state).toBe('up')
  const { anya } = sandbox.people
  // Confirmed by the poll that is on its way now, and nothing else is.
  await sandbox.control.waitForConfirmed(anya.start().updateId ?? 0)
  // Telegram answers it, and nobody hears.
  proxy.swallow('ends too')
  const answered = anya.ask('/daily')
  await expect.poll(() => proxy.swallowed).toBeGreaterThan(0)
  proxy.pass()
  expect((await answered).text).toContain('XP')
})
