import { describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { openDatabase } from '../../src/db/connect.js'
import { contentPolicy } from '../../src/platforms/web/http/security-headers.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { readStream } from '../support/read-stream.js'
import { startSite } from '../support/site.js'

async function text(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

/** Reads an event stream until `wanted` names have come; ends the stream. */
describe.each(KINDS)('the website on %s', (kind) => {
  test('the front page, the board and a profile show what the database holds', async () => {
    const site = await startSite(await freshDatabase(kind))
    const anya = await site.give('1', 'Аня', 1300, 77)
    await site.give('2', 'Борис', 600)
    await site.duties.runOnce()

    const home = await text(`${site.url}/`)
    expect(home.status).toBe(200)
    expect(home.body).toContain('Аня')

    const board = await text(`${site.url}/leaderboard`)
    expect(board.body.indexOf('Аня')).toBeLessThan(board.body.indexOf('Борис'))

    const profile = await text(`${site.url}/u/${anya}`)
    expect(profile.status).toBe(200)
    expect(profile.body).toMatch(/1\s300/)
    expect(profile.body).toContain('77')
    // Ids on other platforms are nobody else's business.
    expect(profile.body).not.toContain('telegram_id')
  })

  test('an award reaches an open profile page without reload, and only what changed is sent', async () => {
    const site = await startSite(await freshDatabase(kind))
    const anya = await site.give('1', 'Аня', 10)
    const seen = await readStream(
      `${site.url}/live/u/${anya}`,
      (text) => text.split('event: summary').length > 2,
      () => site.give('1', 'Аня', 4321),
    )
    expect(seen).toMatch(/4\s331/)
  })

  test('a page that connects again learns what happened while it was away', async () => {
    const site = await startSite(await freshDatabase(kind))
    const anya = await site.give('1', 'Аня', 10)
    const live = `${site.url}/live/u/${anya}`
    const hasState = (text: string) => text.includes('event: summary')
    await readStream(live, hasState, async () => {})
    await site.give('1', 'Аня', 4321)
    expect(await readStream(live, hasState, async () => {})).toMatch(/4\s331/)
  })

  test('an award reaches the open front page and the board', async () => {
    const site = await startSite(await freshDatabase(kind))
    site.duties.start()
    const seen = await readStream(
      `${site.url}/live/home`,
      (text) => text.includes('Новичок'),
      () => site.give('9', 'Новичок', 50),
    )
    expect(seen).toContain('event: top')
    expect(site.logged).toEqual([])
  })
})

describe('the website', () => {
  test('unknown, private and impossible members get the same 404', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const hidden = await site.give('1', 'Аня', 10)
    await changeSettings(site.db, hidden, { private: true })
    const answers = await Promise.all(
      [hidden, 999_999, 'abc', '0', '-1', '1e3', '99999999999999999999'].map((id) =>
        text(`${site.url}/u/${id}`),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(404))
    const stripped = answers.map(({ body }) =>
      body.replaceAll(/\/u\/[\w-]+/g, '').replaceAll(/path=[^"&]*/g, ''),
    )
    expect(new Set(stripped).size).toBe(1)
    expect((await text(`${site.url}/live/u/${hidden}`)).status).toBe(404)
    await site.duties.runOnce()
    expect((await text(`${site.url}/leaderboard`)).body).not.toContain('Аня')
  })

  test('a page that becomes private while it is open ends', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const anya = await site.give('1', 'Аня', 10)
    const seen = await readStream(
      `${site.url}/live/u/${anya}`,
      () => false,
      () => changeSettings(site.db, anya, { private: true }),
    )
    expect(seen).toContain('event: summary')
  })

  test('a person known from group messages alone is listed under no name', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    await site.writer.award({
      key: 'telegram:message:1:1',
      who: { platform: 'telegram', id: '5' },
      occurredAt: new Date(),
      source: 'telegram',
      act: { type: 'message', length: 60, fingerprint: null, multiplier: 1, place: '1' },
      create: { displayName: 'Молчаливый Пётр' },
    })
    await site.duties.runOnce()
    const { body } = await text(`${site.url}/leaderboard`)
    expect(body).not.toContain('Пётр')
    expect(body).toMatch(/href="\/u\/\d+"/)
  })

  test('names are shown as text, whatever they hold', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const id = await site.give('1', '<script>alert(1)</script>', 10)
    const { body } = await text(`${site.url}/u/${id}`)
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('&lt;script&gt;')
  })

  test('hostile requests get a plain refusal, never a fault of ours', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const paths = [
      '/u/%00',
      '/u/1%00',
      '/%',
      '/u/%ff',
      '/leaderboard?after=1-%00',
      "/leaderboard?after=1' or '1'='1",
      '/leaderboard?after=99999999999999999999-1',
      '/u/1?lang=%ed%a0%80',
      '/assets/../package.json',
      '/assets/%2e%2e/package.json',
      '/live/u/x',
      '/?lang=xx&theme=<script>',
      `/${'a'.repeat(8000)}`,
    ]
    for (const path of paths) {
      const { status, body } = await text(site.url + path)
      expect(status, path).toBeLessThan(500)
      expect(body).not.toContain('"ttfd"')
    }
    const large = await fetch(`${site.url}/`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect([404, 413]).toContain(large.status)
    expect(site.logged).toEqual([])
  })

  test('every answer carries the policy; nothing inline is allowed', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    for (const path of ['/', '/leaderboard', '/u/1', '/nowhere', '/healthz', '/assets/app.css']) {
      const { headers } = await text(site.url + path)
      expect(headers.get('content-security-policy'), path).toBe(contentPolicy("'none'"))
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(contentPolicy("'none'")).not.toContain('unsafe')
  })

  test('language and theme follow the address, then what was remembered, then the browser', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const lang = async (path: string, headers = {}) =>
      /<html lang="(\w+)"/.exec((await text(site.url + path, headers)).body)?.[1]
    expect(await lang('/')).toBe('ru')
    expect(await lang('/', { 'accept-language': 'de-DE,de;q=0.9' })).toBe('en')
    expect(await lang('/', { 'accept-language': 'en', cookie: 'lang=ru' })).toBe('ru')
    expect(await lang('/?lang=en', { cookie: 'lang=ru' })).toBe('en')
    const { headers, body } = await text(`${site.url}/?theme=dark`)
    expect(headers.getSetCookie().join()).toContain('theme=dark')
    expect(body).toContain('data-theme="dark"')
  })

  test('one address holds only so many live pages, and gets its place back when one closes', async () => {
    const site = await startSite(await freshDatabase('postgres'), { ssePerAddress: 2 })
    const open = async () => {
      const abort = new AbortController()
      const response = await fetch(`${site.url}/live/home`, { signal: abort.signal })
      return { status: response.status, close: () => abort.abort() }
    }
    const [a, b, c] = [await open(), await open(), await open()]
    expect([a.status, b.status, c.status]).toEqual([200, 200, 429])
    a.close()
    await expect.poll(async () => (await open()).status).toBe(200)
    b.close()
  })

  test('a forwarded address counts only from a trusted proxy; details of health are for this machine alone', async () => {
    const trusting = await startSite(await freshDatabase('postgres'), {
      ssePerAddress: 1,
      trustProxy: ['127.0.0.0/8'],
    })
    const open = (forwarded: string) =>
      fetch(`${trusting.url}/live/home`, { headers: { 'x-forwarded-for': forwarded } }).then((r) => r.status)
    // The right-most address that is no proxy of ours is the client: what stands left of it is a claim.
    expect(await open('203.0.113.1')).toBe(200)
    expect(await open('198.51.100.7, 203.0.113.1')).toBe(429)
    expect(await open('203.0.113.2')).toBe(200)

    const plain = await startSite(await freshDatabase('postgres'), { ssePerAddress: 1 })
    expect(
      await fetch(`${plain.url}/live/home`, { headers: { 'x-forwarded-for': '203.0.113.1' } }).then(
        (r) => r.status,
      ),
    ).toBe(200)
    expect(
      await fetch(`${plain.url}/live/home`, { headers: { 'x-forwarded-for': '203.0.113.9' } }).then(
        (r) => r.status,
      ),
    ).toBe(429)

    expect((await text(`${plain.url}/readyz`)).body).toContain('parts')
    expect((await text(`${plain.url}/readyz`, { 'x-forwarded-for': '203.0.113.1' })).body).not.toContain(
      'parts',
    )
    expect((await text(`${plain.url}/metrics`, { forwarded: 'for=203.0.113.1' })).status).toBe(404)
    expect((await text(`${plain.url}/metrics`)).status).toBe(200)
  })

  test('without its database the site says so and stays up', async () => {
    const db = await openDatabase({ url: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` })
    const site = await startSite(db)
    const { status, body } = await text(`${site.url}/`)
    expect(status).toBe(503)
    expect(body).toContain('lang="ru"')
    expect((await text(`${site.url}/healthz`)).status).toBe(200)
  })

  test('a page with its fonts, styles and scripts stays under 100 kB', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const id = await site.give('1', 'Аня', 1300)
    const size = async (path: string) => {
      const { request } = await import('node:http')
      return new Promise<number>((resolve, reject) => {
        const call = request(site.url + path, { headers: { 'accept-encoding': 'br, gzip' } }, (response) => {
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
          })
          response.on('end', () => resolve(bytes))
        })
        call.on('error', reject)
        call.end()
      })
    }
    const { body } = await text(`${site.url}/u/${id}`)
    const assets = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
    expect(assets.length).toBeGreaterThan(4)
    const sizes = await Promise.all([`/u/${id}`, ...new Set(assets)].map(size))
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThan(100_000)
  })
})
