import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { figuresOf, PAY_FIGURES, withFigures } from '../../src/core/admin/pay-figures.js'
import { replayPay } from '../../src/core/admin/replay-pay.js'
import { loadRules } from '../../src/core/progression/load-rules.js'
import { alertIn } from '../auth/support/browser.js'
import { startAuthSite } from '../auth/support/site.js'
import { RANKS, RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('postgres')

async function start() {
  const site = await startAuthSite(shared.db)
  const mira = `discord:${site.discordId('mira')}`
  site.auth.admins = new Set([mira])
  const browser = site.browser()
  await site.signIn(browser, 'mira')
  const log = () =>
    shared.db.kysely.selectFrom('ttfd.audit_log').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
  return { site, browser, mira, log }
}

const value = (name: string, other: Record<string, number> = {}) =>
  other[name] ?? PAY_FIGURES.find((one) => one.name === name)?.read(RULES) ?? 0
const payFields = (other: Record<string, number> = {}) =>
  Object.fromEntries(PAY_FIGURES.map(({ name }) => [`pay-${name}`, String(value(name, other))]))
const payList = (other: Record<string, number> = {}) =>
  PAY_FIGURES.map(({ name }) => value(name, other)).join(',')

describe('what acts pay', () => {
  test('every figure can be read and set, and by itself changes nothing else', () => {
    for (const [at, one] of PAY_FIGURES.entries()) {
      const values = figuresOf(RULES)
      values[at] = (values[at] ?? 0) + 1
      const next = withFigures(RULES, values)
      expect(next && figuresOf(next), one.name).toEqual(values)
      values[at] = one.max + 1
      expect(withFigures(RULES, values), one.name).toBeNull()
      values[at] = 0.5
      expect(withFigures(RULES, values), one.name).toBeNull()
    }
    expect(withFigures(RULES, [])).toBeNull()
  })

  test('replayed under the rules of now, events pay what they paid', async () => {
    const { site } = await start()
    const at = (minute: number) => new Date(Date.now() - 86_400_000 + minute * 60_000)
    const who = { platform: 'telegram', id: '600100' } as const
    await site.give('telegram', who.id, 'Болтун', 0)
    const acts = Array.from({ length: 30 }, (_, n) => ({
      key: `replay:${n}`,
      who,
      occurredAt: at(n * 0.7),
      source: 'telegram' as const,
      act:
        n % 3 === 2
          ? ({ type: 'voice_minute', multiplier: 1, place: 'v' } as const)
          : ({ type: 'message', length: n * 9, fingerprint: null, multiplier: 1, place: 'c' } as const),
    }))
    for (const act of acts) await site.writer.award(act)
    const { rows } = await sql<{ xp: number; coins: number; type: string; data: Record<string, unknown> }>`
      select e.xp_delta as xp, e.coins_delta as coins, e.event_type as type, e.data from cross_platform_events e
      where dedupe_key like 'replay:%' order by seq`.execute(shared.db.kysely)
    const events = rows.map((row, n) => ({ ...row, accountId: 1, source: 'telegram', at: at(n * 0.7) }))
    expect(replayPay(events, RULES)).toEqual(rows.map(({ xp, coins }) => ({ xp, coins })))
    expect(rows.filter(({ xp }) => xp > 0).length).toBeGreaterThan(10)
  })

  test('other figures show what the last week would have paid, change nothing until saved, and then hold', async () => {
    const { site, browser, mira, log } = await start()
    const before = await site.accounts()
    const other = { voice_minute: 5 }
    const checked = await browser.submit('/admin/rules/pay', '/admin/rules/pay/simulate', payFields(other))
    expect(checked.text).toContain('Голос')
    expect(checked.text).toMatch(/20 → 50 XP/)
    const same = await browser.submit('/admin/rules/pay', '/admin/rules/pay/simulate', payFields())
    expect(same.text).toContain('Ничего не изменилось бы')
    expect(await site.accounts()).toEqual(before)
    const held = () => loadRules(shared.db.kysely, { pay: true, timeZone: RULES.timeZone })
    expect((await held()).voice).toEqual(RULES.voice)

    const wrong = await browser.submit('/admin/rules/pay', '/admin/rules/pay/simulate', {
      ...payFields(),
      'pay-voice_day': '-1',
    })
    expect(alertIn(wrong.text)).toContain('Правила не годятся')
    const save = async (fields: Record<string, string>) =>
      (await browser.submit('/admin/rules/pay', '/admin/rules/pay/save', fields)).location
    const order = { before: payList(), after: payList(other) }
    expect(await save(order)).toContain('problem=unsure')
    expect(await save({ ...order, sure: 'on', after: payList({ voice_minute: 101 }) })).toContain(
      'bad_figures',
    )
    expect(await save({ ...order, sure: 'on', before: payList({ welcome: 11 }) })).toContain('rules_changed')
    expect(await save({ ...order, sure: 'on' })).toContain('done=pay_saved')
    expect((await held()).voice).toEqual({ ...RULES.voice, xp_per_minute: 5 })
    expect((await held()).messages).toEqual(RULES.messages)
    expect(await log()).toMatchObject({ actor: mira, act: 'pay_set', detail: { voice_minute: [2, 5] } })
    expect(await save({ ...order, sure: 'on' })).toContain('problem=rules_changed')
    expect(await site.accounts()).toEqual(before)
    await shared.db.kysely.deleteFrom('ttfd.settings').where('key', '=', 'rules').execute()
  })
})

test('rules that were stored before a figure was thought of have its default', async () => {
  const { kysely } = shared.db
  const value = JSON.stringify({ games: { guess: { won_xp: 7 } }, messages: { steps: [] } })
  await kysely.insertInto('ttfd.settings').values({ key: 'rules', value }).execute()
  const rules = await loadRules(kysely, { pay: true, timeZone: RULES.timeZone })
  expect(rules.games).toEqual({ ...RULES.games, guess: { ...RULES.games.guess, won_xp: 7 } })
  expect(rules.messages).toEqual({ ...RULES.messages, steps: [] })
  expect(rules.voice).toEqual(RULES.voice)
  await kysely.deleteFrom('ttfd.settings').where('key', '=', 'rules').execute()
})

test('rewards for ranks: what was paid lately and who still waits, then they hold for those who come', async () => {
  const { site, browser, mira, log } = await start()
  const grow = (id: string, xp: number, key: string) =>
    site.writer.award({
      key,
      who: { platform: 'telegram', id },
      occurredAt: new Date(),
      source: 'system',
      act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: false },
      create: { displayName: 'Растёт', claimed: true },
    })
  await grow('600201', 600, 'grow:1')
  await grow('600202', 1_300, 'grow:2')
  await grow('600203', 10, 'grow:3')
  const rewards = RANKS.map(({ reward_coins }, at) => (at === 1 ? 80 : reward_coins))
  const fields = Object.fromEntries(RANKS.map(({ id }, at) => [`reward-${id}`, String(rewards[at])]))
  const page = '/admin/rules/rewards'
  const checked = (await browser.submit(page, `${page}/simulate`, fields)).text
  // Two reached F II (50), one F III too (100).
  expect(checked).toContain('За 30 дней: 200 → 260 монет')
  expect(checked).toContain('50 → 80')
  expect(checked).toContain('2 раза выплачено')
  const waiting = (await site.accounts()).filter((one) => one.highest_rank_paid < 2).length
  expect(checked).toMatch(new RegExp(`ждёт ${waiting} участник`))
  const wrong = await browser.submit(page, `${page}/simulate`, { ...fields, 'reward-1': '5' })
  expect(alertIn(wrong.text)).toContain('Награды не годятся')

  const before = await site.accounts()
  const save = async (more: Record<string, string>) => {
    const held = RANKS.map(({ reward_coins }) => reward_coins).join(',')
    return (await browser.submit(page, `${page}/save`, { before: held, after: rewards.join(','), ...more }))
      .location
  }
  expect(await save({})).toContain('problem=unsure')
  expect(await save({ sure: 'on', after: '1,2' })).toContain('problem=bad_rewards')
  expect(await save({ sure: 'on', before: '0,1' })).toContain('problem=rules_changed')
  expect(await save({ sure: 'on' })).toContain('done=rewards_saved')
  expect(await site.accounts()).toEqual(before)
  expect(await log()).toMatchObject({ actor: mira, act: 'rewards_set' })
  const ranks = await shared.db.kysely.selectFrom('ttfd.ranks').selectAll().orderBy('id').execute()
  expect(ranks.map(({ reward_coins }) => reward_coins)).toEqual(rewards)
})
