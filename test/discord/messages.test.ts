import { describe, expect, test } from 'vitest'
import { setChannelChoice } from '../../src/core/places/discord-guilds.js'
import { setPlace } from '../../src/core/places/places.js'
import { foldDaySums } from '../../src/core/progression/day-sums.js'
import { account, events, makeBot, startBot, town, until } from './harness.js'

const LONG = 'Сегодня собираемся на рейд в девять вечера, кто с нами?'

describe('a message', () => {
  test('earns XP by its length and leaves a message_sent', async () => {
    const at = await town()
    await startBot(at)
    const message = at.control.person('mira').say('general', LONG)
    const [event] = await until(async () => {
      const found = await events(at.db, 'message_sent')
      return found.length > 0 ? found : null
    })
    expect(event).toMatchObject({
      dedupe_key: `discord:message:${message.id}`,
      xp_delta: 10,
      source_platform: 'discord',
      data: { length: LONG.length },
    })
    const mira = await account(at.db, at.control.person('mira').id)
    expect(mira).toMatchObject({ xp: 10, messages_sent: 1, username: 'mira_m' })
    expect(JSON.stringify(await events(at.db))).not.toContain('рейд')
  })

  test('in a thread and in a forum post counts too', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('mira').say('thread', LONG)
    at.control.person('oleg').say('post', LONG)
    await until(async () => (await events(at.db, 'message_sent')).length === 2)
    await bot.idle()
    expect((await events(at.db, 'message_sent')).map((event) => event.xp_delta)).toEqual([10, 10])
  })

  test('dispatched three times, or replayed by a resume, counts once', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.trouble.dispatch({ event: 'MESSAGE_CREATE', does: { kind: 'repeat', times: 3 }, times: 1 })
    at.control.person('mira').say('general', LONG)
    await until(() => account(at.db, at.control.person('mira').id))
    const resumed = at.control.gateway.waitFor('resumed')
    at.control.gateway.drop()
    at.control.person('oleg').say('general', LONG)
    await resumed
    await until(() => account(at.db, at.control.person('oleg').id))
    await bot.idle()
    expect((await events(at.db, 'message_sent')).map((event) => event.xp_delta)).toEqual([10, 10])
  })

  test('of a bot, a webhook or the system, an edit and a command are nothing', async () => {
    const at = await town()
    const bot = await startBot(at)
    at.control.person('jukebox').say('general', LONG)
    at.control.webhookSays('herald', LONG)
    at.control.systemMessage('general', 7, 'oleg')
    at.control.person('oleg').say('general', '!rank oleg and many other words')
    const said = at.control.person('mira').say('general', 'привет всем')
    at.control.person('mira').edit(said, LONG)
    await until(() => account(at.db, at.control.person('mira').id))
    await bot.idle()
    expect((await events(at.db, 'message_sent')).map((event) => event.xp_delta)).toEqual([5])
    expect(await account(at.db, at.control.person('oleg').id)).toBeUndefined()
  })
})

describe('farming', () => {
  test('by repeating, bursts, one letter and a foreign guild with a multiplier of 100 pays no more than the rules, and /why says why', async () => {
    const at = await town()
    const bot = await startBot(at)
    const mira = at.control.person('mira')
    mira.say('general', LONG)
    mira.say('games', 'совсем другое сообщение о другом')
    at.clock.forward(61)
    mira.say('general', `${LONG}!!`)
    mira.say('general', 'а')
    const foreign = at.control.find.guild('foreign')
    const place = { platform: 'discord', placeId: foreign.id, title: '', pays: false } as const
    await setPlace(at.db, place, 'test')
    at.clock.forward(61)
    mira.say('foreign-general', 'здесь обещали в сто раз больше опыта за слова')
    at.control.person('sam').say('foreign-general', 'this guild pays a hundred times more, says its owner')
    await until(async () => (await events(at.db, 'message_sent')).length === 5)
    await bot.idle()
    const sent = await events(at.db, 'message_sent')
    expect(sent.map((event) => [event.xp_delta, event.data.reason])).toEqual([
      [10, undefined],
      [0, 'cooldown'],
      [0, 'repeat'],
      [0, 'short'],
      [0, 'place'],
    ])
    expect(await account(at.db, at.control.person('sam').id)).toBeUndefined()
    // Boards of a period do not count what was written elsewhere.
    await at.db.transaction(foldDaySums)
    const rollup = await at.db.kysely
      .selectFrom('ttfd.daily_rollups')
      .select('events')
      .where('event_type', '=', 'message_sent')
      .executeTakeFirstOrThrow()
    expect(rollup.events).toBe(4)

    const answer = await mira.slash('bots', 'why').reply()
    const words = JSON.stringify(answer.embeds)
    for (const reason of ['раз в минуту', 'почти то же', 'слишком коротко', 'здесь не начисляется'])
      expect(words).toContain(reason)
    expect(answer.ephemeralFor).toBe(mira.id)
    await expect(
      setPlace(at.db, { ...place, multiplier: 50, pays: true }, 'owner of the foreign guild'),
    ).rejects.toThrow(/multiplier/)
  })

  test('a channel can pay nothing, and its threads with it; a multiplier never lifts the cap', async () => {
    const at = await town()
    const bot = await startBot(at)
    const channel = at.control.find.channel('general')
    const choice = { channelId: channel.id, guildId: at.guildId }
    await setChannelChoice(at.db, { ...choice, pays: false }, 'test')
    await bot.stop()
    const again = await startBot(at)
    at.control.person('mira').say('general', LONG)
    at.control.person('mira').say('thread', LONG)
    at.control.person('oleg').say('games', LONG)
    await until(() => account(at.db, at.control.person('oleg').id))
    await again.idle()
    expect((await events(at.db, 'message_sent')).length).toBe(1)
  })
})

describe('without the privileged intents', () => {
  test('the bot runs on: a message pays the flat amount and the status names the switch', async () => {
    const at = await town({ sandbox: { privilegedIntents: { messageContent: false, members: true } } })
    const logged: unknown[] = []
    const bot = makeBot(at, { logged })
    await bot.start()
    await until(() => bot.status().state === 'intent_missing')
    expect(bot.status()).toMatchObject({ messageContent: false, missingIntents: ['MessageContent'] })
    expect(bot.status().detail).toContain('MessageContent')
    expect(JSON.stringify(logged)).toContain('Privileged Gateway Intents')
    at.control.person('mira').say('general', 'а')
    const mira = await until(() => account(at.db, at.control.person('mira').id))
    expect(mira).toMatchObject({ xp: 5 })
    const [event] = await events(at.db, 'message_sent')
    expect(event?.data.length).toBeNull()
  })

  test('a wrong token shows in the status, at the door and later', async () => {
    const at = await town()
    const bot = makeBot(at, { settings: { token: 'MTIz.abc.wrong-token-that-nobody-has' } })
    await bot.start()
    expect(bot.status().state).toBe('wrong_token')
    const good = await startBot(at)
    expect(good.status().state).toBe('up')
    at.control.gateway.closeWith(4004)
    await until(() => good.status().state === 'wrong_token')
  })
})

describe('where nothing is listed', () => {
  test('the bot pays nowhere while it is in several guilds, and in the only one', async () => {
    const at = await town()
    const logged: unknown[] = []
    const bot = await startBot(at, { settings: { guildIds: [] }, logged })
    at.control.person('mira').say('general', LONG)
    await bot.idle()
    await until(() => JSON.stringify(logged).includes('DISCORD_GUILD_ID'))
    expect(await events(at.db)).toEqual([])
    at.control.setBotInGuild('foreign', false)
    await until(async () => {
      at.control.person('oleg').say('general', LONG)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return account(at.db, at.control.person('oleg').id)
    })
  })
})
