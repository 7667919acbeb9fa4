import { describe, expect, test } from 'vitest'
import { issueLinkCode } from '../../src/core/linking/issue-link-code.js'
import { typeLinkCode } from '../../src/core/linking/type-link-code.js'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import type { Database } from '../../src/db/connect.js'
import { formToken, type TestBrowser } from '../auth/support/browser.js'
import { LINK_KEY, startAuthSite } from '../auth/support/site.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'
import { everything, fill, isStream, knownNames, NOBODY, OPEN_FORMS, OPEN_PAGES, plain } from './routes.js'

/**
 * Attacks on every route that the site has, read from its router: a page or form that is added tomorrow is attacked
 * tomorrow. Forms of the API are no forms: test/api.
 */

const shared = sharedDatabase('postgres')
/** How often the hostile words are dealt out anew: every route has other ones in the same place anyway. */
const TURNS = process.env.LONG ? [0, 1, 2, 3] : [0]
const TIMEOUT_MS = 240_000 * TURNS.length
const EVIL = '"><img src=x onerror=alert(1)>'
const HOSTILE = [
  EVIL,
  "1'; drop table unified_users; -- ",
  '1 or 1=1',
  '../../../../etc/passwd',
  '//evil.example/\\x',
  'javascript:alert(1)',
  'x\r\nset-cookie: stolen=1',
  '__proto__',
  '-1',
  '9007199254740993',
  '1e999',
  'я'.repeat(100),
]

/** Mira has everything that can be attacked; Max is nobody but himself. */
async function start() {
  const site = await startAuthSite(shared.db, { mail: true })
  const [mira, max] = [site.browser(), site.browser()]
  await site.signIn(mira, 'mira')
  await site.signIn(max, 'max')
  await lettersSent(site.db)
  const routes = [...new Map(site.routes.map((one) => [`${one.method} ${one.path}`, one])).values()]
  const of = (method: string) => routes.filter((one) => one.method === method).map(({ path }) => path)
  const pages = of('GET').filter(
    (path) => !path.startsWith('/api/v1/accounts') && path !== '/api/v1/leaderboard',
  )
  const forms = of('POST').filter((path) => path !== '/api/v1/awards')
  const context = () => ({
    now: site.now(),
    rules: RULES,
    newId: site.newId,
    admins: new Set<string>(),
    key: LINK_KEY,
    random: () => 0,
  })
  const token = async (browser: TestBrowser, page = '/settings/sessions') =>
    formToken((await browser.get(page)).text)
  return { site, mira, max, routes, pages, forms, context, token }
}

/** Resolves when the site's worker has nothing more to write into the database: tests compare all that it holds. */
async function lettersSent(db: Database): Promise<void> {
  const open = async () =>
    (
      await db.kysely
        .selectFrom('ttfd.deliveries')
        .select('id')
        .where('destination', '=', 'website_mail')
        .where('state', '=', 'open')
        .execute()
    ).length
  await expect.poll(open, { timeout: 60_000, interval: 20 }).toBe(0)
}

type World = Awaited<ReturnType<typeof start>>

/** A hostile word in every field, another one in each; every `turn` deals them out anew. */
function hostileFields(names: readonly string[], turn: number): Record<string, string> {
  return Object.fromEntries(
    names.map((name, at) => [name, HOSTILE[(at + turn * 3) % HOSTILE.length] ?? EVIL]),
  )
}

type Person = { name: string; browser: TestBrowser }

/** Posts as a member whose session some of the forms end. */
async function postAs(world: World, { name, browser }: Person, path: string, fields: Record<string, string>) {
  const { session } = browser
  const known = held.get(browser)
  const form = known && known.session === session ? known.form : await world.token(browser)
  held.set(browser, { session, form })
  if (form !== '') {
    const answer = await browser.post(path, { ...fields, form })
    if (answer.status !== 403 && !answer.location?.startsWith('/login')) return answer
  }
  await world.site.signIn(browser, name)
  return browser.post(path, { ...fields, form: await world.token(browser) })
}

const held = new WeakMap<TestBrowser, { session: string | undefined; form: string }>()

let treasured: ReturnType<typeof hoard> | null = null
const treasure = (world: World) => {
  treasured ??= hoard(world)
  return treasured
}

/** What Mira has, that Max might wish to have: a second session, a merge, a question, a way back. */
async function hoard({ site, mira, context }: World) {
  const { db } = site
  await site.signIn(site.browser(), 'mira')
  const account = (await mira.account()) ?? 0
  const other = await site.give('telegram', '880001', 'Мира в Telegram', 777)
  const merged = await mergeAccounts(db, { survivor: account, loser: other, by: 'operator' }, context())
  if (merged.status !== 'merged') throw new Error(merged.status)
  const [owner, typist] = [
    { platform: 'discord', id: site.discordId('oleg') },
    { platform: 'telegram', id: '880002' },
  ] as const
  await site.give('discord', owner.id, 'Олег', 100)
  await site.give('telegram', typist.id, 'Кто-то', 100)
  const issued = await issueLinkCode(db, owner, context())
  if (issued.status !== 'issued') throw new Error(issued.status)
  const asked = await typeLinkCode(db, { typist, typed: issued.code }, context())
  expect(asked.status).toBe('opened')
  await unlinkIdentity(
    db,
    { actor: { platform: 'telegram', id: '880001' }, platform: 'telegram', byOperator: true },
    context(),
  )
  await lettersSent(db)
  const request = await db.kysely.selectFrom('ttfd.link_requests').select('id').executeTakeFirstOrThrow()
  const sessions = await site.sessions()
  const words = [String(account), `discord:${site.discordId('mira')}`, sessions[0]?.token ?? '']
  /** Under the names that forms really have; the name is no one's, so that Max deletes nobody. */
  const theirs = { session: sessions[0]?.id ?? '', id: request.id, name: 'кто-то другой' }
  return {
    account,
    words,
    theirs,
    params: { ...NOBODY, id: String(account), merge: String(merged.merge), platform: 'discord' },
    request,
  }
}

describe('what the router holds', () => {
  test('is pages, forms and known gates; no other method, and every gate but two stands before all of its folder', async () => {
    const { routes } = await start()
    const others = routes.filter(({ method }) => method !== 'GET' && method !== 'POST')
    expect(others.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'ALL /*',
      'ALL /admin/*',
      'ALL /api/v1/*',
      'ALL /live/profile',
    ])
    const known = new Set(routes.map(({ path }) => plain(path)))
    for (const path of [...OPEN_PAGES, ...OPEN_FORMS])
      expect(known, 'a list names a route that is gone').toContain(path)
  })
})

describe('every form', { timeout: TIMEOUT_MS }, () => {
  test('without its token, with another session’s, from another site, or as something else changes nothing', async () => {
    const { site, mira, max, forms, token } = await start()
    const [own, foreign] = [await token(mira), await token(max)]
    const anonymous = await token(site.browser(), '/login')
    const fields = Object.fromEntries(knownNames().map((name) => [name, '1']))
    type Send = (
      more: Record<string, string>,
      headers?: Record<string, string>,
    ) => ReturnType<TestBrowser['post']>
    // Each of these with a sixth of the forms: all forms are read by one function.
    const rare: ((send: Send, path: string) => Promise<Record<string, Awaited<ReturnType<Send>>>>)[] = [
      async (send) => ({ anonymous: await send({ form: anonymous }) }),
      async (send) => ({ sameSite: await send({ form: own }, { 'sec-fetch-site': 'same-site' }) }),
      async (send) => ({ origin: await send({ form: own }, { origin: 'https://evil.example' }) }),
      async (send) => ({ nullOrigin: await send({ form: own }, { origin: 'null' }) }),
      async (send) => ({ plainText: await send({ form: own }, { 'content-type': 'text/plain' }) }),
      async (_, path) => ({ inAddress: await mira.post(`${path}?form=${own}`, fields) }),
    ]
    let turn = 0
    const before = await everything(site.db)
    for (const form of forms) {
      const path = fill(form, NOBODY)
      const send = (more: Record<string, string>, headers: Record<string, string> = {}) =>
        mira.post(path, { ...fields, ...more }, headers)
      const answers = {
        missing: await send({}),
        foreign: await send({ form: foreign }),
        crossSite: await send({ form: own }, { 'sec-fetch-site': 'cross-site' }),
        json: await mira.request(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: site.origin },
          body: JSON.stringify({ ...fields, form: own }),
        }),
        ...(await rare[turn++ % rare.length]?.(send, path)),
      }
      for (const [how, { status, location }] of Object.entries(answers))
        expect([303, 403, 404], `${form} ${how} ${status} ${location}`).toContain(status)
    }
    expect(await everything(site.db)).toEqual(before)
    expect(mira.session).toBeDefined()
    expect(site.logged).toEqual([])
  })

  test('of a member leads whoever is not signed in to the sign-in page, or there is no such form', async () => {
    const { site, forms, token } = await start()
    const stranger = site.browser()
    const form = await token(stranger, '/login')
    const fields = Object.fromEntries(knownNames().map((name) => [name, '1']))
    const before = await everything(site.db)
    for (const route of forms.filter((one) => !OPEN_FORMS.has(plain(one)))) {
      const answer = await stranger.post(fill(route, NOBODY), { ...fields, form })
      if (route.startsWith('/admin')) expect([route, answer.status]).toEqual([route, 404])
      else if (answer.status !== 404) {
        expect([303, 403], route).toContain(answer.status)
        if (answer.status === 303) expect(answer.location, route).toMatch(/^\/login(\?|$)/)
      }
    }
    expect(await everything(site.db)).toEqual(before)
  })

  test('with hostile words in every field and every part of its address breaks nothing and shows none of them', async () => {
    const world = await start()
    const { site, forms } = world
    // Hostile words can be the name that she was given by them: some of the forms then delete her.
    const kate: Person = { name: 'kate', browser: site.browser() }
    await site.signIn(kate.browser, kate.name)
    const names = knownNames()
    expect(names.length).toBeGreaterThan(30)
    const tables = Object.keys(await everything(site.db))
    for (const [at, route] of forms.entries()) {
      for (const turn of TURNS) {
        const fields = hostileFields(names, at + turn)
        const answer = await postAs(world, kate, fill(route, NOBODY), fields)
        const about = `${route} turn ${turn}`
        expect(answer.status, about).toBeLessThan(500)
        expect(answer.status, about).not.toBe(413)
        // The export is a file of one's own words, and no page.
        if (answer.headers.get('content-disposition') === null) expect(answer.text, about).not.toContain(EVIL)
        expect(answer.location ?? '/', about).toMatch(/^\/(?!\/)/)
        expect(answer.location ?? '', about).not.toContain('evil.example')
        expect(answer.headers.getSetCookie().join(), about).not.toMatch(/stolen|evil/)
      }
    }
    expect(Object.keys(await everything(site.db))).toEqual(tables)
    expect(site.logged).toEqual([])
  })

  test('of another member’s things touches nothing of his, whatever ids are sent along', async () => {
    const world = await start()
    const { site, max, forms } = world
    const { words, theirs, params, request, account } = await treasure(world)
    const mine = await max.account()
    expect(mine).not.toBeNull()
    /** All that the database holds but what is Max’s own. */
    const others = async () => {
      const { kysely } = site.db
      const [people, settings, sessions, requests, merges, deletions, identities, logins] = await Promise.all(
        [
          kysely
            .selectFrom('unified_users')
            .selectAll()
            .where('id', '<>', mine ?? 0)
            .orderBy('id')
            .execute(),
          kysely
            .selectFrom('ttfd.account_settings')
            .selectAll()
            .where('account_id', '<>', mine ?? 0)
            .execute(),
          kysely
            .selectFrom('ttfd.website_sessions as s')
            .innerJoin('ttfd.website_accounts as a', 'a.website_user_id', 's.user_id')
            .select(['s.id', 's.token'])
            .where('a.account_id', '<>', mine ?? 0)
            .orderBy('s.id')
            .execute(),
          kysely
            .selectFrom('ttfd.link_requests')
            .select(['id', 'state'])
            .where('id', '=', request.id)
            .execute(),
          kysely.selectFrom('ttfd.merges').selectAll().orderBy('id').execute(),
          kysely
            .selectFrom('ttfd.deletions')
            .selectAll()
            .where('account_id', '<>', mine ?? 0)
            .execute(),
          kysely.selectFrom('ttfd.identities').selectAll().where('account_id', '=', account).execute(),
          kysely.selectFrom('ttfd.website_accounts').selectAll().where('account_id', '=', account).execute(),
        ],
      )
      return { people, settings, sessions, requests, merges, deletions, identities, logins }
    }
    const before = await others()
    expect(before.sessions.length).toBeGreaterThan(1)
    const names = knownNames()
    for (const route of forms) {
      for (const word of process.env.LONG ? words : words.slice(0, 2)) {
        const fields = { ...Object.fromEntries(names.map((name) => [name, word])), ...theirs }
        const path = fill(route, { ...params, id: /request|restore/.test(route) ? request.id : params.id })
        const answer = await postAs(world, { name: 'max', browser: max }, path, fields)
        expect(answer.status, `${path} ${word}`).toBeLessThan(500)
        if (route.startsWith('/admin')) expect([route, answer.status]).toEqual([route, 404])
        expect(answer.text, path).not.toContain('mira@example.org')
      }
    }
    expect(await others()).toEqual(before)
    expect(site.logged).toEqual([])
  })

  test('that is too large is refused before it is read', async () => {
    const { site, mira, forms, token } = await start()
    const form = await token(mira)
    const before = await everything(site.db)
    for (const route of forms) {
      const body = { form, name: 'x'.repeat(70_000) }
      expect([route, (await mira.post(fill(route, NOBODY), body)).status]).toEqual([route, 413])
    }
    const megabyte = 'я'.repeat(500_000)
    for (const path of ['/login', '/register', '/settings/name', '/link/code/type']) {
      // The server may hang up before it has read so much.
      const answer = await mira.post(path, { form, name: megabyte, code: megabyte }).catch(() => null)
      expect([413, undefined], path).toContain(answer?.status)
    }
    expect(await everything(site.db)).toEqual(before)
  })
})

describe('every page', { timeout: TIMEOUT_MS }, () => {
  /** The head of an answer, streams included. */
  async function look(browser: TestBrowser, path: string, headers: Record<string, string> = {}) {
    if (!isStream(path)) return browser.get(path, headers)
    const abort = new AbortController()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(browser.origin + path, {
      signal: abort.signal,
      redirect: 'manual',
      headers: { cookie, ...headers },
    })
    abort.abort()
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      headers: answer.headers,
      text: '',
    }
  }

  test('that is a member’s own is nowhere for others, and leads to the sign-in page', async () => {
    const { site, mira, max, pages } = await start()
    const stranger = site.browser()
    for (const route of pages) {
      const path = fill(route, { ...NOBODY, id: '999999' })
      const answer = await look(stranger, path)
      if (!OPEN_PAGES.has(plain(route)) && answer.status !== 404) {
        expect([302, 303, 401], route).toContain(answer.status)
        if (answer.status !== 401) expect(answer.location, route).toMatch(/^\/(login\?|login$|$)/)
      }
      if (route.startsWith('/admin')) {
        expect([route, answer.status]).toEqual([route, 404])
        for (const member of [mira, max]) expect((await look(member, path)).status, route).toBe(404)
      }
    }
  })

  test('only shows: opening all of them, signed in or not, changes nothing', async () => {
    const world = await start()
    const { site, mira, pages } = world
    const { account, params } = await treasure(world)
    // The first look at a picture keeps it.
    for (const path of [`/u/${account}/avatar`, `/u/${account}/card.png`]) await mira.get(path)
    const before = await everything(site.db)
    for (const reader of [site.browser(), mira]) {
      for (const route of pages) {
        const path = fill(route, { ...params, id: route.startsWith('/link') ? (NOBODY.id ?? '') : params.id })
        expect((await look(reader, path)).status, path).toBeLessThan(500)
      }
    }
    const after = await everything(site.db)
    for (const [table, rows] of Object.entries(after)) expect(rows, table).toBe(before[table])
  })

  test('with hostile words everywhere in its address breaks nothing, shows none of them, leads nowhere else', async () => {
    const { site, mira, pages } = await start()
    const names = knownNames()
    for (const [at, route] of pages.entries()) {
      const inPath = TURNS.map((turn) => encodeURIComponent(HOSTILE[(at + turn) % HOSTILE.length] ?? EVIL))
      const tries = [
        ...inPath.map((value) =>
          fill(route, { token: value, id: value, platform: value, merge: value, name: value }),
        ),
        ...TURNS.map((turn) => {
          const query = new URLSearchParams(hostileFields(names, at + turn))
          return `${fill(route, { ...NOBODY, id: '1' })}?${query}`
        }),
      ]
      for (const path of new Set(tries)) {
        const answer = await look(mira, path)
        expect(answer.status, path).toBeLessThan(500)
        expect(answer.status, path).not.toBe(431)
        expect(answer.text, path).not.toContain(EVIL)
        expect(answer.text, path).not.toMatch(/href="javascript:/i)
        const to = new URL(answer.location ?? '/', site.origin)
        expect([site.origin, new URL(site.discord.apiUrl).origin], path).toContain(to.origin)
        expect(answer.headers.getSetCookie().join(), path).not.toMatch(/stolen|evil|<img/)
      }
    }
    expect(site.logged).toEqual([])
  })

  test('hostile words in cookies and headers break nothing, show nowhere, and sign nobody in', async () => {
    const { site, pages } = await start()
    const names = ['ttfd.session_token', 'ttfd.form', 'ttfd.link', 'ttfd.known', 'lang', 'theme', '__proto__']
    for (const [at, route] of pages.entries()) {
      const word = [
        EVIL,
        '%00',
        '%ED%A0%80',
        '%0d%0aset-cookie:%20stolen=1',
        "1' or '1'='1",
        'x'.repeat(900),
      ][at % 6]
      const browser = site.browser()
      const answer = await look(browser, fill(route, { ...NOBODY, id: '1' }), {
        cookie: names.map((name) => `${name}=${word?.replaceAll(/[";]/g, '')}`).join('; '),
        'accept-language': EVIL,
        'user-agent': EVIL,
        referer: 'https://evil.example/',
        'x-ttfd-ip': EVIL,
      })
      expect(answer.status, route).toBeLessThan(500)
      expect(answer.text, route).not.toMatch(/onerror=|evil\.example|stolen=1/)
      expect(answer.headers.getSetCookie().join(), route).not.toMatch(/onerror|stolen=1/)
      if (!OPEN_PAGES.has(plain(route)) && answer.status === 200) throw new Error(`${route} let somebody in`)
    }
    expect(site.logged).toEqual([])
  })

  test('broken bytes in its address are nowhere', async () => {
    const { site, mira, pages } = await start()
    let turn = 0
    for (const route of pages.filter((one) => !one.startsWith('/assets') && !one.startsWith('/api'))) {
      const path = fill(route, { ...NOBODY, id: '1' })
      for (const bytes of [
        ['%00', '%ff'],
        ['%ED%A0%80', '%'],
      ][turn++ % 2] ?? [])
        expect([route, bytes, (await look(mira, `${path}?q=${bytes}`)).status]).toEqual([route, bytes, 404])
    }
    expect(site.logged).toEqual([])
  })

  test('carries the headers that keep other sites out, and no shared cache keeps what is one reader’s', async () => {
    const { site, mira, pages } = await start()
    for (const reader of [site.browser(), mira]) {
      for (const route of pages.filter((one) => !isStream(one))) {
        const { headers, status } = await look(reader, fill(route, { ...NOBODY, id: '1' }))
        const get = (name: string) => headers.get(name) ?? ''
        expect(get('content-security-policy'), route).toMatch(/default-src '(self|none)'/)
        expect(get('content-security-policy'), route).toMatch(/frame-ancestors 'none'|sandbox/)
        expect(get('content-security-policy'), route).not.toContain('unsafe')
        expect(get('x-content-type-options'), route).toBe('nosniff')
        expect(get('x-frame-options'), route).toBe('DENY')
        expect(get('access-control-allow-origin'), route).toBe('')
        if (reader === mira && get('content-type').includes('html') && status === 200)
          expect(get('cache-control'), route).toMatch(/private|no-store/)
        for (const cookie of headers.getSetCookie().filter((line) => !/^(lang|theme)=/.test(line)))
          expect(cookie, route).toMatch(/httponly.*samesite=lax|samesite=lax.*httponly/i)
      }
    }
  })

  test('believes no address that a stranger writes into a header', async () => {
    const { site, pages } = await start()
    const forged = {
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      forwarded: 'for=127.0.0.1;host=evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-ttfd-ip': '127.0.0.1',
    }
    for (const route of pages) {
      const answer = await look(site.browser(), fill(route, { ...NOBODY, id: '1' }), forged)
      expect(answer.text, route).not.toContain('evil.example')
      expect(answer.location ?? '', route).not.toContain('evil.example')
      if (route === '/metrics') expect(answer.status).toBe(404)
      if (route === '/readyz') expect(answer.text).not.toContain('parts')
    }
  })
})
