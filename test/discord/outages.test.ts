import { describe, expect, test } from 'vitest'
import { readGuildChoices } from '../../src/core/places/discord-guilds.js'
import type { Award } from '../../src/core/progression/award.js'
import type { AwardSink } from '../../src/core/progression/award-writer.js'
import { openDatabase } from '../../src/db/connect.js'
import { DatabaseUnavailableError } from '../../src/db/unavailable.js'
import { timeOf } from '../../src/platforms/discord/snowflake.js'
import { account, cuttable, events, later, makeBot, startBot, type Town, town, until } from './harness.js'

const TEXTS = [
  'Кто сегодня вечером идёт на рейд с нами?',
  'А мне бы найти третьего в отряд, есть желающие?',
  'Вчера наконец взял ранг, отмечаем всем сервером!',
]

describe('while the database is away', () => {
  /** A writer that can be told to be away. */
  function flaky(writer: AwardSink) {
    const state = { away: false, tried: 0 }
    const sink: AwardSink = {
      award(award: Award) {
        state.tried += 1
        return state.away ? Promise.reject(new DatabaseUnavailableError('away')) : writer.award(award)
      },
    }
    return { state, sink }
  }

  test('messages are kept and recorded in their order when it is back', async () => {
    const at = await town()
    const { state, sink } = flaky(at.writer)
    const bot = await startBot(at, { writer: sink })
    state.away = true
    for (const text of TEXTS) {
      at.control.person('mira').say('general', text)
      at.clock.forward(61)
    }
    await until(() => state.tried > 3)
    expect(await events(at.db)).toEqual([])
    state.away = false
    await until(async () => (await events(at.db, 'message_sent')).length === 3)
    await bot.idle()
    expect((await account(at.db, at.control.person('mira').id))?.messages_sent).toBe(3)
  })

  test('beyond the room for them they are read again from Discord', async () => {
    const at = await town()
    const { state, sink } = flaky(at.writer)
    const bot = await startBot(at, { writer: sink, tuning: { retryQueueMax: 2 } })
    state.away = true
    for (const [index, text] of TEXTS.entries()) {
      at.control.person('mira').say('general', text)
      at.control.person('oleg').say('games', `${text} ${index}`)
      at.clock.forward(61)
    }
    await until(() => state.tried > 3)
    state.away = false
    await until(async () => (await events(at.db, 'message_sent')).length === 6)
    await bot.idle()
  })

  test('commands say so and say that the progress is kept', async () => {
    const at = await town()
    const away = await openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' })
    later(() => away.close())
    const waiting = makeBot(at, { db: away })
    await waiting.start()
    expect(waiting.status().state).toBe('waiting_database')
    await waiting.stop()

    const own = await cuttable(at.url ?? '')
    const bot = await startBot(at, { db: own.db })
    own.cut()
    const answer = await at.control.person('kate').slash('bots', 'rank').reply()
    expect(answer.content).toContain('your progress is being kept')
    expect(bot.status().state).toBe('up')
  })
})

/** Mira's first message is counted; then the bot goes, and she writes the next. */
async function beginGap(at: Town) {
  const mira = at.control.person('mira')
  const first = await startBot(at)
  mira.say('general', TEXTS[0] ?? '')
  await until(() => account(at.db, mira.id))
  await first.stop()
  at.clock.forward(61)
  mira.say('general', TEXTS[1] ?? '')
  return mira
}

describe('after a gap', () => {
  test('missed messages of paying channels are read, at most an hour old, each once', async () => {
    const at = await town()
    const mira = await beginGap(at)
    at.control.person('oleg').say('thread', TEXTS[2] ?? '')
    at.control.person('sam').say('foreign-general', 'nobody reads this one')
    at.clock.forward(61)
    const mark = at.control.mark
    const second = await startBot(at)
    await second.idle()
    expect((await events(at.db, 'message_sent')).length).toBe(3)
    const reads = at.control
      .requests(mark)
      .filter(({ route }) => /\/channels\/[^/]+\/messages$/.test(route ?? ''))
    // Only channels in which something was written since.
    expect(reads.length).toBe(2)
    await second.stop()
    mira.say('games', TEXTS[2] ?? '')
    at.clock.forward(2 * 3600)
    const third = await startBot(at)
    await third.idle()
    expect((await events(at.db, 'message_sent')).length).toBe(3)
  })

  test('what could not be read at once is read later, and until then nothing new hides it', async () => {
    const at = await town()
    await beginGap(at)
    at.clock.forward(61)
    // More often than the client itself tries.
    at.control.trouble.request({
      method: 'GET',
      path: /^\/channels\/\d+\/messages$/,
      does: { kind: 'status', status: 500 },
      times: 4,
    })
    const second = await startBot(at)
    at.control.person('oleg').say('games', TEXTS[2] ?? '')
    await until(async () => (await events(at.db, 'message_sent')).length === 3)
    await second.idle()
  })

  test('from its first moment on a guild has a stored mark, by the clock of Discord', async () => {
    const at = await town({ sandbox: { now: Date.now } })
    at.clock.forward(1_200)
    await startBot(at, { tuning: { marksMs: 3_600_000 } })
    const { seenMessageId } = await readGuildChoices(at.db.kysely, at.guildId)
    expect(seenMessageId).not.toBeNull()
    expect(timeOf(seenMessageId ?? '0').getTime()).toBeLessThanOrEqual(Date.now())
  })

  test('an invalid session loses nothing either', async () => {
    const at = await town()
    const mira = at.control.person('mira')
    const bot = await startBot(at)
    mira.say('general', TEXTS[0] ?? '')
    await until(() => account(at.db, mira.id))
    at.clock.forward(61)
    const identified = at.control.gateway.waitFor('identified', 30_000)
    at.control.trouble.dispatch({ event: 'MESSAGE_CREATE', does: { kind: 'lose' }, times: 1 })
    at.control.gateway.invalidate({ resumable: false })
    mira.say('general', TEXTS[1] ?? '')
    await identified
    await until(async () => (await events(at.db, 'message_sent')).length === 2)
    await bot.idle()
  })
})

describe('several processes', () => {
  test('on the same shards: one works, the other stands by and takes over', async () => {
    const at = await town()
    const first = await startBot(at)
    const second = makeBot(at)
    await second.start()
    expect(second.status().state).toBe('standby')
    expect(at.control.gateway.sessions().length).toBe(1)
    await first.stop()
    await until(() => second.status().state === 'up')
    at.control.person('mira').say('general', TEXTS[0] ?? '')
    await until(() => account(at.db, at.control.person('mira').id))
  })

  test('on two shards and two guilds: each message and each voice minute once, one voice session a person', async () => {
    const at = await town({ sandbox: { shards: 2 } })
    const foreign = at.control.find.guild('foreign').id
    const guildIds = [at.guildId, foreign]
    const bots = await Promise.all(
      [0, 1].map((id) => startBot(at, { settings: { guildIds, shards: { ids: [id], count: 2 } } })),
    )
    expect(bots.map((bot) => bot.status().state)).toEqual(['up', 'up'])
    at.control.person('oleg').say('general', TEXTS[0] ?? '')
    at.control.person('sam').say('foreign-general', TEXTS[1] ?? '')
    for (const [key, channel] of [
      ['mira', 'lounge'],
      ['oleg', 'lounge'],
      ['kate', 'foreign-voice'],
      ['sam', 'foreign-voice'],
    ] as const)
      at.control.person(key).joinVoice(channel)
    const open = () => at.db.kysely.selectFrom('ttfd.voice_sessions').selectAll().execute()
    await until(async () => (await open()).length === 4)
    const tick = async () => {
      for (const bot of bots) await bot.idle()
      for (const bot of bots) await bot.tickVoice()
    }
    await tick()
    for (let step = 0; step < 6; step++) {
      at.clock.forward(10)
      await tick()
    }
    // Kate goes over to the other guild, which the other process watches.
    at.control.person('kate').joinVoice('lounge')
    await until(async () =>
      (await open()).every(
        (row) => row.discord_id !== at.control.person('kate').id || row.guild_id === at.guildId,
      ),
    )
    for (let step = 0; step < 6; step++) {
      at.clock.forward(10)
      await tick()
    }
    expect((await events(at.db, 'message_sent')).length).toBe(2)
    const minutes = async (key: string) =>
      ((await account(at.db, at.control.person(key).id))?.total_voice_time ?? 0) / 60
    expect(await Promise.all(['mira', 'oleg', 'kate', 'sam'].map(minutes))).toEqual([2, 2, 2, 1])
    expect((await open()).length).toBe(4)
  })
})

test('a crash in voice: the next process pays what an uninterrupted run would, but for time never watched', async () => {
  const at = await town()
  const mira = at.control.person('mira').id
  const seconds = async () => (await account(at.db, mira))?.total_voice_time ?? 0
  // Its own way to the database, cut in the middle: nothing that it does afterwards is stored, as after kill -9.
  const own = await cuttable(at.url ?? '')
  const crashing = await startBot(at, { db: own.db, tuning: { leaseSeconds: 1, leaseRenewMs: 300 } })
  at.control.person('mira').joinVoice('lounge')
  at.control.person('oleg').joinVoice('lounge')
  await until(
    async () => (await at.db.kysely.selectFrom('ttfd.voice_sessions').selectAll().execute()).length === 2,
  )
  await crashing.idle()
  for (const span of [50, 45]) {
    at.clock.forward(span)
    await crashing.tickVoice()
  }
  expect(await seconds()).toBe(60)
  at.clock.forward(8)
  own.cut()
  await crashing.stop()

  at.clock.forward(600)
  const next = makeBot(at)
  await next.start()
  await until(() => next.status().state === 'up')
  await next.idle()
  at.clock.forward(24)
  await next.tickVoice()
  expect(await seconds()).toBe(60)
  at.clock.forward(3)
  await next.tickVoice()
  expect(await seconds()).toBe(120)
})
