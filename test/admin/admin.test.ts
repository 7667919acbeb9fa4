import { describe, expect, test } from 'vitest'
import { rankFor } from '../../src/core/progression/ranks.js'
import { alertIn } from '../auth/support/browser.js'
import { type AuthSite, startAuthSite } from '../auth/support/site.js'
import { RANKS } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('postgres')
const PAGES = [
  '',
  '/members',
  '/events',
  '/deliveries',
  '/roles',
  '/imports',
  '/places',
  '/rules',
  '/rules/rewards',
  '/rules/pay',
  '/audit',
]
const ACTS = [
  '/members/1/adjust',
  '/members/1/restrict',
  '/members/1/lift',
  '/members/1/sign-in-link',
  '/deliveries/retry',
  '/imports/accept',
  '/imports/refuse',
  '/places',
  '/rules/simulate',
  '/rules/save',
  '/rules/rewards/simulate',
  '/rules/rewards/save',
  '/rules/pay/simulate',
  '/rules/pay/save',
]
const EVIL = '<img src=x onerror=alert(1)>'

/** A site where Mira's Discord identity is an admin's, with her signed in. */
async function start(options: { now?: () => Date } = {}) {
  const admins: string[] = []
  const site = await startAuthSite(shared.db, { ...options, admins })
  const mira = `discord:${site.discordId('mira')}`
  site.auth.admins = new Set([mira])
  const browser = site.browser()
  await site.signIn(browser, 'mira')
  return { site, browser, mira }
}

/** The page of nobody: what everybody without the right is told. */
const noPage = (text: string) => /<main.*<\/main>/s.exec(text)?.[0]

const log = (site: AuthSite) =>
  site.db.kysely.selectFrom('ttfd.audit_log').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()

let people = 0
const someone = (site: AuthSite, name: string, xp: number) =>
  site.give('telegram', String(9_000_000 + ++people), name, xp)

describe('who may', () => {
  test('a listed identity that has just signed in opens every page', async () => {
    const { site, browser } = await start()
    for (const page of PAGES) {
      const answer = await browser.get(`/admin${page}`)
      expect(answer.status, page).toBe(200)
      expect(answer.headers.get('cache-control'), page).toContain('no-store')
    }
    expect(site.logged).toEqual([])
  })

  test('nobody, a member, a session of another identity, a stale one: there is no such page for any of them', async () => {
    let now = Date.now()
    const { site, browser, mira } = await start({ now: () => new Date(now) })
    const member = site.browser()
    await site.signIn(member, 'max')
    const refused = async (reader: typeof browser) => {
      const nobody = noPage((await site.browser().get('/admin/nothing-here')).text)
      for (const page of [...PAGES, '/', '/members/1', '/nothing-here']) {
        const answer = await reader.get(`/admin${page}`)
        expect(answer.status, page).toBe(404)
        expect(noPage(answer.text), page).toBe(nobody)
      }
      for (const act of ACTS) {
        const answer = await reader.submit('/settings/sessions', `/admin${act}`, { xp: '5', reason: 'mine' })
        expect(answer.status, act).toBe(404)
      }
    }
    await refused(site.browser())
    await refused(member)
    // Her session bears the time at which it was made, which a busy machine puts long after this test's beginning.
    const made =
      (await site.sessions()).findLast(({ made_by }) => made_by === mira)?.created_at.getTime() ?? 0
    now = made + 15 * 60_000 + 1
    await refused(browser)
    now = made
    expect((await browser.get('/admin')).status).toBe(200)

    // Her account has the listed identity too, but this session was made by the other one.
    site.auth.admins = new Set(['telegram:7'])
    await site.db.kysely
      .updateTable('unified_users')
      .set({ telegram_id: '7' })
      .where('discord_id', '=', mira.slice('discord:'.length))
      .execute()
    await refused(browser)
  })

  test('a forged form changes nothing', async () => {
    const { site, browser } = await start()
    const id = await someone(site, 'Ваня', 100)
    const fields = { xp: '5', coins: '0', reason: 'gift' }
    const path = `/admin/members/${id}/adjust`
    expect((await browser.post(path, fields)).location).toContain('problem=stale_form')
    expect((await browser.post(path, { ...fields, form: 'x' })).location).toContain('problem=stale_form')
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const crossed = await browser.submit(`/admin/members/${id}`, path, fields, foreign)
    expect(crossed.location).toContain('problem=stale_form')
    expect((await site.accounts()).find((one) => one.id === id)?.xp).toBe(100)
    for (const act of ACTS) {
      const answer = await browser.post(`/admin${act}`, {})
      expect(answer.location, act).toContain('problem=stale_form')
    }
  })
})

describe('a member', () => {
  test('is found by the beginning of a name and by an exact id, also when hidden; what was typed is no pattern', async () => {
    const { site, browser } = await start()
    const id = await someone(site, 'Ёжик в тумане', 40)
    await site.db.kysely
      .insertInto('ttfd.account_settings')
      .values({
        account_id: id,
        private: true,
        notice_place: null,
        avatar_source: null,
        display_name: null,
        quiet_from: null,
        quiet_to: null,
      })
      .execute()
    const find = async (typed: string) =>
      (await browser.get(`/admin/members?q=${encodeURIComponent(typed)}`)).text.includes(
        `href="/admin/members/${id}"`,
      )
    expect(await find('ежик')).toBe(true)
    expect(await find(String(9_000_000 + people))).toBe(true)
    expect(await find('%')).toBe(false)
    expect(await find("' or 1=1 --")).toBe(false)
  })

  test('is adjusted with a reason, told why, never below zero, never beyond a million, and it is written down', async () => {
    const { site, browser, mira } = await start()
    const id = await someone(site, EVIL, 100)
    const page = `/admin/members/${id}`
    const adjust = async (fields: Record<string, string>) => {
      const answer = await browser.submit(page, `${page}/adjust`, { xp: '0', coins: '0', ...fields })
      return /(?:done|problem)=(\w+)/.exec(answer.location ?? '')?.[1]
    }
    expect(await adjust({ xp: '50', coins: '30', reason: EVIL })).toBe('adjusted')
    const { xp, coins } = (await site.accounts()).find((one) => one.id === id) ?? {}
    expect([xp, coins]).toEqual([150, 30])
    expect(await log(site)).toMatchObject({
      actor: mira,
      act: 'account_adjust',
      account_id: id,
      detail: { xp: 50, coins: 30, reason: EVIL },
    })
    expect(await adjust({ xp: '-151', reason: 'x' })).toBe('out_of_range')
    expect(await adjust({ coins: '-31', reason: 'x' })).toMatch(/insufficient_coins|out_of_range/)
    expect(await adjust({ xp: '1000001', reason: 'x' })).toBe('bad_amount')
    expect(await adjust({ xp: '1.5', reason: 'x' })).toBe('bad_amount')
    expect(await adjust({ xp: '5', reason: '  ' })).toBe('reason')
    expect(await adjust({ reason: 'x' })).toBe('nothing')
    expect(
      (await browser.submit(page, '/admin/members/999999/adjust', { xp: '1', coins: '0', reason: 'x' }))
        .location,
    ).toContain('problem=unknown_account')
    const shown = (await browser.get(page)).text
    expect(shown).toContain('&lt;img src=x')
    expect(shown + (await browser.get('/admin/audit')).text).not.toContain(EVIL)
  })

  test('who adjusts his own account is marked', async () => {
    const { site, browser } = await start()
    const own = await browser.account()
    await browser.submit(`/admin/members/${own}`, `/admin/members/${own}/adjust`, {
      xp: '1',
      coins: '0',
      reason: 'test',
    })
    expect(await log(site)).toMatchObject({ account_id: own, detail: { own: true } })
  })

  test('is restricted and freed; an admin is neither restricted nor given a way in', async () => {
    const { site, browser, mira } = await start()
    const id = await someone(site, 'Шумный', 10)
    const act = async (of: number | null, what: string, fields: Record<string, string> = {}) =>
      (await browser.submit('/admin/places', `/admin/members/${of}/${what}`, fields)).location
    const banned = { kind: 'banned', reason: EVIL, until: '' }
    expect(await act(id, 'restrict', { ...banned, until: '2001-01-01' })).toContain('problem=until')
    expect(await act(id, 'restrict', { ...banned, kind: 'x' })).toContain('problem=kind')
    expect(await act(id, 'restrict', banned)).toContain('done=restricted')
    expect(await log(site)).toMatchObject({ actor: mira, act: 'account_restrict', account_id: id })
    expect((await site.browser().get(`/u/${id}`)).status).toBe(404)
    expect((await browser.get(`/admin/members/${id}`)).text).not.toContain(EVIL)
    expect(await act(id, 'lift')).toContain('done=lifted')
    expect(await act(id, 'lift')).toContain('problem=not_restricted')
    const own = await browser.account()
    expect(await act(own, 'restrict', banned)).toContain('problem=admin_account')
    expect(await act(own, 'sign-in-link')).toContain('problem=admin_account')
    expect(await act(999_999, 'restrict', banned)).toContain('problem=unknown_account')
  })

  test('gets a link that signs in once', async () => {
    const { site, browser, mira } = await start()
    const id = await someone(site, 'Потерял почту', 10)
    const page = `/admin/members/${id}`
    const given = await browser.submit(page, `${page}/sign-in-link`)
    const link = /\/login\/link\/[\w-]+/.exec(given.text)?.[0] ?? ''
    expect(await log(site)).toMatchObject({ actor: mira, act: 'signin_link_given', account_id: id })
    const owner = site.browser()
    await owner.submit(link, `${link}/enter`)
    expect(await owner.account()).toBe(id)
    // An operator's link is nobody's identity: it opens no admin's pages.
    expect((await owner.get('/admin')).status).toBe(404)
  })
})

test('a failed delivery says why and is tried again', async () => {
  const { site, browser, mira } = await start()
  const id = await someone(site, 'Недоступный', 10)
  const event = await site.db.kysely
    .selectFrom('cross_platform_events')
    .select('id')
    .where('user_id', '=', id)
    .executeTakeFirstOrThrow()
  const { id: delivery } = await site.db.kysely
    .insertInto('ttfd.deliveries')
    .values({
      event_id: event.id,
      account_id: id,
      destination: 'telegram',
      state: 'failed',
      attempts: 8,
      lease_token: null,
      outcome: null,
      last_error: `bot was blocked ${EVIL}`,
      ended_at: new Date(),
      recipient_id: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { text } = await browser.get('/admin/deliveries')
  expect(text).toContain('bot was blocked')
  expect(text).not.toContain(EVIL)
  const retry = (word: string) => browser.submit('/admin/deliveries', '/admin/deliveries/retry', { id: word })
  expect((await retry(String(delivery))).location).toContain('done=retried')
  expect(await log(site)).toMatchObject({ actor: mira, act: 'deliveries_retry' })
  expect((await retry(String(delivery))).location).toContain('problem=no_failed')
  expect((await retry('1 or 1=1')).location).toContain('problem=no_failed')
})

test('a place is entered, paid less, and switched off', async () => {
  const { site, browser, mira } = await start()
  const set = async (fields: Record<string, string>) =>
    (await browser.submit('/admin/places', '/admin/places', fields)).location
  const place = { platform: 'telegram', place: '-100500', multiplier: '1' }
  expect(await set({ ...place, multiplier: '3.01' })).toContain('problem=bad_place')
  expect(await set({ ...place, platform: 'website' })).toContain('problem=bad_place')
  expect(await set({ ...place, place: '100500' })).toContain('problem=bad_place')
  expect(await set({ ...place, pays: 'on', multiplier: '0.5' })).toContain('done=place_set')
  const stored = () => site.db.kysely.selectFrom('ttfd.places').selectAll().executeTakeFirst()
  expect(await stored()).toMatchObject({ place_id: '-100500', pays: true, added_by: mira })
  expect(Number((await stored())?.multiplier)).toBe(0.5)
  await set(place)
  expect(await stored()).toMatchObject({ pays: false })
  expect(await log(site)).toMatchObject({ actor: mira, act: 'place_set' })
})

test('a question of an import is refused, once', async () => {
  const { site, browser, mira } = await start()
  const { id } = await site.db.kysely
    .insertInto('ttfd.import_reviews')
    .values({
      key: 'claim:771',
      kind: 'claim',
      decided_by: null,
      claimant_platform: 'telegram',
      claimant_id: '771',
      claimed_platform: 'discord',
      claimed_id: '772',
      detail: '{}',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  expect((await browser.get('/admin/imports')).text).toContain('telegram:771')
  const decide = async (word: string) =>
    (await browser.submit('/admin/imports', `/admin/imports/${word}`, { id: String(id) })).location
  expect(await decide('accept')).toContain('problem=missing')
  expect(await decide('refuse')).toContain('done=refused')
  expect(await log(site)).toMatchObject({ actor: mira, act: 'import_review_refused' })
  expect(await decide('accept')).toContain('problem=unknown_review')
})

test('thresholds: the check counts as one by one would, changes nothing, and saving pays nobody', async () => {
  const { site, browser, mira } = await start()
  for (const { xp_needed } of RANKS.slice(0, 12)) {
    await someone(site, 'Ступень', xp_needed + 1)
    await someone(site, 'Ступень', xp_needed + 400)
  }
  const next = RANKS.map(({ xp_needed }, at) => (at < 6 ? xp_needed / 2 : xp_needed + 700))
  const ladder = RANKS.map((rank, at) => ({ ...rank, xp_needed: next[at] ?? 0 }))
  const fields = Object.fromEntries(RANKS.map(({ id }, at) => [`rank-${id}`, String(next[at])]))
  const before = await site.accounts()
  const becomes = new Map(before.map((one) => [one.id, rankFor(one.xp, ladder).id]))
  const up = before.filter((one) => (becomes.get(one.id) ?? 0) > one.rank_id).length
  const down = before.filter((one) => (becomes.get(one.id) ?? 0) < one.rank_id).length
  expect(Math.min(up, down)).toBeGreaterThan(3)

  const checked = await browser.submit('/admin/rules', '/admin/rules/simulate', fields)
  expect(checked.text).toContain(`Поднимутся: ${up}, опустятся: ${down}`)
  expect(await site.accounts()).toEqual(before)
  const wrong = await browser.submit('/admin/rules', '/admin/rules/simulate', { ...fields, 'rank-3': '1' })
  expect(alertIn(wrong.text)).toContain('Пороги не годятся')

  const save = async (more: Record<string, string>) =>
    (
      await browser.submit('/admin/rules', '/admin/rules/save', {
        before: RANKS.map((rank) => rank.xp_needed).join(','),
        after: next.join(','),
        ...more,
      })
    ).location
  expect(await save({})).toContain('problem=unsure')
  expect(await save({ sure: 'on', before: '0,1' })).toContain('problem=ladder_changed')
  expect(await save({ sure: 'on', after: '5,6' })).toContain('problem=bad_ladder')
  expect(await site.accounts()).toEqual(before)
  expect(await save({ sure: 'on' })).toContain('done=rules_saved')
  const after = await site.accounts()
  for (const [at, one] of after.entries()) {
    const was = before[at]
    expect(one.rank_id).toBe(becomes.get(one.id))
    expect(one.highest_rank_paid).toBe(Math.max(was?.highest_rank_paid ?? 0, one.rank_id))
    expect([one.xp, one.coins]).toEqual([was?.xp, was?.coins])
  }
  expect(await log(site)).toMatchObject({ actor: mira, act: 'ranks_set' })
  expect(await save({ sure: 'on' })).toContain('problem=ladder_changed')
})
