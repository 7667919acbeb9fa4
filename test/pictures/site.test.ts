import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DrawingBusyError, DrawingError, DrawingPool } from '../../src/app/pictures/drawing-pool.js'
import { type AvatarHosts, fetchAvatarFrom } from '../../src/app/pictures/fetch-avatar.js'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { readAvatarChoice } from '../../src/core/pictures/avatars.js'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { gradientPng } from '../../src/sandbox/images.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { testPictures } from '../support/pictures.js'
import { sharedDatabase } from '../support/shared-database.js'
import { startSite } from '../support/site.js'

const shared = sharedDatabase('postgres')

/** A pool that counts what it draws and needs no thread. */
class CountingPool extends DrawingPool {
  drawn = 0
  failure: Error | null = null
  override async draw() {
    if (this.failure) throw this.failure
    this.drawn += 1
    return new Uint8Array(gradientPng(8, this.drawn, 0))
  }
}

async function site() {
  const pool = new CountingPool()
  const at = await startSite(shared.db, {}, testPictures(shared.db, { pool }))
  return { ...at, pool, get: (path: string, headers = {}) => fetch(`${at.url}${path}`, { headers }) }
}

describe('/u/<id>/card.png', () => {
  test('is drawn once for each state of the account and language, and not at all for who has it', async () => {
    const { give, get, pool } = await site()
    const id = await give('9001', 'Аня', 700)
    const first = await get(`/u/${id}/card.png`)
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'image/png'])
    const etag = first.headers.get('etag') ?? ''
    expect((await get(`/u/${id}/card.png`)).headers.get('etag')).toBe(etag)
    expect((await get(`/u/${id}/card.png`, { 'if-none-match': etag })).status).toBe(304)
    expect(pool.drawn).toBe(1)
    expect((await get(`/u/${id}/card.png?lang=en`)).headers.get('etag')).not.toBe(etag)
    expect((await get(`/u/${id}/card.png?lang=xx`)).headers.get('etag')).toBe(etag)
    await give('9001', 'Аня', 1)
    expect((await get(`/u/${id}/card.png`, { 'if-none-match': etag })).status).toBe(200)
    expect(pool.drawn).toBe(3)
  })

  test('of unknown, hidden and malformed ids is one and the same page, and hiding works at once', async () => {
    const { db, give, get } = await site()
    const id = await give('9002', 'Боря', 10)
    const paths = (who: unknown) => [`/u/${who}/card.png`, `/u/${who}/avatar`]
    const etags = await Promise.all(
      paths(id).map(async (path) => (await get(path)).headers.get('etag') ?? ''),
    )
    await changeSettings(db, id, { private: true })
    for (const [index, path] of paths(id).entries()) {
      const [hidden, unknown, odd] = await Promise.all([
        get(path, { 'if-none-match': etags[index] }),
        get(paths(987_654)[index] ?? ''),
        get(paths('0x1')[index] ?? ''),
      ])
      expect([hidden.status, unknown.status, odd.status]).toEqual([404, 404, 404])
      const texts = await Promise.all([hidden.text(), unknown.text()])
      expect(texts[0]?.replaceAll(`/u/${id}`, '')).toBe(texts[1]?.replaceAll('/u/987654', ''))
    }
  })

  test('asks to come again when too many are being drawn or one cannot be', async () => {
    const { give, get, pool } = await site()
    const id = await give('9003', 'Вера', 10)
    for (const failure of [new DrawingBusyError(), new DrawingError('broken')]) {
      pool.failure = failure
      const answer = await get(`/u/${id}/card.png`)
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    pool.failure = null
    expect((await get(`/u/${id}/card.png`)).status).toBe(200)
  })

  test('is named to link previews with its size, in the page’s language', async () => {
    const { give, get } = await site()
    const id = await give('9004', 'Глеб', 10)
    const page = await (await get(`/u/${id}?lang=en`)).text()
    expect(page).toContain(
      `<meta property="og:image" content="http://localhost:3000/u/${id}/card.png?lang=en"/>`,
    )
    expect(page).toContain('<meta property="og:image:width" content="1200"/>')
    expect(page).toContain('<meta property="og:image:height" content="630"/>')
    expect(page).toContain(`src="/u/${id}/avatar"`)
  })
})

test('the real card comes from the real thread', async () => {
  // A busy machine may take longer than a page waits.
  const pool = new DrawingPool({ drawMs: 20_000, startMs: 60_000 })
  const at = await startSite(shared.db, {}, testPictures(shared.db, { pool }))
  const id = await at.give('9005', 'Mia 🦊 Reed', 14_000)
  const png = Buffer.from(await (await fetch(`${at.url}/u/${id}/card.png?lang=en`)).arrayBuffer())
  expect([png.readUInt32BE(0), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([0x89504e47, 1200, 630])
})

describe('avatars', () => {
  /** The two sandboxes, and a site that asks them. */
  async function world() {
    const [telegram, discord] = await Promise.all([startTelegramSandbox(), startDiscordSandbox()])
    onTestFinished(async () => {
      await Promise.all([telegram.close(), discord.close()])
    })
    const hosts: AvatarHosts = {
      telegram: { token: telegram.token, apiRoot: telegram.url },
      discord: { token: discord.token, apiBase: discord.apiUrl, cdn: discord.url },
    }
    const clock = { now: Date.now() }
    const troubles: string[] = []
    const pictures = testPictures(shared.db, {
      fetch: fetchAvatarFrom(() => hosts),
      now: () => new Date(clock.now),
      onTrouble: (platform, why) => troubles.push(`${platform} ${why}`),
    })
    const at = await startSite(shared.db, {}, pictures)
    return { ...at, telegram, discord, hosts, clock, troubles, pictures }
  }

  const typeOf = (answer: Response) => answer.headers.get('content-type')

  test('Telegram’s by choice only; without one there a drawn one; both versioned', async () => {
    const { telegram, db, give, url, pictures } = await world()
    const anya = await give(String(telegram.people.anya.id), 'Аня', 1)
    const boris = await give(String(telegram.people.boris.id), 'Борис', 1)
    expect(typeOf(await fetch(`${url}/u/${anya}/avatar`))).toBe('image/svg+xml')
    expect((await readAvatarChoice(db.kysely, anya))?.offered).toEqual(['generated', 'telegram'])
    for (const id of [anya, boris]) {
      await changeSettings(db, id, { avatar_source: 'telegram' })
      // Looked at before it is asked for: a page waits for a platform for two seconds and no longer.
      await pictures.avatar(id)
    }
    await pictures.idle()
    const photo = await fetch(`${url}/u/${anya}/avatar`)
    expect(typeOf(photo)).toBe('image/png')
    expect(photo.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    const etag = photo.headers.get('etag') ?? ''
    const again = await fetch(`${url}/u/${anya}/avatar`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(typeOf(await fetch(`${url}/u/${boris}/avatar`))).toBe('image/svg+xml')
    // A stranger cannot look at what a member did not choose.
    await changeSettings(db, anya, { avatar_source: 'generated' })
    expect(typeOf(await fetch(`${url}/u/${anya}/avatar?source=telegram`))).toBe('image/svg+xml')
  })

  test('Discord’s by itself, looked at once a day, kept while Discord is away', async () => {
    const { discord, db, give, clock, hosts, troubles, pictures } = await world()
    const id = await give('9101', 'Вера', 1)
    const vera = [...discord.world.users.values()].find(({ key }) => key === 'vera')
    const veraId = vera?.id ?? ''
    await db.kysely.updateTable('unified_users').set({ discord_id: veraId }).where('id', '=', id).execute()
    await db.kysely
      .insertInto('ttfd.identities')
      .values({ platform: 'discord', platform_id: veraId, account_id: id })
      .execute()
    await pictures.avatar(id)
    await pictures.idle()
    const first = await pictures.avatar(id)
    expect(first?.mediaType).toBe('image/png')
    const asked = () =>
      discord.control.requests().filter(({ path }) => path.includes(`/users/${veraId}`)).length
    const before = asked()
    await pictures.avatar(id)
    expect(asked()).toBe(before)
    clock.now += 25 * 3_600_000
    hosts.discord = { token: 'x', apiBase: 'http://127.0.0.1:9/api', cdn: 'http://127.0.0.1:9' }
    expect((await pictures.avatar(id))?.version).toBe(first?.version)
    await pictures.idle()
    expect(troubles).toHaveLength(1)
    // Trouble is not asked again at once.
    expect((await pictures.avatar(id))?.version).toBe(first?.version)
    await pictures.idle()
    expect(troubles).toHaveLength(1)
  })

  test.each([
    [
      'a redirect to another host',
      (url: string) => ({ status: 302, headers: { location: `${url}/elsewhere.png` }, body: '' }),
    ],
    ['a page instead of a picture', () => ({ status: 200, headers: {}, body: '<svg onload="alert(1)"/>' })],
    [
      'more than 256 kB',
      () => ({
        status: 200,
        headers: {},
        body: Buffer.concat([gradientPng(8, 0, 0), Buffer.alloc(300_000)]),
      }),
    ],
    [
      'a picture that unfolds to gigabytes',
      () => ({ status: 200, headers: {}, body: gradientPngHeader(50_000) }),
    ],
  ])('%s is no picture', async (_, answer) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      if (request.url?.includes('/users/'))
        return void response.end(JSON.stringify({ avatar: 'a'.repeat(32) }))
      const { status, headers, body } = answer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const fetchAvatar = fetchAvatarFrom(() => ({
      telegram: null,
      discord: { token: 'x', apiBase: `${root}/api`, cdn: root },
    }))
    const found = await fetchAvatar({ platform: 'discord', id: '123' }, null).catch(() => 'refused')
    expect(found === null || found === 'refused').toBe(true)
    expect(asked).toEqual(['/api/v10/users/123', `/avatars/123/${'a'.repeat(32)}.png?size=128`])
  })

  test('an id or a hash that is none is never made part of an address', async () => {
    const fetchAvatar = fetchAvatarFrom(() => ({
      telegram: null,
      discord: { token: 'x', apiBase: 'http://127.0.0.1:9', cdn: 'http://127.0.0.1:9' },
    }))
    expect(await fetchAvatar({ platform: 'discord', id: '1/../@me' }, null)).toBeNull()
  })
})

/** A PNG's first bytes, which say how large it would be. */
function gradientPngHeader(side: number): Buffer {
  const bytes = Buffer.from(gradientPng(8, 0, 0))
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  return bytes
}
