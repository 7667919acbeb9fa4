import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { cancelLinkRequest } from '../../src/core/linking/cancel-link-request.js'
import { confirmLinkRequest } from '../../src/core/linking/confirm-link-request.js'
import { issueLinkCode } from '../../src/core/linking/issue-link-code.js'
import { deriveLinkKey, showCode } from '../../src/core/linking/link-code.js'
import { linkStatus } from '../../src/core/linking/link-status.js'
import { typeLinkCode } from '../../src/core/linking/type-link-code.js'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import {
  accountOf,
  buttonsOf,
  give,
  noticeWorker,
  type Stage,
  type StageOptions,
  setStage,
} from './support.js'

const KEY = deriveLinkKey('a secret of this test')
const D = { platform: 'discord', id: '900000000000004242' } as const
const WARNING =
  'Этот код открывает твой аккаунт: монеты, прогресс, настройки. Админы, розыгрыши и «бонусы» его никогда не просят. Вводи его только сам.'

/** The Telegram bot on a stage, and somebody on Discord who uses what the Discord bot uses. */
async function withDiscord(options: StageOptions = {}) {
  const stage = await setStage({ random: (n) => randomInt(n), ...options })
  const { db, clock, sandbox } = stage
  const context = () => ({
    now: new Date(clock.now),
    rules: RULES,
    newId: () => newId(clock.now),
    admins: new Set<string>(),
    key: KEY,
    random: (n: number) => randomInt(n),
  })
  await ensureAccount(
    db,
    D,
    { username: 'night.fox', displayName: '<i>Лиса</i>', claimed: true },
    {
      ...context(),
      timeZone: RULES.timeZone,
    },
  )
  const worker = noticeWorker(stage)
  return {
    ...stage,
    anya: sandbox.people.anya,
    context,
    /** Carries what is due and gives the message that came of it. */
    async told(person = sandbox.people.anya) {
      const mark = sandbox.control.mark()
      await worker.runOnce()
      return person.nextFromBot(person.id, mark)
    },
    deliver: () => worker.runOnce(),
    async discordCode() {
      const issued = await issueLinkCode(db, D, context())
      if (issued.status !== 'issued') throw new Error(issued.status)
      return issued.code
    },
    discordTypes: (typed: string) => typeLinkCode(db, { typist: D, typed }, context()),
    discordSays: (request: string) => confirmLinkRequest(db, { request, who: D }, context()),
    async pendingOnDiscord() {
      const status = await linkStatus(db.kysely, D, context().now)
      return status.status === 'known' ? (status.pending[0]?.request ?? '') : ''
    },
  }
}

type Talker = Stage['sandbox']['people']['anya']

/** Presses a button and gives the message as it stands after that. */
async function press(
  stage: Stage,
  person: Talker,
  message: Awaited<ReturnType<Talker['ask']>>,
  label: string,
) {
  const mark = stage.sandbox.control.mark()
  person.press(message, label)
  return person.nextFromBot(person.id, mark)
}

const codeIn = (text: string | undefined) => /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(text ?? '')?.[0] ?? ''

describe.each(KINDS)('linking in the Telegram bot on %s', (kind) => {
  test('a code from Discord: facts and Cancel first, then the other side, then one account', async () => {
    const stage = await withDiscord({ kind })
    const { anya, db } = stage
    await anya.ask('/start')
    const question = await anya.ask(showCode(await stage.discordCode()).toLowerCase())
    for (const fact of [
      'Платформа: Discord',
      '<i>Лиса</i>',
      '@night.fox',
      '4242',
      'F I, 0 XP',
      'ОДНИМ аккаунтом',
    ]) {
      expect(question.text).toContain(fact)
    }
    expect(question.text).toContain('Тебя кто-то попросил это ввести? Тогда нажми «Отмена».')
    expect(buttonsOf(question)).toEqual(['Отмена', 'Да, это мой аккаунт'])
    expect((await accountOf(db, anya.id))?.discord_id).toBeNull()

    const waits = await press(stage, anya, question, 'Да, это мой аккаунт')
    expect(waits.text).toContain('подтверди на второй стороне: Discord')
    expect(buttonsOf(waits)).toEqual([])
    expect(await stage.discordSays(await stage.pendingOnDiscord())).toMatchObject({ status: 'linked' })
    expect(await accountOf(db, anya.id)).toMatchObject({ discord_id: D.id, xp: 10 })
    const notice = await stage.told()
    expect(notice.text).toContain('привязан Discord')
    expect(buttonsOf(notice)).toEqual(['Это не я'])
  })

  test('a code shown here: the last question comes by message, also at night and with notices off', async () => {
    const stage = await withDiscord({ kind })
    const { anya, db, clock } = stage
    clock.now += 12 * 3_600_000
    const shown = await anya.ask('/link')
    expect(shown.text).toContain(WARNING)
    expect(shown.text).toContain('/link code:')
    await give(stage, anya.id, { xp: 600, coins: 30 })
    const settings = await anya.ask('/settings')
    await press(stage, anya, settings, '🔕 Выключить уведомления')
    expect(await stage.discordTypes(codeIn(shown.text))).toMatchObject({ status: 'opened' })
    await stage.discordSays(await stage.pendingOnDiscord())
    const question = await stage.told()
    expect(question.text).toContain('Твой код ввёл:')
    expect(question.text).toContain('Платформа: Discord')
    expect(question.text).toContain('Тебя кто-то попросил показать этот код?')
    expect(buttonsOf(question)).toEqual(['Отмена', 'Да, это мой аккаунт'])
    const done = await press(stage, anya, question, 'Да, это мой аккаунт')
    expect(done.text).toContain('теперь один аккаунт')
    expect(await accountOf(db, anya.id)).toMatchObject({ discord_id: D.id, xp: 600 })
  })
})

describe('linking in the Telegram bot', () => {
  test('Cancel ends it, a later yes changes nothing, and the other side is told', async () => {
    const stage = await withDiscord()
    const { anya, db } = stage
    const question = await anya.ask(`/link ${await stage.discordCode()}`)
    const request = await stage.pendingOnDiscord()
    const cancelled = await press(stage, anya, question, 'Отмена')
    expect(cancelled.text).toContain('Ничего не изменилось')
    expect(await stage.discordSays(request)).toMatchObject({ status: 'cancelled' })
    expect((await accountOf(db, anya.id))?.discord_id).toBeNull()
  })

  test('when the other side says no, the owner of the code learns that it was typed', async () => {
    const stage = await withDiscord()
    const { anya, db, context } = stage
    const shown = await anya.ask('/code')
    await stage.discordTypes(codeIn(shown.text))
    await cancelLinkRequest(db, { request: await stage.pendingOnDiscord(), who: D }, context())
    const notice = await stage.told()
    expect(notice.text).toContain('Твой код ввели на платформе Discord')
    expect(notice.text).toContain('Вторая сторона отказалась')
  })

  test('a code in a group is burnt and the person told; the group shows none', async () => {
    const stage = await withDiscord()
    const { anya, sandbox } = stage
    const { group } = sandbox.chats
    await anya.ask('/start')
    const code = showCode(await stage.discordCode())
    const mark = sandbox.control.mark()
    anya.send(`мой код ${code}`, group)
    expect((await anya.nextFromBot(group, mark)).text).toContain('больше не действует')
    expect((await anya.ask(code)).text).toContain('Такой код не подходит')
    const refusal = await anya.ask({ text: '/link', chat: group })
    expect(refusal.text).toContain('только в личном чате')
    expect(codeIn(refusal.text)).toBe('')
    const typed = await stage.discordCode()
    expect((await anya.ask({ text: `/link ${typed}`, chat: group })).text).toContain('больше не действует')
    expect(await stage.discordTypes(typed)).toEqual({ status: 'wrong_code' })
  })

  test('a forwarded code opens nothing: it is somebody else’s words', async () => {
    const stage = await withDiscord()
    const { anya, db } = stage
    await anya.ask('/start')
    const code = await stage.discordCode()
    const forwardOrigin = { type: 'hidden_user', date: 1_700_000_000, sender_user_name: 'Бонус' } as const
    expect((await anya.ask({ text: code, forwardOrigin })).text).toContain('Я понимаю команды')
    expect(await db.kysely.selectFrom('ttfd.link_requests').selectAll().execute()).toEqual([])
  })

  test('wrong codes get one answer, five times in ten minutes', async () => {
    const { anya } = await withDiscord()
    await anya.ask('/start')
    for (let i = 0; i < 5; i++) expect((await anya.ask('ACDE-3467')).text).toContain('Такой код не подходит')
    expect((await anya.ask('ACDE-3467')).text).toContain('Слишком много попыток')
  })

  test('one’s own code, a person of the same platform and an operator are refused with the reason', async () => {
    const stage = await withDiscord()
    const { anya, sandbox } = stage
    const shown = await anya.ask('/link')
    expect((await anya.ask(codeIn(shown.text))).text).toContain('твой собственный код')
    await sandbox.people.mia.ask('/start')
    expect((await sandbox.people.mia.ask(codeIn(shown.text))).text).toContain('same platform: Telegram')
    const admins = new Set([`telegram:${sandbox.people.olga.id}`])
    const strict = await withDiscord({ settings: { linking: { key: KEY, admins } } })
    expect((await strict.sandbox.people.olga.ask('/link')).text).toContain('только оператор')
  })

  test('with progress on both sides both see what a merge makes of it, and can take it back', async () => {
    const stage = await withDiscord()
    const { anya, db } = stage
    await anya.ask('/start')
    await give(stage, anya.id, { xp: 100 })
    await db.kysely
      .updateTable('unified_users')
      .set({ games_played: 3 })
      .where('discord_id', '=', D.id)
      .execute()
    const question = await anya.ask(await stage.discordCode())
    expect(question.text).toContain('На обеих сторонах есть прогресс')
    expect(question.text).toContain('XP: 110 + 0 = 110')
    expect(question.text).toContain('72 часа')
    const answered = await press(stage, anya, question, 'Да, это мой аккаунт')
    expect(answered.text).toContain('подтверди на второй стороне')
    expect(await stage.discordSays(await stage.pendingOnDiscord())).toMatchObject({ status: 'merged' })
    const notice = await stage.told()
    expect(notice.text).toContain('объединён с аккаунтом на платформе Discord: теперь 110 XP')
    const asked = await press(stage, anya, notice, 'Отменить объединение')
    expect(asked.text).toContain('Здесь останется (Telegram): 110 XP')
    const undone = await press(stage, anya, asked, 'Да, отменить объединение')
    expect(undone.text).toContain('объединение отменено')
    const rows = await db.kysely.selectFrom('unified_users').select(['xp', 'platforms']).execute()
    expect(rows.map((row) => row.platforms.length)).toEqual([1, 1])
  })

  test('a press on somebody else’s question does nothing', async () => {
    const stage = await withDiscord()
    const { anya, sandbox, db } = stage
    const { mia } = sandbox.people
    const question = await anya.ask(await stage.discordCode())
    const stolen = question.reply_markup?.inline_keyboard[1]?.[0]
    const own = await mia.ask('/games')
    const data = stolen && 'callback_data' in stolen ? stolen.callback_data : ''
    const answer = await mia.pressData(own, data ?? '').answer()
    expect(answer.text).toContain('not for you')
    expect((await db.kysely.selectFrom('ttfd.link_requests').select('state').execute())[0]?.state).toBe(
      'waits_typist',
    )
  })

  test('/checklink shows the platforms and repeats the question that waits', async () => {
    const stage = await withDiscord()
    const { anya, sandbox } = stage
    expect((await anya.ask('/checklink')).text).toContain('одна платформа')
    await anya.ask(await stage.discordCode())
    expect((await anya.ask('/checklink')).text).toContain('ждёт ответа')
    await expect
      .poll(() => buttonsOf(sandbox.control.messagesIn(anya.id).at(-1) ?? {}))
      .toEqual(['Отмена', 'Да, это мой аккаунт'])
  })

  test('/unlink asks what, says what stays, and does it once', async () => {
    const stage = await withDiscord()
    const { anya, db } = stage
    expect((await anya.ask('/unlink')).text).toContain('единственный вход')
    const question = await anya.ask(await stage.discordCode())
    await press(stage, anya, question, 'Да, это мой аккаунт')
    await stage.discordSays(await stage.pendingOnDiscord())
    const choice = await anya.ask('/unlink')
    expect(buttonsOf(choice)).toEqual(['Отвязать Discord', 'Отвязать Telegram', 'Отмена'])
    const asked = await press(stage, anya, choice, 'Отвязать Telegram')
    expect(asked.text).toContain('останутся здесь: Discord')
    expect(asked.text).toContain('начнёт с нуля')
    expect(buttonsOf(asked)).toEqual(['Отмена', 'Отвязать Telegram'])
    const done = await press(stage, anya, asked, 'Отвязать Telegram')
    expect(done.text).toContain('Telegram отвязан')
    expect(await accountOf(db, anya.id)).toBeUndefined()
    expect((await anya.ask('/profile')).text).toContain('0 XP')
  })

  test('who was unlinked from the other side is told, with how', async () => {
    const stage = await withDiscord()
    const { anya, db, context } = stage
    const question = await anya.ask(await stage.discordCode())
    await press(stage, anya, question, 'Да, это мой аккаунт')
    await stage.discordSays(await stage.pendingOnDiscord())
    await stage.deliver()
    expect((await unlinkIdentity(db, { actor: D, platform: 'telegram' }, context())).status).toBe('unlinked')
    const notice = await stage.told()
    expect(notice.text).toContain('отвязан Telegram')
    expect(notice.text).toContain('на платформе Discord')
    expect(buttonsOf(notice)).toEqual(['Вернуть'])
    // Who did not do it puts it back by a press and a yes.
    const asked = await press(stage, anya, notice, 'Вернуть')
    expect(asked.text).toContain('Вернуть Telegram?')
    const done = await press(stage, anya, asked, 'Вернуть')
    expect(done.text).toContain('снова привязан')
    const row = await db.kysely.selectFrom('unified_users').select(['telegram_id', 'discord_id']).execute()
    expect(row).toEqual([{ telegram_id: String(anya.id), discord_id: D.id }])
  })

  test('English people read English, warning included', async () => {
    const stage = await withDiscord()
    const { mia } = stage.sandbox.people
    const shown = await mia.ask('/link')
    expect(shown.text).toContain(
      'This code opens your account: coins, progress, settings. No admin, giveaway or bonus ever asks for it. Type it only yourself.',
    )
    expect(shown.text).not.toMatch(/[а-яё]/i)
    const question = await mia.ask(await stage.discordCode())
    expect(question.text?.replace('Лиса', '')).not.toMatch(/[а-яё]/i)
    expect(buttonsOf(question)).toEqual(['Cancel', 'Yes, this account is mine'])
  })

  test.each([
    ['anya', 'unpaid', 'На этом аккаунте ограничение: ему ничего не начисляется'],
    ['mia', 'banned', 'This account is banned. The shared account will be banned too.'],
  ] as const)(
    'the question names a restricted side, in the words of who is asked: %s',
    async (name, kind, words) => {
      const stage = await withDiscord()
      const { id } = await stage.db.kysely
        .selectFrom('unified_users')
        .select('id')
        .where('discord_id', '=', D.id)
        .executeTakeFirstOrThrow()
      const order = { accountId: id, kind, reason: 'спам', givenBy: 'cli:test' }
      await stage.db.transaction((tx) => restrict(tx, order, stage.context()))
      const question = await stage.sandbox.people[name].ask(await stage.discordCode())
      expect(question.text).toContain(words)
    },
  )

  test('no code is ever logged', async () => {
    const stage = await withDiscord()
    const { anya, logs } = stage
    const shown = await anya.ask('/link')
    await anya.ask(await stage.discordCode())
    expect(JSON.stringify(logs)).not.toContain(codeIn(shown.text).slice(0, 4))
  })
})
