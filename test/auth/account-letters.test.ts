import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLetterDeliverer } from '../../src/app/mail/account-letters.js'
import { readSmtpUrl, smtpSender } from '../../src/app/mail/smtp.js'
import { keepAccount } from '../../src/core/deletion/keep-account.js'
import { startDeletion } from '../../src/core/deletion/start-deletion.js'
import { listFailed } from '../../src/core/deliveries/list-events.js'
import { tellExport } from '../../src/core/export/tell-export.js'
import { linkByOperator } from '../../src/core/linking/link-by-operator.js'
import { writeLinkEvents } from '../../src/core/linking/link-events.js'
import { tellPasswordSet } from '../../src/core/website/email-login.js'
import { tellSignIn } from '../../src/core/website/tell-sign-in.js'
import { mail as en } from '../../src/i18n/en/mail.js'
import { mail as ru } from '../../src/i18n/ru/mail.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { discord, telegram, website } from '../merging/support.js'
import { freshRestricted } from '../restrictions/support.js'
import { claim } from '../support/deliveries.js'
import { RULES } from '../support/rules.js'
import { startSmtpSink } from './support/smtp-sink.js'

const SITE = 'https://ttfd.example'
const EMAIL = 'vera@example.org'
const vera = website(EMAIL)

/** People, a mail server, and a worker that carries letters when it is told to. */
async function start(refuse: (to: string) => string | null = () => null) {
  const people = await freshRestricted('postgres')
  const sink = await startSmtpSink({ refuse })
  const send = smtpSender(readSmtpUrl(`smtp://127.0.0.1:${sink.port}`, SITE))
  const deliverer = createLetterDeliverer({ send, siteUrl: () => SITE, timeZone: RULES.timeZone })
  const worker = new SyncWorker(people.db, {
    deliverers: new Map([['website_mail', deliverer]]),
    feed: new ChangeFeed(people.db),
    pollSeconds: 60,
    timeZone: RULES.timeZone,
    random: () => 0,
    onError: (error) => {
      throw error
    },
  })
  onTestFinished(() => worker.stop())
  const deliver = () => worker.runOnce()
  const newId = people.context().newId
  return { people, sink, deliver, newId, send }
}

/** What has come since, in one line a letter. */
async function news({ deliver, sink }: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  const before = sink.letters.length
  await deliver()
  return sink.letters.slice(before).map(({ to, subject }) => `${to}: ${subject}`)
}

describe('a proven address is told by letter', () => {
  test('of links, merges and their ends', async () => {
    const world = await start()
    const { people } = world
    await people.meet(vera, telegram('7'), discord('9'))
    const accountId = await people.idOf(vera)
    await linkByOperator(people.db, { accountId, identity: telegram('7') }, people.context())
    expect(await news(world)).toEqual([`${EMAIL}: Площадки связаны на ttfd.example`])
    expect(world.sink.letters[0]?.text).toContain('привязана площадка: Telegram')
    expect(world.sink.letters[0]?.text).toContain(`${SITE}/link?lang=ru`)

    await people.gain(discord('9'), 50, 5)
    await people.gain(telegram('7'), 50, 5)
    const { merge } = await people.merged(vera, discord('9'))
    expect(await news(world)).toEqual([`${EMAIL}: Аккаунты объединены на ttfd.example`])
    await people.undo(merge)
    expect(await news(world)).toEqual([`${EMAIL}: Объединение отменено на ttfd.example`])
    // It leaves, and hears of it.
    await people.unlink(telegram('7'), 'website')
    expect(await news(world)).toEqual([`${EMAIL}: Площадка отвязана на ttfd.example`])
  })

  test('of sign-ins, passwords, exports, deletion and restrictions, in its own language', async () => {
    const world = await start()
    const { people, newId, sink } = world
    const { db } = people
    await people.meet(vera)
    const accountId = await people.idOf(vera)
    await db.kysely.updateTable('unified_users').set({ locale: 'en' }).where('id', '=', accountId).execute()
    const device = { browser: 'Firefox', os: 'Linux' }
    await tellSignIn(db, { accountId, linkId: newId(), by: 'telegram', device }, newId)
    expect(await news(world)).toEqual([`${EMAIL}: A sign-in at ttfd.example`])
    expect(sink.letters[0]?.text).toContain('Firefox, Linux')
    await tellPasswordSet(db, accountId, newId)
    expect(await news(world)).toEqual([`${EMAIL}: The password at ttfd.example was changed`])
    await tellExport(db, { accountId, by: 'website' }, newId)
    expect(await news(world)).toEqual([`${EMAIL}: The data of your account at ttfd.example were downloaded`])
    await people.restrict(vera, 'unpaid')
    expect(await news(world)).toEqual([`${EMAIL}: Your account at ttfd.example was restricted`])
    expect(sink.letters.at(-1)?.text).toContain('спам')
    await people.lift(vera)
    await startDeletion(db, { accountId, by: 'website' }, people.context())
    await keepAccount(db, { accountId, by: 'website' }, { newId })
    // What waited goes into one letter, in its order.
    expect(await news(world)).toEqual([`${EMAIL}: News of your account at ttfd.example`])
    const text = sink.letters.at(-1)?.text ?? ''
    expect(text.indexOf('lifted')).toBeLessThan(text.indexOf('disappears for ever on'))
    expect(text.indexOf('disappears for ever on')).toBeLessThan(text.indexOf('was taken back'))
  })

  test('but not of questions, and not one that only an old store vouches for', async () => {
    const world = await start()
    const { people, newId } = world
    await people.meet(vera, telegram('7'))
    await people.open(vera, telegram('7'))
    expect(await news(world)).toEqual([])
    const accountId = await people.idOf(vera)
    await people.db.kysely
      .insertInto('ttfd.unproven_emails')
      .values({ email: EMAIL, account_id: accountId, closed: false })
      .execute()
    await tellPasswordSet(people.db, accountId, newId)
    expect(await news(world)).toEqual([])
    expect(await people.events('login_changed')).toMatchObject([{ processed: true }])
  })

  test('written with the act itself: what is rolled back is told to nobody', async () => {
    const world = await start()
    const { people, newId } = world
    await people.meet(vera)
    const accountId = await people.idOf(vera)
    const told = people.db.transaction(async (tx) => {
      const event = { type: 'login_changed', source: 'website', data: { what: 'password' } } as const
      await writeLinkEvents(tx, [{ accountId, ...event, key: 'k', tell: [vera] }], newId)
      throw new Error('the act failed')
    })
    await expect(told).rejects.toThrow('the act failed')
    expect(await news(world)).toEqual([])
  })
})

test('letters say the same in both languages', () => {
  const shape = (words: typeof ru) =>
    Object.entries(words).map(([kind, text]) => [
      kind,
      JSON.stringify(text)
        .match(/\{\{\w+\}\}|"\w+":/g)
        ?.sort(),
    ])
  expect(shape(en)).toEqual(shape(ru))
})

describe('a letter that does not arrive', () => {
  test('at an address that is refused for good is listed, with no address in the reason', async () => {
    const world = await start(() => '550 no such mailbox <vera@example.org>')
    const { people, newId } = world
    await people.meet(vera)
    await tellPasswordSet(people.db, await people.idOf(vera), newId)
    await world.deliver()
    expect(await listFailed(people.db.kysely, 10)).toMatchObject([
      { destination: 'website_mail', eventType: 'login_changed', error: expect.not.stringContaining('vera') },
    ])
  })

  test('is tried again, and after a crash sent again, however late', async () => {
    let answer: string | null = '451 later'
    const world = await start(() => answer)
    const { people, newId } = world
    const { db } = people
    await people.meet(vera)
    const accountId = await people.idOf(vera)
    await tellPasswordSet(db, accountId, newId)
    await world.deliver()
    const state = async () => {
      const row = await db.kysely
        .selectFrom('ttfd.deliveries')
        .select(['state', 'attempts', 'last_error'])
        .where('destination', '=', 'website_mail')
        .executeTakeFirst()
      return row
    }
    expect(await state()).toMatchObject({ state: 'open', attempts: 1, last_error: '451 later' })
    answer = null
    // Somebody takes it up and dies with it; an hour goes by.
    await sql`update ttfd.deliveries set available_at = now()`.execute(db.kysely)
    expect(await claim(db, ['website_mail'])).toHaveLength(1)
    await sql`update ttfd.deliveries set leased_until = now() - interval '1 hour'`.execute(db.kysely)
    await sql`update cross_platform_events set created_at = created_at - interval '1 hour'`.execute(db.kysely)
    expect(await news(world)).toEqual([`${EMAIL}: Пароль на ttfd.example изменён`])
    expect(await state()).toMatchObject({ state: 'delivered' })
  })
})
