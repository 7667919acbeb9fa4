import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { openDatabase } from '../../src/db/connect.js'
import { freePort } from '../support/postgres-server.js'
import { sharedDatabase } from '../support/shared-database.js'
import { startSite } from '../support/site.js'
import { rawGet } from './raw-get.js'

const shared = sharedDatabase('postgres')
const KEPT = { pageCacheMs: 60_000 }
/** A cookie written in an unusual way is read by the book: such a request goes through all layers. */
const LONG_WAY = { cookie: 'theme="auto"' }
/** What differs between two answers by nature, or is the door's own. */
const OWN = ['date', 'content-length', 'transfer-encoding', 'etag']

function without(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name)))
}

describe('a page that everybody may see', () => {
  test.each(['/leaderboard', '/leaderboard?metric=coins&period=month', '/u/0'])(
    'is the same at the door as behind all layers: %s',
    async (path) => {
      for (const settings of [{}, KEPT, { sandbox: true }, { publicUrl: 'https://ttfd.example' }]) {
        const site = await startSite(shared.db, settings)
        const id = await site.give('501', 'Аня <b>', 1300, 77)
        const url = `${site.url}${path.replace('/0', `/${id}`)}`
        const readers: Record<string, string>[] = [
          {},
          { 'accept-language': 'en-GB, ru;q=0.5' },
          { 'accept-encoding': 'gzip' },
        ]
        for (const headers of readers) {
          const door = await rawGet(url, headers)
          const long = await rawGet(url, { ...headers, ...LONG_WAY })
          expect(without(door.headers)).toEqual(without(long.headers))
          expect([door.status, door.text]).toEqual([200, long.text])
          expect('etag' in door.headers).toBe('pageCacheMs' in settings)
        }
      }
    },
  )

  test('is told apart by language and theme, whether kept or drawn', async () => {
    const site = await startSite(shared.db, KEPT)
    const id = await site.give('502', 'Борис', 10)
    const asked: Record<string, string>[] = [
      {},
      { 'accept-language': 'en' },
      { cookie: 'lang=en' },
      { cookie: 'a=b; lang=ru; theme=dark', 'accept-language': 'en' },
      { cookie: 'lang=xx;theme=light' },
    ]
    for (let round = 0; round < 2; round++) {
      const seen = await Promise.all(
        asked.map(
          async (headers) => /<html[^>]*>/.exec((await rawGet(`${site.url}/u/${id}`, headers)).text)?.[0],
        ),
      )
      expect(seen).toEqual([
        '<html lang="ru">',
        '<html lang="en">',
        '<html lang="en">',
        '<html lang="ru" data-theme="dark">',
        '<html lang="ru" data-theme="light">',
      ])
    }
  })

  test('goes through all layers for whoever may be signed in, asks for a choice to be kept, or only asks', async () => {
    const site = await startSite(shared.db, KEPT)
    const id = await site.give('503', 'Вера', 10)
    const url = `${site.url}/u/${id}`
    expect((await rawGet(url)).headers.etag).toBeDefined()
    for (const cookie of [
      'ttfd.session_token=x.y',
      '__Secure-ttfd.session_token=x',
      'a=1; ttfd.session_token=',
    ]) {
      expect((await rawGet(url, { cookie })).headers.etag).toBeUndefined()
    }
    const chosen = await rawGet(`${url}?lang=en`)
    expect(chosen.headers['set-cookie']?.[0]).toMatch(/^lang=en/)
    expect((await rawGet(url, {}, 'HEAD')).status).toBe(200)
    expect((await rawGet(`${site.url}/leaderboard?metric=xp&q=%D0%90%D0%BD`)).headers.etag).toBeUndefined()
  })

  test.each(['%ZZ', '%00', '%ED%A0%80'])('is none at an address that is broken: metric=%s', async (word) => {
    const site = await startSite(shared.db, KEPT)
    const url = `${site.url}/leaderboard?metric=${word}`
    const [door, long] = [await rawGet(url), await rawGet(url, LONG_WAY)]
    expect([door.status, long.status]).toEqual([404, 404])
    expect(door.text).toBe(long.text)
  })

  test('is sent packed as the reader takes it, and not at all when he has it', async () => {
    const site = await startSite(shared.db, KEPT)
    const id = await site.give('504', 'Глеб', 10)
    const url = `${site.url}/u/${id}`
    const plain = await rawGet(url)
    const tag = String(plain.headers.etag)
    for (let round = 0; round < 2; round++) {
      const gzip = await rawGet(url, { 'accept-encoding': 'gzip, deflate, br;q=0' })
      expect(gzip.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(gzip.bytes).toString()).toBe(plain.text)
      const br = await rawGet(url, { 'accept-encoding': 'gzip, deflate, br, zstd' })
      expect(br.headers['content-encoding']).toBe('br')
      expect(brotliDecompressSync(br.bytes).toString()).toBe(plain.text)
      expect([gzip.headers.etag, br.headers.etag]).toEqual([tag, tag])
      const known = await rawGet(url, { 'if-none-match': `"other", ${tag}`, 'accept-encoding': 'br' })
      expect([known.status, known.text, known.headers.etag]).toEqual([304, '', tag])
      expect(known.headers['content-security-policy']).toBe(plain.headers['content-security-policy'])
    }
    await site.give('504', 'Глеб', 90)
    const changed = () => rawGet(url, { 'if-none-match': tag })
    await expect.poll(async () => (await changed()).status).toBe(200)
    expect((await changed()).text).toContain('100')
  })

  test('is gone for everybody when its member hides it, and there again when he shows it', async () => {
    const site = await startSite(shared.db, KEPT)
    const id = await site.give('505', 'Дина', 10)
    const url = `${site.url}/u/${id}`
    const tag = String((await rawGet(url)).headers.etag)
    await changeSettings(site.db, id, { private: true })
    const nobody = await rawGet(`${site.url}/u/99999999`)
    const hidden = () => rawGet(url, { 'if-none-match': tag })
    await expect.poll(async () => (await hidden()).status).toBe(404)
    expect((await hidden()).text).toBe(nobody.text.replaceAll('99999999', String(id)))
    await changeSettings(site.db, id, { private: false })
    expect((await rawGet(url)).status).toBe(200)
  })
})

test('without a database the door leads to the page that says so', async () => {
  const away = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/none` })
  const site = await startSite(away, KEPT)
  const answer = await rawGet(`${site.url}/u/5`)
  expect([answer.status, answer.text.includes('</html>')]).toEqual([503, true])
  await away.close()
})
