import { expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { installation } from '../cli/support.js'
import { KINDS, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { expectSound } from './support.js'

const DISCORD = '900000000000000001'

/** An installation with a Telegram member (310 XP, 40 coins) and one on Discord (400 XP, 60 coins). */
async function twoMembers(kind: Kind) {
  const { db, run, earn } = await installation(kind)
  const telegramAccount = await earn('1001', 310, 40)
  const { accountId: discordAccount } = await ensureAccount(
    db,
    { platform: 'discord', id: DISCORD },
    { displayName: 'Лиса', claimed: true },
    { now: new Date(), newId: () => newId(Date.now()), timeZone: RULES.timeZone },
  )
  const adjusted = await run([
    ...['account', 'adjust', `discord:${DISCORD}`, '--xp', '400', '--coins', '60'],
    ...['--reason', 'Старый прогресс', '--yes', '--json'],
  ])
  expect(JSON.parse(adjusted.out)).toMatchObject({ account: discordAccount, xp: 400, coins: 60 })
  const audit = () =>
    db.kysely.selectFrom('ttfd.audit_log').select(['act', 'account_id', 'detail']).orderBy('id').execute()
  return { db, run, telegramAccount, discordAccount, audit }
}

test.each(KINDS)('merges after a preview and a yes, and takes it back (%s)', async (kind) => {
  const { db, run, telegramAccount, discordAccount, audit } = await twoMembers(kind)
  const merge = ['account', 'merge', `discord:${DISCORD}`, 'telegram:1001']
  const unasked = await run(merge)
  expect(unasked).toMatchObject({ code: 1 })
  expect(unasked.err).toContain('--yes')
  const no = await run(merge, {}, { input: 'нет\n' })
  expect(no).toMatchObject({ code: 1, err: 'Ничего не изменено.' })
  expect(no.out).toMatch(/xp +\| 400 +\| 310 +\| 710/)

  const done = await run(merge, {}, { input: 'да\n' })
  expect(done.code).toBe(0)
  expect(done.out).toContain(`аккаунт ${discordAccount}, 710 XP, монеты: 100`)
  expect((await run(['account', 'show', String(telegramAccount)])).out).toContain(String(discordAccount))
  await expectSound(db)

  const { id } = await db.kysely.selectFrom('ttfd.merges').select('id').executeTakeFirstOrThrow()
  const undone = await run(['account', 'undo-merge', String(id), '--yes', '--json'])
  expect(JSON.parse(undone.out)).toMatchObject({
    status: 'undone',
    exact: true,
    survivor: { accountId: discordAccount, xp: 400, coins: 60 },
    loser: { accountId: telegramAccount, xp: 310, coins: 40 },
  })
  const again = await run(['account', 'undo-merge', String(id), '--yes', '--json'])
  expect(JSON.parse(again.out)).toMatchObject({ error: { code: 'undone_already' } })
  expect((await audit()).map((row) => [row.act, row.account_id])).toEqual([
    ['account_adjust', discordAccount],
    ['account_merge', discordAccount],
    ['account_undo_merge', discordAccount],
  ])
  expect(JSON.parse((await run([...merge, '--yes', '--json'])).out)).toMatchObject({
    error: { code: 'slot_blocked' },
  })
  await expectSound(db)
})

test('links and unlinks by the operator’s word, admins too, and says why not', async () => {
  const { db, run, telegramAccount, audit } = await twoMembers('embedded')
  const json = async (...args: string[]) =>
    JSON.parse((await run(['account', ...args, '--yes', '--json'], { ADMIN_ACCOUNTS: 'telegram:1001' })).out)
  expect(await json('link', 'telegram:1001', `discord:${DISCORD}`)).toMatchObject({
    error: { code: 'merge' },
  })
  expect(await json('link', 'telegram:1001', 'discord:77')).toEqual({
    identity: 'discord:77',
    account: telegramAccount,
  })
  expect(await json('link', 'telegram:1001', 'discord:77')).toMatchObject({
    error: { code: 'already_linked' },
  })
  expect(await json('link', 'telegram:1001', 'discord:78')).toMatchObject({ error: { code: 'slot_taken' } })
  expect(await json('unlink', 'telegram:1001', 'discord:77')).toMatchObject({ left: ['telegram'] })
  expect(await json('unlink', 'telegram:1001', 'telegram:1001')).toMatchObject({
    error: { code: 'last_way_in' },
  })
  expect(await json('unlink', 'telegram:1001', 'discord:77')).toMatchObject({ error: { code: 'not_linked' } })
  expect((await run(['account', 'link', 'telegram:1001', 'вконтакте:1', '--yes'])).code).toBe(2)
  expect((await audit()).map((row) => row.act)).toEqual(['account_adjust', 'account_link', 'account_unlink'])
  await expectSound(db)
})

test('an adjustment needs a reason, is at most a million, and never goes below 0', async () => {
  const { db, run, audit } = await twoMembers('embedded')
  const adjust = (...args: string[]) => run(['account', 'adjust', 'telegram:1001', ...args, '--yes'])
  expect((await adjust('--coins', '5')).err).toContain('причину')
  expect((await adjust('--reason', 'x')).code).toBe(2)
  expect((await adjust('--xp', '1000001', '--reason', 'x')).code).toBe(2)
  expect((await adjust('--xp', '1.5', '--reason', 'x')).code).toBe(2)
  expect(await adjust('--coins', '-41', '--reason', 'x')).toMatchObject({ code: 1 })
  expect(await adjust('--xp=-10', '--coins=-40', '--reason', 'Ошибка')).toMatchObject({
    code: 0,
    out: expect.stringContaining('300 XP, монеты: 0'),
  })
  expect((await audit()).at(-1)?.detail).toEqual({ xp: -10, coins: -40, reason: 'Ошибка' })
  const [event] = await db.kysely
    .selectFrom('cross_platform_events')
    .selectAll()
    .where('event_type', '=', 'adjusted')
    .where('coins_delta', '=', -40)
    .execute()
  expect(event).toMatchObject({ xp_delta: -10, source_platform: 'system', data: { why: 'Ошибка' } })
  await expectSound(db)
})
