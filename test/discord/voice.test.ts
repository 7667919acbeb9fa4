import { describe, expect, test } from 'vitest'
import { account, events, startBot, type Town, town, until } from './harness.js'

const seconds = async (at: Town, key: string) =>
  (await account(at.db, at.control.person(key).id))?.total_voice_time ?? 0

/** Lets time go by in steps of ten seconds, as the timer would see it. */
async function pass(at: Town, bot: { tickVoice(): Promise<void> }, span: number) {
  for (let passed = 0; passed < span; passed += 10) {
    at.clock.forward(Math.min(10, span - passed))
    await bot.tickVoice()
  }
}

const inVoice = (at: Town, people: number) =>
  until(async () => {
    const rows = await at.db.kysely.selectFrom('ttfd.voice_sessions').selectAll().execute()
    return rows.length === people ? rows : null
  })

describe('voice', () => {
  test('61 seconds of two people pay one minute each, with a voice_time', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('oleg').joinVoice('lounge')
    await inVoice(at, 2)
    await bot.idle()
    await pass(at, bot, 61)
    const minutes = await events(at.db, 'voice_time')
    expect(minutes.map((event) => [event.xp_delta, event.data.duration])).toEqual([
      [2, 60],
      [2, 60],
    ])
    expect(minutes[0]?.dedupe_key).toMatch(/^voice:\d+:\d{4}-\d\d-\d\dT\d\d:\d\dZ$/)
    expect(await seconds(at, 'mira')).toBe(60)
  })

  test('alone, with a bot, deafened or in the AFK channel pays nothing; muted by the server pays as the guild wants', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('jukebox').joinVoice('lounge')
    at.control.person('oleg').joinVoice('afk')
    at.control.person('kate').joinVoice('afk')
    at.control.person('tricky').joinVoice('squad')
    at.control.person('vera').joinVoice('squad')
    at.control.person('tricky').selfDeaf(true)
    at.control.person('max').serverMute('ttfd', 'vera', true)
    await inVoice(at, 5)
    await bot.idle()
    await pass(at, bot, 130)
    const paid = await Promise.all(['mira', 'oleg', 'kate', 'tricky', 'vera'].map((key) => seconds(at, key)))
    expect(paid).toEqual([0, 0, 0, 0, 120])
  })

  test('in a guild that is not listed is not even watched', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('sam').joinVoice('foreign-voice')
    at.control.person('kate').joinVoice('foreign-voice')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await bot.idle()
    await pass(at, bot, 130)
    expect(await events(at.db)).toEqual([])
    expect(await at.db.kysely.selectFrom('ttfd.voice_sessions').selectAll().execute()).toEqual([])
  })

  test('goes on through a move and a restart, but for time that nobody watched', async () => {
    const at = await town()
    const first = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('oleg').joinVoice('lounge')
    await inVoice(at, 2)
    await first.idle()
    await pass(at, first, 40)
    at.control.person('mira').joinVoice('squad')
    at.control.person('oleg').joinVoice('squad')
    await until(async () =>
      (await inVoice(at, 2)).every((row) => row.channel_id !== at.control.find.channel('lounge').id),
    )
    await first.idle()
    await pass(at, first, 30)
    await first.stop()
    expect(await seconds(at, 'mira')).toBe(60)
    at.clock.forward(600)
    const second = await startBot(at)
    await second.idle()
    await pass(at, second, 45)
    expect(await seconds(at, 'mira')).toBe(60)
    await pass(at, second, 10)
    expect(await seconds(at, 'mira')).toBe(120)
  })

  test('ends with leaving, also while the bot was away', async () => {
    const at = await town()
    const first = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('oleg').joinVoice('lounge')
    await inVoice(at, 2)
    at.control.person('mira').leaveVoice()
    await inVoice(at, 1)
    await first.stop()
    at.control.person('oleg').leaveVoice()
    await startBot(at)
    await inVoice(at, 0)
  })

  test('does not count while the gateway is away, and goes on when it is back', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('oleg').joinVoice('lounge')
    await inVoice(at, 2)
    await bot.idle()
    await pass(at, bot, 50)
    const resumed = at.control.gateway.waitFor('resumed')
    // At once, and not by looking now and then: meanwhile it may be back.
    const away = new Promise<void>((resolve) => {
      bot.onStatus(() => {
        if (bot.status().state === 'unreachable') resolve()
      })
    })
    at.control.gateway.drop()
    await away
    at.clock.forward(60)
    await resumed
    await until(() => bot.status().state === 'up')
    await bot.idle()
    expect(await seconds(at, 'mira')).toBe(0)
    await pass(at, bot, 15)
    expect(await seconds(at, 'mira')).toBe(60)
  })

  test('24 hours of presence pay 480 XP a day and every second of it counts', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('mira').joinVoice('lounge')
    at.control.person('oleg').joinVoice('lounge')
    await inVoice(at, 2)
    await bot.idle()
    for (let minute = 0; minute < 24 * 60; minute++) {
      at.clock.forward(60)
      // Counted each minute, stored every ten.
      const stored = bot.tickVoice()
      if (minute % 10 === 9) await stored
    }
    await bot.tickVoice()
    const mira = await account(at.db, at.control.person('mira').id)
    expect(mira?.total_voice_time).toBeGreaterThanOrEqual(24 * 3600 - 60)
    // Two community days at most lie in it.
    expect(mira?.xp).toBeLessThanOrEqual(960)
    expect(mira?.xp).toBeGreaterThanOrEqual(480)
  })
})
