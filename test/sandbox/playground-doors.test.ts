import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../src/i18n/en/index.js'
import { ru } from '../../src/i18n/ru/index.js'
import { gradientPng } from '../../src/sandbox/images.js'
import { createPlayground } from '../../src/sandbox/playground/create-playground.js'
import {
  startTelegramSandbox,
  type TelegramSandbox,
} from '../../src/sandbox/telegram/start-telegram-sandbox.js'

const PORT = 4242
let telegram: TelegramSandbox
let playground: ReturnType<typeof createPlayground>
beforeAll(async () => {
  telegram = await startTelegramSandbox()
  playground = createPlayground({ telegram, port: () => PORT })
})
afterAll(() => telegram.close())

const page = (headers: Record<string, string> = {}) =>
  playground.request('/sandbox', { headers: { host: `127.0.0.1:${PORT}`, ...headers } })

const act = (body: unknown, headers: Record<string, string> = {}) =>
  playground.request('/sandbox/telegram/act', {
    method: 'POST',
    headers: { host: `localhost:${PORT}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('who may come in', () => {
  test.each([`127.0.0.1:${PORT}`, `localhost:${PORT}`, `[::1]:${PORT}`, `LOCALHOST:${PORT}`])(
    '%s may',
    async (host) => {
      expect((await page({ host })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    `evil.example:${PORT}`,
    `127.0.0.1.evil.example:${PORT}`,
    `localhost.evil.example:${PORT}`,
    'localhost:1',
    'localhost',
    `0.0.0.0:${PORT}`,
    '',
  ])('%j may not', async (host) => {
    expect((await page({ host })).status).toBe(403)
    expect((await act({ do: 'start', as: telegram.people.anya.id }, { host })).status).toBe(403)
  })

  test('acts need JSON from this very page', async () => {
    const start = { do: 'start', as: telegram.people.boris.id }
    expect((await act(start, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await act(start, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    for (const origin of ['http://evil.example', 'null', `https://localhost:${PORT}`, 'http://localhost:1']) {
      expect((await act(start, { origin })).status).toBe(403)
    }
    expect(telegram.control.messagesIn(telegram.people.boris.id)).toEqual([])
    expect((await act(start, { origin: `http://localhost:${PORT}` })).status).toBe(200)
    expect(telegram.control.messagesIn(telegram.people.boris.id)).toMatchObject([{ text: '/start' }])
  })

  test('the page allows nothing inline and nothing from elsewhere', async () => {
    const answer = await page()
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe')
    const html = await answer.text()
    expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)/i)
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  })
})

describe('acts', () => {
  test.each([
    ['no JSON', '{'],
    ['an unknown act', { do: 'hack', as: 1 }],
    ['no text', { do: 'send', as: 1, chat: 1, text: '' }],
    ['too long data', { do: 'press', as: 1, chat: 1, message: 1, data: 'x'.repeat(65) }],
    ['a number that is text', { do: 'start', as: '1' }],
  ])('%s is 400', async (_, body) => {
    expect((await act(body)).status).toBe(400)
  })

  test('only invented people act, and only where they may', async () => {
    const { anya, zed, olga } = telegram.people
    expect((await act({ do: 'start', as: 1 })).status).toBe(404)
    expect((await act({ do: 'start', as: telegram.bot.id })).status).toBe(404)
    const foreign = olga.start().message
    expect((await act({ do: 'send', as: anya.id, chat: olga.id, text: 'x' })).status).toBe(409)
    const press = { do: 'press', as: anya.id, chat: olga.id, message: foreign.message_id, data: 'x' }
    expect((await act(press)).status).toBe(409)
    expect((await act({ do: 'leave', as: zed.id, chat: telegram.chats.group })).status).toBe(200)
    expect((await act({ do: 'send', as: zed.id, chat: telegram.chats.group, text: 'x' })).status).toBe(409)
    expect((await act({ do: 'join', as: zed.id, chat: telegram.chats.group })).status).toBe(200)
  })

  test('nobody joins the private chat or the unlisted channel of the sandbox', async () => {
    const { anya, olga } = telegram.people
    expect((await act({ do: 'join', as: anya.id, chat: olga.id })).status).toBe(409)
    expect((await act({ do: 'join', as: anya.id, chat: telegram.chats.channel })).status).toBe(409)
  })
})

test('the live stream shows a person their own chats and nobody else’s', async () => {
  const { anya, mia } = telegram.people
  anya.send('for the bot alone')
  const stream = async (id: number) => {
    const answer = await playground.request(`/sandbox/telegram/live?as=${id}`, {
      headers: { host: `localhost:${PORT}` },
    })
    const reader = answer.body?.getReader()
    if (!reader) throw new Error('no stream')
    const first = new TextDecoder().decode((await reader.read()).value)
    return { first, reader }
  }
  const hers = await stream(anya.id)
  const other = await stream(mia.id)
  expect(hers.first).toContain('for the bot alone')
  expect(other.first).not.toContain('for the bot alone')
  anya.send('still for the bot alone')
  mia.send('mine')
  const next = new TextDecoder().decode((await other.reader.read()).value)
  expect(next).toContain('event: message')
  expect(next).toContain('mine')
  await Promise.all([hers.reader.cancel(), other.reader.cancel()])
})

test('pictures come with their own type; unknown ones are 404', async () => {
  const photo = telegram.files.addPhoto(gradientPng(8, 0, 0xffffff))
  const get = (id: string) =>
    playground.request(`/sandbox/telegram/photo/${id}`, { headers: { host: `localhost:${PORT}` } })
  const answer = await get(photo.size.file_unique_id)
  expect(answer.headers.get('content-type')).toBe('image/png')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(photo.bytes)
  expect((await get('nothing')).status).toBe(404)
})

test('the page speaks the reader’s language, Russian when nothing is known', async () => {
  expect(await (await page()).text()).toContain('<html lang="ru"')
  expect(await (await page({ 'accept-language': 'en-US,en;q=0.9' })).text()).toContain('<html lang="en"')
  const cookies = { cookie: 'lang=en; theme=dark' }
  expect(await (await page(cookies)).text()).toContain('<html lang="en" data-theme="dark"')
})

test('both languages have the same words', () => {
  const keys = (tree: object, path = ''): string[] =>
    Object.entries(tree).flatMap(([name, value]) =>
      typeof value === 'string'
        ? [`${path}${name}`.replace(/_(one|few|many|other)$/, '')]
        : keys(value as object, `${path}${name}.`),
    )
  expect([...new Set(keys(en.sandbox))]).toEqual([...new Set(keys(ru.sandbox))])
})
