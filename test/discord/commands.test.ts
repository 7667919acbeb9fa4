import { describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import type { AwardSink } from '../../src/core/progression/award-writer.js'
import { RULES } from '../support/rules.js'
import { account, events, startBot, town, until } from './harness.js'

describe('commands', () => {
  test('are registered in both languages, and again only when they changed or Discord lost them', async () => {
    const at = await town()
    const mark = at.control.mark
    const puts = () =>
      at.control.requests(mark).filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
    const first = await startBot(at)
    const put = await until(() => puts()[0])
    const list = put.body as {
      name: string
      type: number
      description?: string
      name_localizations: { ru: string }
    }[]
    expect(put.status).toBe(200)
    expect(list.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'profile',
        'rank',
        'top',
        'daily',
        'dice',
        'coinflip',
        'work',
        'why',
        'Profile',
      ]),
    )
    for (const command of list) expect(command.name_localizations.ru).toMatch(/[а-я]/)
    await first.stop()
    const second = await startBot(at)
    await until(() =>
      at.control.requests(mark).some(({ method, path }) => method === 'GET' && path.endsWith('/commands')),
    )
    await second.idle()
    expect(puts().length).toBe(1)
  })

  test('/profile shows what was earned, in the language of whoever asks', async () => {
    const at = await town()
    await startBot(at)
    const mira = at.control.person('mira')
    const own = await mira.slash('bots', 'profile').reply()
    expect(JSON.stringify(own.embeds)).toContain('Ранг F I')
    const seen = await at.control.person('kate').slash('bots', 'profile', { member: 'mira' }).reply()
    expect(JSON.stringify(seen.embeds)).toContain('Rank F I')
    const menu = await at.control.person('kate').userMenu('bots', 'Profile', 'mira').reply()
    expect(menu.ephemeralFor).toBe(at.control.person('kate').id)
  })

  test('unknown, private and never seen himself get the same answer', async () => {
    const at = await town()
    await startBot(at)
    const mira = at.control.person('mira')
    const kate = at.control.person('kate')
    await mira.slash('bots', 'rank').reply()
    at.control.person('oleg').say('general', 'я только пишу сообщения и не зову бота')
    const { id } = await until(() => account(at.db, mira.id))
    await until(() => account(at.db, at.control.person('oleg').id))
    await changeSettings(at.db, id, { private: true })
    const answers = await Promise.all(
      ['mira', 'oleg', 'vera'].map((member) => kate.slash('bots', 'profile', { member }).reply()),
    )
    expect(new Set(answers.map(({ content, embeds }) => JSON.stringify([content, embeds]))).size).toBe(1)
    const own = await mira.slash('bots', 'profile').reply()
    expect(own.embeds.length).toBe(1)
  })

  test('/daily, /dice, /coinflip and /work pay once and say when next', async () => {
    const at = await town()
    await startBot(at)
    const mira = at.control.person('mira')
    expect((await mira.slash('bots', 'daily').reply()).content).toContain('+100 XP')
    expect((await mira.slash('bots', 'daily').reply()).content).toMatch(/<t:\d+:R>/)
    expect((await mira.slash('bots', 'dice').reply()).content).toMatch(/Выпало \*\*[1-6]\*\*/)
    expect((await mira.slash('bots', 'dice').reply()).content).toMatch(/раз в час.*<t:\d+:R>/)
    expect((await mira.slash('bots', 'coinflip', { side: 'heads' }).reply()).content).toMatch(/Орёл|Решка/)
    expect((await mira.slash('bots', 'work').reply()).content).toMatch(/\+\d+ XP и \+\d+ монет/)
    expect((await events(at.db)).map((event) => event.event_type)).toEqual([
      'account_created',
      'daily_claimed',
      'game_played',
      'game_played',
      'coins_change',
    ])
  })

  test('that pay answer elsewhere and pay nothing there, nor make an account', async () => {
    const at = await town()
    await startBot(at)
    const sam = at.control.person('sam')
    for (const name of ['daily', 'dice', 'work'])
      expect((await sam.slash('foreign-general', name).reply()).content).toContain('not part of TTFD')
    expect((await sam.slash('foreign-general', 'profile').reply()).content).toContain('no progress yet')
    expect(await events(at.db)).toEqual([])
  })

  test('/top pages by buttons that belong to who called, names are harmless', async () => {
    const at = await town()
    await startBot(at)
    for (const key of ['mira', 'oleg', 'tricky']) await at.control.person(key).slash('bots', 'daily').reply()
    for (let index = 0; index < 12; index++) {
      const person = at.control.addPerson(
        { key: `p${index}`, username: `p${index}`, globalName: `Игрок ${index}` },
        ['ttfd'],
      )
      await person.slash('bots', 'daily').reply()
    }
    await rebuildBoard(at.db, () => performance.now(), RULES.timeZone)
    await rebuildTops(at.db, {
      now: new Date(at.clock.now()),
      timeZone: RULES.timeZone,
      clock: () => performance.now(),
    })
    const mira = at.control.person('mira')
    for (const board of ['xp', 'coins']) {
      for (const period of ['all', 'day']) {
        const top = await mira.slash('bots', 'top', { board, period }).reply()
        expect(JSON.stringify(top.embeds)).toContain('1 из 2')
        expect(JSON.stringify(top.embeds)).not.toContain('@everyone')
        expect(JSON.stringify(top.embeds)).not.toContain('\u202e')
      }
    }
    const top = await mira.slash('bots', 'top').reply()
    const buttons = (top.components[0] as { components: { custom_id: string }[] }).components
    const next = buttons[1]?.custom_id ?? ''
    const foreign = await at.control.person('oleg').press(top, next).reply()
    expect(foreign.content).toContain('не твои')
    const turned = await mira.press(top, next).reply()
    expect(JSON.stringify(turned.embeds)).toContain('2 из 2')
  })

  test('/settings changes language, place and privacy, and the answer follows at once', async () => {
    const at = await town()
    await startBot(at)
    const mira = at.control.person('mira')
    const shown = await mira.slash('bots', 'settings').reply()
    const english = await mira.press(shown, `set:${mira.id}:locale:en`).reply()
    expect(JSON.stringify(english.embeds)).toContain('Language')
    await mira.press(english, `set:${mira.id}:place:dm`).answered()
    await mira.press(english, `set:${mira.id}:private:on`).answered()
    const stored = await until(async () => {
      const row = await at.db.kysely.selectFrom('ttfd.account_settings').selectAll().executeTakeFirst()
      return row?.private ? row : null
    })
    expect(stored).toMatchObject({ notice_place: 'dm', private: true, notices: true })
    expect((await account(at.db, mira.id))?.locale).toBe('en')
  })

  test('/setup is for managers, listing and multipliers for operators', async () => {
    const at = await town()
    await startBot(at, { settings: { admins: [at.control.person('vera').id] } })
    expect(() => at.control.person('mira').slash('bots', 'setup voice', { muted: false })).toThrow()
    const moderator = at.control.person('max')
    const ranks = await moderator.slash('bots', 'setup ranks').reply()
    expect(ranks.content).toMatch(/\*\*S\*\*: <@&\d+>/)
    expect(await at.db.kysely.selectFrom('ttfd.guild_roles').selectAll().execute()).toHaveLength(7)
    // Nobody reaches above himself through the bot, nor earns rights of management by talking.
    for (const role of ['admin', 'moderator', 'legend']) {
      const refused = await moderator.slash('bots', 'setup ranks', { 'tier-f': role }).reply()
      expect(refused.content.includes('нельзя')).toBe(role !== 'legend')
    }
    const vera = at.control.person('vera')
    expect((await vera.slash('bots', 'setup here', { pays: true, multiplier: 2 }).reply()).content).toContain(
      'Готово',
    )
    const [place] = await at.db.kysely.selectFrom('ttfd.places').selectAll().execute()
    expect(place).toMatchObject({ platform: 'discord', place_id: at.guildId, multiplier: '2.00' })
    // A server can show the command to anybody; what it takes is checked by the bot.
    for (const [name, options] of [
      ['setup voice', { muted: false }],
      ['setup here', { pays: false }],
    ] as const)
      expect((await moderator.slash('bots', name, options).reply()).content).toContain('право')
  })
})

describe('a slow or absent database', () => {
  const slow = (writer: AwardSink, ms: number): AwardSink => ({
    award: async (award) => {
      await new Promise((resolve) => setTimeout(resolve, ms))
      return writer.award(award)
    },
  })

  test('still gets its answer within 3 seconds, filled in later', async () => {
    const at = await town({ sandbox: { interactionDeadlineMs: 3_000 } })
    await startBot(at, { writer: slow(at.writer, 4_000), tuning: { deferMs: 300 } })
    const handle = at.control.person('mira').slash('bots', 'dice')
    const answered = await handle.answered()
    expect(answered.failed).toBeFalsy()
    expect((await handle.reply(30_000)).content).toContain('Выпало')
  })

  test('a press that another process answered is left alone', async () => {
    const at = await town()
    const logged: unknown[] = []
    await startBot(at, { logged })
    at.control.trouble.request({
      path: /^\/interactions\/.*\/callback/,
      does: {
        kind: 'status',
        status: 400,
        body: { code: 40060, message: 'Interaction has already been acknowledged.' },
      },
      times: 1,
    })
    at.control.person('mira').slash('bots', 'rank')
    await at.control.waitForRequest(({ path }) => path.includes('/callback'))
    expect((await at.control.person('oleg').slash('bots', 'rank').reply()).content).toContain('Ранг F I')
    expect(JSON.stringify(logged)).not.toContain('could not be answered')
  })
})
