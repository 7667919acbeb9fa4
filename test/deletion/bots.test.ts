import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { startDeletion } from '../../src/core/deletion/start-deletion.js'
import { newId } from '../../src/core/events/new-id.js'
import type { Database } from '../../src/db/connect.js'
import { account, mapTiers, startBot, startWorker, town, until } from '../discord/harness.js'
import { RULES } from '../support/rules.js'
import { accountOf, buttonsOf, give, noticeWorker, setStage } from '../telegram/support.js'

const leave = (db: Database, accountId: number, now = new Date()) =>
  startDeletion(
    db,
    { accountId, by: 'website' },
    { now, rules: RULES, newId: () => newId(Date.now()), admins: new Set() },
  )
const isClosing = async (db: Database) =>
  (await db.kysely.selectFrom('ttfd.deletions').select('account_id').execute()).length > 0

test('in Telegram he is told with a button, asked before anything he does, and keeps it with one press', async () => {
  const stage = await setStage()
  const { db, sandbox } = stage
  const { anya } = sandbox.people
  await anya.ask('/start')
  await give(stage, anya.id, { coins: 100 })
  const { id } = (await accountOf(db, anya.id)) ?? { id: 0 }
  const worker = noticeWorker(stage)
  /** Does something and gives the bot's next message. */
  const after = async (act: () => unknown) => {
    const mark = sandbox.control.mark()
    await act()
    return anya.nextFromBot(anya.id, mark)
  }

  const games = await anya.ask('/games')
  await leave(db, id)
  const notice = await after(() => worker.runOnce())
  expect(notice.text).toContain('удаляется')
  expect(buttonsOf(notice)).toEqual(['💚 Оставить аккаунт'])

  for (const command of ['/daily', '/games', '/profile', '/settings', '/link', 'просто слова', '/start']) {
    const asked = await anya.ask(command)
    expect(asked.text, command).toContain('Оставить его?')
  }
  const pressed = await after(() => anya.press(games, buttonsOf(games)[0] ?? ''))
  expect(pressed.text).toContain('Оставить его?')
  const { rows } =
    await sql`select from cross_platform_events where event_type in ('daily_claimed', 'game_played')`.execute(
      db.kysely,
    )
  expect(rows, 'nothing was played').toEqual([])

  const going = await after(() => anya.press(pressed, 'Нет, пусть удаляется'))
  expect(going.text).toContain('Передумаешь')
  expect(await isClosing(db)).toBe(true)

  const kept = await after(() => anya.press(notice, '💚 Оставить аккаунт'))
  expect(kept.text).toContain('остаётся с тобой')
  expect(await isClosing(db)).toBe(false)
  expect((await anya.ask('/daily')).text).not.toContain('Оставить')
  const late = await after(() => anya.pressData(pressed, 'k:yes'))
  expect(late.text).toContain('неактуален')
})

test('in a Telegram group nobody else learns of it, and messages pay nothing', async () => {
  const stage = await setStage()
  const { db, sandbox } = stage
  const { anya } = sandbox.people
  await anya.ask('/start')
  const { id } = (await accountOf(db, anya.id)) ?? { id: 0 }
  await leave(db, id)
  const mark = sandbox.control.mark()
  anya.send('длинное сообщение, за которое обычно платят', sandbox.chats.group)
  anya.send('/profile', sandbox.chats.group)
  const said = await anya.nextFromBot(sandbox.chats.group, mark)
  expect(said.text).toBe('Об этом лучше поговорить в личном чате.')
  const { rows } = await sql`select from cross_platform_events where event_type = 'message_sent'`.execute(
    db.kysely,
  )
  expect(rows).toEqual([])
})

test('in Discord the notice and the question are his alone; one press keeps it, and the rank role comes back', async () => {
  const at = await town()
  await mapTiers(at)
  const bot = await startBot(at)
  await startWorker(at, bot)
  const mira = at.control.person('mira')
  await mira.slash('bots', 'daily').reply()
  const role = at.control.find.role(at.control.find.guild('ttfd'), 'tier-f').id
  const wears = () => at.control.find.guild('ttfd').members.get(mira.id)?.roles.has(role) ?? false
  await until(wears)

  const { id } = (await account(at.db, mira.id)) ?? { id: 0 }
  await leave(at.db, id)
  const notice = await at.control.waitForMessage((message) => message.content.includes('удаляется'))
  expect(notice.content).toContain('Если это не ты')
  await until(() => !wears())

  for (const command of ['profile', 'dice', 'balance', 'settings']) {
    const asked = await mira.slash('bots', command).reply()
    expect([command, asked.ephemeralFor]).toEqual([command, mira.id])
    expect(asked.content).toContain('Оставить его?')
  }
  const kate = at.control.person('kate')
  const hidden = await kate.slash('bots', 'profile', { member: mira.id }).reply()
  const nobody = await kate.slash('bots', 'profile', { member: at.control.person('newcomer').id }).reply()
  expect(hidden.content).toBe(nobody.content)

  const [keep] = (notice.components[0] as { components: { custom_id: string; label: string }[] }).components
  expect(keep?.label).toBe('💚 Оставить аккаунт')
  expect((await kate.press(notice, keep?.custom_id ?? '').reply()).content).toContain('not yours')
  const kept = await mira.press(notice, keep?.custom_id ?? '').reply()
  expect(kept.content).toContain('остаётся с тобой')
  expect(await isClosing(at.db)).toBe(false)
  await until(wears)
  expect((await mira.slash('bots', 'balance').reply()).content).not.toContain('Оставить')
})
