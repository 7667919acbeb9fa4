import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { DatabaseUnavailableError } from '../../src/db/unavailable.js'
import { freePort, startPostgres } from '../support/postgres-server.js'
import { accountOf, balancesAgree, eventsOf, NOON, setStage, untilState } from './support.js'

/** A database on a server of its own, which the test may end and start again. */
async function ownServer() {
  // Ended as by a power cut, it must keep what it has committed.
  const server = await startPostgres({ durable: true })
  onTestFinished(() => server.destroy())
  const db = await openDatabase({ url: server.url })
  onTestFinished(() => db.close())
  await migrate(db, { timeZone: 'Europe/Moscow' })
  return { server, db }
}

const UNAVAILABLE =
  'Сейчас не получится: база данных недоступна. Твой прогресс в сохранности, попробуй чуть позже.'

describe('while the database is away', () => {
  test('nothing unrecorded is confirmed, commands are answered once, and everything counts afterwards', async () => {
    const { server, db } = await ownServer()
    // The lease of before the outage must run out before there is a new one.
    const { sandbox, bot, logs, clock } = await setStage({ db, tuning: { leaseSeconds: 3 } })
    const { control, chats, people } = sandbox
    const { anya, boris } = people
    const hello = await anya.ask('/start')
    await server.stop('immediate')

    const first = boris.send('Первое сообщение, пока базы нет на месте, ждём', chats.group)
    clock.now += 61_000
    const second = boris.send('А это второе, совсем о другом: идём гулять вечером', chats.group)
    const mark = control.mark()
    anya.send('/profile')
    expect((await anya.nextFromBot(anya.id, mark)).text).toBe(UNAVAILABLE)
    const press = anya.press(hello, '🎲 Игры')
    expect(await press.answer()).toEqual({ text: UNAVAILABLE, alert: true, url: undefined })
    // A while later, after many rounds over the same updates, nothing was said twice.
    const polls = () => control.requests('getUpdates', mark).length
    const before = polls()
    await control.waitForRequest(() => polls() > before + 5, { timeoutMs: 20_000 })
    expect(control.requests('sendMessage', mark)).toHaveLength(1)
    expect(control.requests('answerCallbackQuery', mark)).toHaveLength(1)
    expect(control.lastUpdateConfirmed()).toBeLessThan(first.updateId ?? 0)
    await untilState(bot, 'waiting_database')
    expect(logs.filter(({ message }) => message.includes('the database is away'))).toHaveLength(1)

    await server.start()
    await control.waitForConfirmed(press.updateId ?? 0, 40_000)
    await untilState(bot, 'up')
    expect((await eventsOf(db, boris.id)).map(({ xp_delta }) => xp_delta)).toEqual([5, 10])
    expect(second.updateId).toBeGreaterThan(first.updateId ?? 0)
    expect((await anya.ask('/daily')).text).toContain('+100 XP')
    expect((await accountOf(db, anya.id))?.xp).toBe(110)
    expect(await balancesAgree(db)).toBe(true)
    expect(
      control.requests('sendMessage', mark).filter(({ params }) => params.text === UNAVAILABLE),
    ).toHaveLength(1)
  })

  test('a bot that starts with a wrong DATABASE_URL is up, answers, and confirms no group message', async () => {
    const db = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/nowhere` })
    onTestFinished(() => db.close())
    const { sandbox, bot } = await setStage({ db })
    expect(bot.status()).toMatchObject({ state: 'waiting_database', username: 'ttfd_sandbox_bot' })
    const { mia, boris } = sandbox.people
    const said = boris.send('Сообщение в группе, которое никуда не пропадёт', sandbox.chats.group)
    expect((await mia.ask('/start')).text).toContain('Not available now')
    expect(sandbox.control.lastUpdateConfirmed()).toBeLessThan(said.updateId ?? 0)
  })

  test('what a person did before the outage’s end is never overtaken by what he did after it', async () => {
    const { db, writer, sandbox, bot } = await setStage({ start: false })
    const { boris } = sandbox.people
    // The first award of this test fails as if the database came back right after it.
    const award = writer.award.bind(writer)
    let failures = 1
    writer.award = (wanted) =>
      failures-- > 0 ? Promise.reject(new DatabaseUnavailableError('away')) : award(wanted)
    const at = (seconds: number) => Math.floor(NOON / 1000) + seconds
    boris.send({ text: 'Первое сообщение, оно короче второго', date: at(0) }, sandbox.chats.group)
    boris.send(
      { text: 'Второе: сообщение длиннее первого, намного длиннее', date: at(61) },
      sandbox.chats.group,
    )
    const daily = boris.send({ text: '/daily', date: at(62) }, sandbox.chats.group)
    await bot.start()
    await sandbox.control.waitForConfirmed(daily.updateId ?? 0)
    expect((await eventsOf(db, boris.id)).map(({ data }) => data.length)).toEqual([36, 50])
    const said = sandbox.control.messagesIn(sandbox.chats.group).filter(({ from }) => from?.is_bot)
    expect(said.map(({ text }) => text)).toEqual([UNAVAILABLE])
  })

  test('without the lease a bot is quiet as soon as another one polls', async () => {
    const db = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/nowhere` })
    onTestFinished(() => db.close())
    const { sandbox, bot } = await setStage({ db })
    await sandbox.control.waitForConfirmed(sandbox.people.mia.send('/start').updateId ?? 0)
    const url = `${sandbox.url}/bot${sandbox.token}/getUpdates?timeout=20&offset=-1`
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const mark = sandbox.control.mark()
    const other = fetch(url, { signal: abort.signal }).catch(() => {})
    await sandbox.control.waitForRequest(({ status }) => status === 409, { after: mark })
    const polls = () =>
      sandbox.control.requests('getUpdates', mark).filter(({ status }) => status === 200).length
    // Many looks at the database later it still has not asked again.
    await new Promise<void>((resolve) => {
      let looks = 0
      const timer = setInterval(() => {
        looks += 1
        if (looks < 10) return
        clearInterval(timer)
        resolve()
      }, 50)
    })
    expect(polls()).toBe(0)
    expect(bot.status().state).toBe('waiting_database')
    abort.abort()
    await other
  })
})
