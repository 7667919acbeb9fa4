import { expect, test } from 'vitest'
import { makeBot, town } from './harness.js'

test('a gateway that answers no heartbeat any more is left for a new connection', async () => {
  const at = await town({ sandbox: { heartbeatIntervalMs: 300 } })
  const bot = makeBot(at)
  await bot.start()
  expect(bot.status().state).toBe('up')
  const states: string[] = []
  const back = new Promise<void>((resolve) => {
    bot.onStatus(() => {
      states.push(bot.status().state)
      if (states.includes('unreachable') && bot.status().state === 'up') resolve()
    })
  })
  // The line looks alive: nothing breaks, and nothing is heard.
  at.control.gateway.ignoreHeartbeats(true)
  await expect.poll(() => states, { timeout: 30_000 }).toContain('unreachable')
  at.control.gateway.ignoreHeartbeats(false)
  await back
})
