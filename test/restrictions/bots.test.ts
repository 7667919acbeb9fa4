import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { liftRestrictions, restrict } from '../../src/core/restrictions/restrict.js'
import type { Database } from '../../src/db/connect.js'
import { account, startBot, startWorker, town } from '../discord/harness.js'
import { RULES } from '../support/rules.js'
import { accountOf, give, noticeWorker, setStage } from '../telegram/support.js'

const context = (now = new Date()) => ({
  now,
  rules: RULES,
  newId: () => newId(Date.now()),
  admins: new Set<string>(),
})
const say = (db: Database, accountId: number, kind: 'banned' | 'unpaid', now = new Date()) =>
  db.transaction((tx) =>
    restrict(tx, { accountId, kind, reason: '<b>спам</b> и *реклама*', givenBy: 'test' }, context(now)),
  )
const lift = (db: Database, accountId: number, now = new Date()) =>
  db.transaction((tx) => liftRestrictions(tx, { accountId, liftedBy: 'test' }, context(now)))
/** An old record of the claimant names the other one, and nothing proves it. */
const claim = (
  db: Database,
  claimant: ['telegram' | 'discord', string],
  other: ['telegram' | 'discord', string],
) =>
  db.kysely
    .insertInto('ttfd.import_reviews')
    .values({
      key: `claim:${claimant[1]}`,
      kind: 'claim',
      claimant_platform: claimant[0],
      claimant_id: claimant[1],
      claimed_platform: other[0],
      claimed_id: other[1],
      same_name: false,
      detail: '{}',
    })
    .execute()
const meet = (db: Database, platform: 'telegram' | 'discord', id: string, displayName: string) =>
  ensureAccount(
    db,
    { platform, id },
    { displayName, claimed: true },
    { ...context(), timeZone: RULES.timeZone },
  )

test('in Telegram', async () => {
  const stage = await setStage({ random: (n) => randomInt(n) })
  const { db, sandbox, clock } = stage
  const { anya } = sandbox.people
  await anya.ask('/start')
  await give(stage, anya.id, { coins: 100 })
  const { id } = (await accountOf(db, anya.id)) ?? { id: 0 }
  const now = () => new Date(clock.now)
  const worker = noticeWorker(stage)
  const told = async () => {
    const mark = sandbox.control.mark()
    let news: { text?: string } | undefined
    anya.nextFromBot(anya.id, mark).then(
      (message) => {
        news = message
      },
      () => {},
    )
    // Telegram takes one message a second for a chat, and answers go first.
    await expect
      .poll(
        async () => {
          if (!news) await worker.runOnce()
          return news
        },
        { interval: 250 },
      )
      .toBeTruthy()
    return news ?? {}
  }

  const games = await anya.ask('/games')
  await say(db, id, 'unpaid', now())
  const why = 'Причина: <b>спам</b> и *реклама*'
  expect((await told()).text).toContain(why)
  const unpaid = await anya.ask('/profile')
  expect(unpaid.text).toContain('не начисляется')
  expect(unpaid.text).toContain(why)
  const table = await anya.ask('/games')
  const bet = await anya.press(table, '🪙 10').answer()
  expect(bet.text).toBeTruthy()
  expect((await accountOf(db, anya.id))?.coins).toBe(100)

  await say(db, id, 'banned', now())
  expect((await told()).text).toContain('он скрыт от всех')
  for (const command of ['/profile', '/games', '/daily', '/top', '/settings']) {
    const answer = await anya.ask(command)
    expect(answer.text, command).toContain('он скрыт от всех')
    expect(answer.text, command).toContain('/settings/data')
  }
  const pressed = sandbox.control.mark()
  anya.press(games, '🪙 10')
  expect((await anya.nextFromBot(anya.id, pressed)).text).toContain(why)
  // The way to the website, where he may export and delete, stays open.
  expect((await anya.ask('/link')).text).toContain('код')

  await lift(db, id, now())
  expect((await told()).text).toContain('снято')
  expect((await anya.ask('/profile')).text).not.toContain(why)
  await worker.stop()

  // An old record that nothing proves is told of, links nothing, and goes when it is true.
  await meet(db, 'discord', '990', 'Вера Смирнова')
  const before = (await anya.ask('/profile')).text ?? ''
  await claim(db, ['discord', '990'], ['telegram', String(anya.id)])
  const offered = (await anya.ask('/profile')).text ?? ''
  expect(offered).toContain('нашлась запись, которая называет тебя')
  expect(offered.replace(/^🔗 В старых.*\n/m, '')).toBe(before)
  const link = (await anya.ask('/link')).text ?? ''
  expect(link).toContain('Старая запись Discord (В***а) называет этот аккаунт своим')
  expect(link).not.toContain('Смирнова')
  expect((await accountOf(db, anya.id))?.discord_id).toBeNull()

  // Merged, he reads which coins wait.
  const other = await db.kysely
    .selectFrom('unified_users')
    .select('id')
    .where('discord_id', '=', '990')
    .executeTakeFirstOrThrow()
  await stage.writer.award({
    key: 'test:coins',
    who: { platform: 'discord', id: '990' },
    occurredAt: now(),
    source: 'system',
    act: { type: 'grant', event: 'adjusted', xp: 10, coins: 40, data: {}, silent: true },
  })
  const merged = await mergeAccounts(db, { survivor: id, loser: other.id, by: 'operator' }, context(now()))
  expect(merged.status).toBe('merged')
  const after = (await anya.ask('/profile')).text ?? ''
  expect(after).toMatch(/140/)
  expect(after).toContain('Заморожено до')
  expect(after).not.toContain('нашлась запись')
})

test('in Discord, for his eyes alone', async () => {
  const at = await town()
  const bot = await startBot(at)
  await startWorker(at, bot)
  const { db } = at
  const mira = at.control.person('mira')
  await mira.slash('bots', 'daily').reply()
  const { id } = (await account(db, mira.id)) ?? { id: 0 }
  await say(db, id, 'unpaid')
  const notice = await at.control.waitForMessage((message) => message.content.includes('не начисляется'))
  expect(notice.content).toContain('Причина: ')
  expect(notice.content).toContain('\\*реклама\\*')
  await say(db, id, 'banned')
  for (const command of ['profile', 'dice', 'balance', 'top']) {
    const answer = await mira.slash('bots', command).reply()
    expect([command, answer.ephemeralFor]).toEqual([command, mira.id])
    expect(answer.content, command).toContain('он скрыт от всех')
  }
  expect((await mira.slash('bots', 'link').reply()).content).toContain('код')
  await lift(db, id)

  await meet(db, 'telegram', '991', 'Боря')
  await claim(db, ['discord', mira.id], ['telegram', '991'])
  const profile = await mira.slash('bots', 'profile').reply()
  expect(profile.content).toContain('нашлась запись')
  // Everybody in the channel reads that answer.
  expect(profile.content).not.toContain('Б***')
  const link = await mira.slash('bots', 'link').reply()
  expect(link.ephemeralFor).toBe(mira.id)
  expect(link.content).toContain('Твоя старая запись называет своим аккаунт Telegram')
  const kate = at.control.person('kate')
  const seen = await kate.slash('bots', 'profile', { member: mira.id }).reply()
  expect(seen.content).not.toContain('нашлась')
  expect((await account(db, mira.id))?.telegram_id ?? null).toBeNull()
})
