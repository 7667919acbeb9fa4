import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { Spool } from '../../src/spool/spool.js'
import { startPostgres } from '../support/postgres-server.js'
import { accountOf, balancesAgree, eventsOf, setStage } from '../telegram/support.js'

test('Telegram: what is written and claimed while PostgreSQL is stopped is confirmed, and counts afterwards', async () => {
  const server = await startPostgres({ durable: true })
  onTestFinished(() => server.destroy())
  const db = await openDatabase({ url: server.url })
  onTestFinished(() => db.close())
  await migrate(db, { timeZone: 'Europe/Moscow' })
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-spool-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const looks = { up: true }
  let replayed = () => {}
  const back = new Promise<void>((resolve) => {
    replayed = resolve
  })
  let spool: Spool | undefined
  const { sandbox, clock } = await setStage({
    db,
    wrap: (writer) => {
      spool = new Spool({
        directory,
        holder: 'host:1:space:own',
        ownerState: () => 'dead',
        writer,
        target: () => ({ place: 'here', database: null }),
        isUp: () => looks.up,
        isReady: async () =>
          looks.up &&
          (await sql`select 1`.execute(db.kysely).then(
            () => true,
            () => false,
          )),
        now: () => new Date(clock.now),
        lookMs: 50,
        log: { info: () => {}, error: () => {} },
        onReplayed: () => replayed(),
      })
      return spool
    },
  })
  await spool?.start()
  onTestFinished(() => spool?.stop())
  const { control, chats, people } = sandbox
  const { anya, boris } = people
  await anya.ask('/start')
  const before = boris.send('Привет всем, я тут новенький и пишу первое', chats.group)
  await control.waitForConfirmed(before.updateId ?? 0)

  looks.up = false
  await server.stop('immediate')
  clock.now += 61_000
  const second = boris.send('Первое сообщение, пока базы нет на месте, ждём', chats.group)
  await control.waitForConfirmed(second.updateId ?? 0, 20_000)
  const mark = control.mark()
  anya.send('/daily')
  expect((await anya.nextFromBot(anya.id, mark)).text).toContain('награда за сегодня записана')

  await server.start()
  looks.up = true
  await back
  expect((await eventsOf(db, boris.id)).map(({ xp_delta }) => xp_delta)).toEqual([5, 5])
  expect((await accountOf(db, anya.id))?.xp).toBe(110)
  expect((await anya.ask('/daily')).text).toContain('уже')
  expect(await balancesAgree(db)).toBe(true)
})
