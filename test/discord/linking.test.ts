import { expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { confirmLinkRequest } from '../../src/core/linking/confirm-link-request.js'
import { issueLinkCode } from '../../src/core/linking/issue-link-code.js'
import { linkStatus } from '../../src/core/linking/link-status.js'
import { typeLinkCode } from '../../src/core/linking/type-link-code.js'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { RULES } from '../support/rules.js'
import { account, LINK_KEY, mapTiers, startBot, startWorker, type Town, town, until } from './harness.js'

const anya = { platform: 'telegram', id: '777001' } as const

/** The Telegram side of a link, as its bot would act. */
async function telegramSide(at: Town) {
  const context = () => ({
    now: new Date(at.clock.now()),
    newId: () => newId(at.clock.now()),
    rules: RULES,
    admins: new Set<string>(),
    key: LINK_KEY,
  })
  await ensureAccount(
    at.db,
    anya,
    { displayName: 'Аня', username: 'anya' },
    { now: new Date(), newId: () => newId(Date.now()), timeZone: RULES.timeZone },
  )
  return {
    code: async () => {
      const issued = await issueLinkCode(at.db, anya, {
        ...context(),
        random: (n) => Math.floor(Math.random() * n),
      })
      if (issued.status !== 'issued') throw new Error(issued.status)
      return issued.code
    },
    type: (typed: string) => typeLinkCode(at.db, { typist: anya, typed }, context()),
    say: (request: string) => confirmLinkRequest(at.db, { request, who: anya }, context()),
    status: () => linkStatus(at.db.kysely, anya, new Date(at.clock.now())),
    restrict: async (kind: 'banned' | 'unpaid') => {
      const { id } = await at.db.kysely
        .selectFrom('unified_users')
        .select('id')
        .where('telegram_id', '=', anya.id)
        .executeTakeFirstOrThrow()
      const order = { accountId: id, kind, reason: 'спам', givenBy: 'cli:test' }
      return at.db.transaction((tx) => restrict(tx, order, context()))
    },
  }
}

const buttonsOf = (message: { components: unknown[] }) =>
  (message.components[0] as { components: { custom_id: string; label: string }[] }).components

test('a code from Telegram typed in Discord links, once both sides have said yes', async () => {
  const at = await town()
  const telegram = await telegramSide(at)
  await startBot(at)
  const mira = at.control.person('mira')
  const question = await mira.slash('bots', 'link', { code: await telegram.code() }).reply()
  expect(question.ephemeralFor).toBe(mira.id)
  expect(question.content).toContain('@anya')
  expect(question.content).toContain('Тебя кто-то попросил')
  const [cancel, yes] = buttonsOf(question)
  expect(cancel?.label).toBe('Отмена')
  const waiting = await mira.press(question, yes?.custom_id ?? '').reply()
  expect(waiting.content).toContain('Telegram')
  expect((await account(at.db, mira.id))?.telegram_id ?? null).toBeNull()
  const status = await telegram.status()
  const request = status.status === 'known' ? (status.pending[0]?.request ?? '') : ''
  expect(await telegram.say(request)).toMatchObject({ status: 'linked' })
  expect(await account(at.db, mira.id)).toMatchObject({ telegram_id: anya.id })
})

test('a code from Discord typed in Telegram: the owner is asked last, by direct message; then a Telegram rank moves the role', async () => {
  const at = await town()
  const telegram = await telegramSide(at)
  await mapTiers(at)
  const bot = await startBot(at)
  await startWorker(at, bot)
  const kate = at.control.person('kate')
  const shown = await kate.slash('bots', 'getcode').reply()
  expect(shown.ephemeralFor).toBe(kate.id)
  expect(shown.content).toContain('No admin, giveaway or bonus ever asks for it.')
  const code = /`([0-9A-Z]{4}-[0-9A-Z]{4})`/.exec(shown.content)?.[1] ?? ''
  const opened = await telegram.type(code)
  if (opened.status !== 'opened') throw new Error(opened.status)
  await telegram.say(opened.request)
  const asked = await at.control.waitForMessage(
    (message) => message.authorId === at.sandbox.clientId && message.content.includes('@anya'),
  )
  const pressed = at.control.person('mira').press(asked, buttonsOf(asked)[1]?.custom_id ?? '')
  expect((await pressed.reply()).content).toContain('не твои')
  await kate.press(asked, buttonsOf(asked)[1]?.custom_id ?? '').reply()
  await until(async () => (await account(at.db, kate.id))?.telegram_id === anya.id)

  const { id } = (await account(at.db, kate.id)) ?? { id: 0 }
  await at.writer.award({
    key: 'test:telegram-game',
    who: { accountId: id },
    occurredAt: new Date(),
    source: 'telegram',
    act: { type: 'grant', event: 'xp_change', xp: 2300, coins: 0, data: {}, silent: false },
  })
  const role = at.control.find.role(at.control.find.guild('ttfd'), 'tier-e').id
  await until(() => at.control.find.guild('ttfd').members.get(kate.id)?.roles.has(role))

  const choice = await kate.slash('bots', 'unlink').reply()
  const discord = buttonsOf(choice).find(({ label }) => label.includes('Discord'))
  const question = await kate.press(choice, discord?.custom_id ?? '').reply()
  await kate.press(question, buttonsOf(question)[1]?.custom_id ?? '').reply()
  await until(async () => (await account(at.db, kate.id)) === undefined)
  // Whoever left starts at nothing, and so does his role.
  await until(() => !at.control.find.guild('ttfd').members.get(kate.id)?.roles.has(role))
})

test('with progress on both sides the question shows what a merge makes of it; one press takes it back', async () => {
  const at = await town()
  const telegram = await telegramSide(at)
  const bot = await startBot(at)
  await startWorker(at, bot)
  const mira = at.control.person('mira')
  const earn = (who: typeof anya | { platform: 'discord'; id: string }, xp: number, coins: number) =>
    at.writer.award({
      key: `test:progress:${who.platform}`,
      who,
      occurredAt: new Date(),
      source: who.platform,
      act: { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: true },
      create: { displayName: 'Мира', claimed: true },
    })
  await earn(anya, 100, 30)
  await earn({ platform: 'discord', id: mira.id }, 700, 50)
  const question = await mira.slash('bots', 'link', { code: await telegram.code() }).reply()
  expect(question.content).toContain('XP: 700 + 100 = 800')
  expect(question.content).toContain('Монеты: 50 + 30 = 80')
  await mira.press(question, buttonsOf(question)[1]?.custom_id ?? '').reply()
  const status = await telegram.status()
  const request = status.status === 'known' ? (status.pending[0]?.request ?? '') : ''
  expect(await telegram.say(request)).toMatchObject({ status: 'merged', xp: 800, coins: 80 })
  const balance = await mira.slash('bots', 'balance').reply()
  expect(balance.content).toContain('Заморожено до')

  const notice = await at.control.waitForMessage(
    (message) => message.authorId === at.sandbox.clientId && message.content.includes('объединён'),
  )
  const asked = await mira.press(notice, buttonsOf(notice)[0]?.custom_id ?? '').reply()
  expect(asked.content).toContain('Здесь останется (Discord): 700 XP, монеты: 50')
  const undone = await mira.press(asked, buttonsOf(asked)[1]?.custom_id ?? '').reply()
  expect(undone.content).toContain('объединение отменено')
  expect(await account(at.db, mira.id)).toMatchObject({ telegram_id: null, xp: 700, coins: 50 })
})

test('who was unlinked from the other side is told by direct message, and puts it back by a press and a yes', async () => {
  const at = await town()
  const telegram = await telegramSide(at)
  const bot = await startBot(at)
  await startWorker(at, bot)
  const mira = at.control.person('mira')
  const question = await mira.slash('bots', 'link', { code: await telegram.code() }).reply()
  await mira.press(question, buttonsOf(question)[1]?.custom_id ?? '').reply()
  const status = await telegram.status()
  await telegram.say(status.status === 'known' ? (status.pending[0]?.request ?? '') : '')
  await at.db.kysely.updateTable('unified_users').set({ primary_platform: 'telegram' }).execute()
  const context = {
    now: new Date(at.clock.now()),
    newId: () => newId(at.clock.now()),
    admins: new Set<string>(),
  }
  const unlinked = await unlinkIdentity(at.db, { actor: anya, platform: 'discord' }, context)
  expect(unlinked.status).toBe('unlinked')
  const notice = await at.control.waitForMessage(
    (message) => message.authorId === at.sandbox.clientId && message.content.includes('отвязан Discord'),
  )
  const asked = await mira.press(notice, buttonsOf(notice)[0]?.custom_id ?? '').reply()
  expect(asked.content).toContain('Вернуть Discord?')
  const back = await mira.press(asked, buttonsOf(asked)[1]?.custom_id ?? '').reply()
  expect(back.content).toContain('снова привязан')
  expect(await account(at.db, mira.id)).toMatchObject({ telegram_id: anya.id, discord_id: mira.id })
})

test.each([
  ['mira', 'banned', 'Этот аккаунт заблокирован. Блокировка перейдёт и на общий аккаунт.'],
  ['kate', 'unpaid', 'This account is restricted: nothing is paid to it.'],
] as const)(
  'the question names a restricted side, in the words of who is asked: %s',
  async (name, kind, words) => {
    const at = await town()
    const telegram = await telegramSide(at)
    await startBot(at)
    await telegram.restrict(kind)
    const question = await at.control
      .person(name)
      .slash('bots', 'link', { code: await telegram.code() })
      .reply()
    expect(question.content).toContain(words)
  },
)

test('a code written where others read it is burnt, and its writer is told', async () => {
  const at = await town()
  const telegram = await telegramSide(at)
  await startBot(at)
  const code = await telegram.code()
  at.control.person('mira').say('general', `смотрите, мой код ${code}`)
  const told = await at.control.waitForMessage((message) => message.authorId === at.sandbox.clientId)
  expect(told.content).toContain('погасил')
  const answer = await at.control.person('oleg').slash('bots', 'link', { code }).reply()
  expect(answer.content).toContain('не подходит')
})

test('wrong codes are counted for whoever types them', async () => {
  const at = await town()
  await startBot(at)
  const mira = at.control.person('mira')
  for (let index = 0; index < 5; index++)
    expect((await mira.slash('bots', 'link', { code: 'ACDE3467' }).reply()).content).toContain('не подходит')
  expect((await mira.slash('bots', 'link', { code: 'ACDE3467' }).reply()).content).toContain('Слишком много')
})
